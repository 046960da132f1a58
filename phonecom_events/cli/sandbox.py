"""The command ``phonecom-events sandbox``, and the sandbox that commands start."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..lazy import LazyModule
from ..probe import ProbeResult, Target
from ..probe.result import why_not_well
from .exits import CannotRun
from .running import run

if TYPE_CHECKING:
    from .. import sandbox as sandbox_package
else:
    sandbox_package = LazyModule("..sandbox", __package__)

_CALLBACK: Final = 1


def filled_sandbox(
    *, now: datetime, host: str = "127.0.0.1", port: int = 0
) -> sandbox_package.Sandbox:
    """Make a sandbox with the repeatable estate of good and bad listeners.

    Args:
        now: the moment that its expiry times are counted from, aware.
        host: the address to listen on.
        port: 0 takes a free one.
    """
    # It may run for days, and nobody can ask it for its log.
    sandbox = sandbox_package.Sandbox(host=host, port=port, log_limit=0)
    sandbox_package.fill_estate(sandbox, now=now)
    return sandbox


class MadeUpReceivers:
    """Answer for the receivers of a made-up estate: their hosts are somebody's.

    Args:
        sandbox: which knows who does not answer well.
        now: the moment that the estate's times are counted from.
    """

    allow_private = False

    def __init__(self, sandbox: sandbox_package.Sandbox, now: datetime) -> None:
        self._receivers = sandbox.receivers
        self._well = sandbox_package.ReceiverAnswer()
        self._now = now

    async def ask(self, target: Target) -> ProbeResult:
        """Return what the sandbox says; send nothing."""
        answer = self._receivers.get(target.url, self._well)
        status = answer.status
        return ProbeResult(
            status=status,
            seconds=None if status is None else answer.seconds,
            location=answer.location,
            certificate_ends=self._now + timedelta(days=answer.certificate_days),
            verified=True,
            problem=why_not_well(status) if status else "there was no answer",
        )


def sandbox_command(
    *,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65_535, metavar="N", help="0 takes a free one."
        ),
    ] = 8080,
    listeners: Annotated[
        int,
        typer.Option(
            "--listeners",
            min=0,
            max=1_000_000,
            metavar="N",
            help="Add an account with so many listeners.",
        ),
    ] = 0,
) -> None:
    """Serve both APIs locally, with made-up data, until Ctrl-C."""

    async def body() -> None:
        sandbox = filled_sandbox(now=datetime.now(UTC), host=host, port=port)
        account = sandbox.accounts[0]
        if listeners:
            account = _add_large_account(sandbox, listeners)
        try:
            await sandbox_package.serve(
                sandbox, started=lambda _: _greet(sandbox, account)
            )
        except OSError as error:
            raise CannotRun(
                f"cannot listen on {host} port {port}: {_reason(error)};"
                " choose another with --port"
            ) from None

    run(body)


def _add_large_account(sandbox: sandbox_package.Sandbox, listeners: int) -> int:
    voip_id = max(sandbox.accounts) + 1
    for _ in range(listeners):
        sandbox.add_listener(voip_id, callback_id=_CALLBACK)
    return voip_id


def _greet(sandbox: sandbox_package.Sandbox, account: int) -> None:
    """Say how to use it, with *account* in the examples."""
    url = f"{sandbox.phonecom_url}/accounts/{account}/integrations/events/listeners"
    accounts = ",".join(str(voip_id) for voip_id in sandbox.accounts)
    sys.stdout.write(f"""\
Phone.com  {sandbox.phonecom_url}
Linq       {sandbox.linq_url}

For phonecom-events, and programs that use it:
  export PHONECOM_BASE_URL={sandbox.phonecom_url}
  export PHONECOM_TOKEN={sandbox.token}
  export PHONECOM_ACCOUNTS={accounts}
  export LINQ_API_V3_BASE_URL={sandbox.linq_url}
  export LINQ_API_V3_API_KEY={sandbox.api_key}
  phonecom-events audit
  phonecom-events listeners list --account {account}

For anything else:
  curl -H 'Authorization: Bearer {sandbox.token}' \\
    '{url}?limit=2'

Ctrl-C ends it; nothing is kept.
""")
    sys.stdout.flush()


def _reason(error: OSError) -> str:
    """Return the system's words; asyncio puts more around them."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error)
