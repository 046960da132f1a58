"""The command ``phonecom-events audit``."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import typer
from attrs import frozen

from ..audit import AuditReport, Severity, audit
from ..linq import LinqClient
from ..phonecom import BASE_URL as PHONECOM_URL
from ..phonecom import PhoneComClient
from .audit_formats import write_report
from .clients import (
    accounts_from_env,
    has_linq_key,
    linq_base_url,
    linq_client,
    phonecom_client,
)
from .options import BaseUrl, Format, Verbose
from .progress import audit_progress
from .running import run
from .sandbox import filled_sandbox
from .terminal import note

_SHOWN: Final = 10


class FailOn(StrEnum):
    """Say from which severity on the exit code is 1."""

    NEVER = "never"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def severity(self) -> Severity | None:
        """The severity of that name; None for never."""
        return None if self is FailOn.NEVER else Severity(self.value)


@frozen(kw_only=True)
class _Source:
    phonecom: PhoneComClient
    linq: LinqClient | None
    accounts: Sequence[int]


def audit_command(
    *,
    account: Annotated[
        list[int] | None,
        typer.Option(
            "--account",
            min=1,
            metavar="VOIP_ID",
            help="An account to audit; give it once for each. By default those in"
            " PHONECOM_ACCOUNTS, separated by commas.",
        ),
    ] = None,
    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox", help="Audit a made-up estate on a local server: try it out."
        ),
    ] = False,
    no_linq: Annotated[
        bool,
        typer.Option("--no-linq", help="Leave Linq out, though its key is set."),
    ] = False,
    form: Annotated[
        Format, typer.Option("--format", help="table is for people.")
    ] = Format.TABLE,
    fail_on: Annotated[
        FailOn,
        typer.Option(
            "--fail-on", help="Exit with 1 if anything as bad as this is found."
        ),
    ] = FailOn.NEVER,
    expiring_days: Annotated[
        int,
        typer.Option(
            "--expiring-days",
            min=0,
            max=36_500,
            metavar="N",
            help="How many days before its end a listener expires soon.",
        ),
    ] = 30,
    concurrency: Annotated[
        int,
        typer.Option(
            "--concurrency",
            min=1,
            max=1_000,
            metavar="N",
            help="How many accounts to read at the same time.",
        ),
    ] = 8,
    base_url: BaseUrl = PHONECOM_URL,
    verbose: Verbose = 0,
) -> None:
    """Audit many accounts' listeners and profiles, and Linq.

    Exits with 0 if it ran, 1 if it found something as bad as --fail-on, 2 if it
    could not run or an account could not be read.
    """

    async def body() -> int:
        # In whole seconds, as expiry is: what ends in 3 days then ends in 3 days.
        now = datetime.now(UTC).replace(microsecond=0)
        opened = _sandbox(account, now) if sandbox else _real(account, base_url)
        started = time.monotonic()
        async with opened as source:
            with audit_progress(len(source.accounts)) as on_progress:
                report = await audit(
                    source.phonecom,
                    source.accounts,
                    linq=None if no_linq else source.linq,
                    now=now,
                    expiring_within=timedelta(days=expiring_days),
                    concurrency=concurrency,
                    on_progress=on_progress,
                )
        write_report(report, form, seconds=time.monotonic() - started)
        _tell_unreadable(report)
        return report.exit_code(fail_on.severity)

    run(body, verbosity=verbose)


@asynccontextmanager
async def _real(
    accounts: Sequence[int] | None, base_url: str
) -> AsyncIterator[_Source]:
    async with AsyncExitStack() as stack:
        phonecom = await stack.enter_async_context(phonecom_client(base_url))
        linq = None
        if has_linq_key():
            linq = await stack.enter_async_context(linq_client(linq_base_url()))
        accounts = accounts or accounts_from_env()
        yield _Source(phonecom=phonecom, linq=linq, accounts=accounts)


@asynccontextmanager
async def _sandbox(
    accounts: Sequence[int] | None, now: datetime
) -> AsyncIterator[_Source]:
    async with (
        filled_sandbox(now=now) as sandbox,
        PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url) as phonecom,
        LinqClient(sandbox.api_key, base_url=sandbox.linq_url) as linq,
    ):
        accounts = accounts or sandbox.accounts
        yield _Source(phonecom=phonecom, linq=linq, accounts=accounts)


def _tell_unreadable(report: AuditReport) -> None:
    parts = report.unreadable
    if not parts:
        return
    names = ["Linq" if part.account is None else str(part.account) for part in parts]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    note(f"could not be read: {', '.join(names[:_SHOWN])}{more}; the report says why")
