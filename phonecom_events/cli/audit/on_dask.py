"""The option ``--dask``: the accounts are read by the workers of a cluster."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

from ...audit import AuditStream
from ...audit.stream import AuditArguments
from ...errors import ConnectFailed
from ...phonecom import BASE_URL
from ...ratelimit import PHONECOM_LIMITS
from ..exits import CannotRun
from ..input.clients import NetworkOptions
from ..output.streams import note
from .options import CommandLineOptions

_LOCAL: Final = "local:"
_MOST_LOCAL: Final = 360
_SCHEMES: Final = ("tcp://", "tls://")
# Those that Dask gives a level and a handler of their own.
_LOGGERS: Final = ("distributed", "distributed.client", "distributed.gc")


@asynccontextmanager
async def stream_on_dask(
    options: CommandLineOptions, accounts: Sequence[int], arguments: AuditArguments
) -> AsyncIterator[AuditStream]:
    """Enter a stream whose accounts a cluster reads, and say how it shares the limits.

    Args:
        options: say which cluster.
        accounts: to audit.
        arguments: of an `AuditStream`.

    Raises:
        CannotRun: there is no such cluster, or no more, or the extra is not installed.
    """
    try:
        from ...audit import dask
    except ImportError as error:
        raise CannotRun(str(error)) from None
    try:
        async with AsyncExitStack() as stack:
            client = await _client(options.dask or "", stack)
            stream = dask.AuditStreamOnDask(
                client,
                accounts,
                own_addresses=options.own_addresses,
                limits=options.limits or PHONECOM_LIMITS,
                **arguments,
            )
            await stack.enter_async_context(stream)
            note(stream.told)
            yield stream
    except ConnectFailed as error:  # nothing to do with Phone.com's base URL
        kept = options.resume_file
        more = "" if kept is None else f"; the same command goes on from {kept}"
        raise CannotRun(f"{error}{more}") from None


def is_local(where: str) -> bool:
    """Tell whether workers are started here, and inherit this process' token."""
    return where.startswith(_LOCAL)


def check_dask(options: CommandLineOptions, network: NetworkOptions) -> None:
    """Refuse what would be this process' alone, before anything is done.

    Raises:
        CannotRun: there is something like that.
    """
    if options.dask is None:
        if options.limits is not None or options.own_addresses:
            raise CannotRun("--limits and --own-addresses go with --dask")
        return
    if options.sandbox:
        raise CannotRun("--dask: the workers do not know this process' sandbox")
    if options.probe:
        raise CannotRun("--probe: Dask's workers ask no receivers")
    if network.proxy is not None:
        raise CannotRun("--proxy: Dask's workers take theirs from HTTPS_PROXY")
    if str(network.ca_file or "") != os.environ.get("PHONECOM_CA_FILE", ""):
        raise CannotRun("--ca-file: Dask's workers take theirs from PHONECOM_CA_FILE")
    if options.base_url != (os.environ.get("PHONECOM_BASE_URL") or BASE_URL):
        raise CannotRun("--base-url: Dask's workers take theirs from PHONECOM_BASE_URL")
    count = options.dask.removeprefix(_LOCAL)
    local = options.dask.startswith(_LOCAL) and count.isascii() and count.isdecimal()
    if not (
        options.dask.startswith(_SCHEMES) or (local and 0 < int(count) <= _MOST_LOCAL)
    ):
        raise CannotRun(
            f"--dask {options.dask}: expected tcp://HOST:PORT of a scheduler, or local:N"
            " for so many processes of this machine"
        )


async def _client(where: str, stack: AsyncExitStack) -> Any:
    """Connect to a scheduler, or start one with workers."""
    import distributed

    # They would put tracebacks beside the line that we tell of a lost scheduler.
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if is_local(where):
        # One thread: what a worker does at once, it does on an event loop.
        local: Any = distributed.LocalCluster  # it has no types, or wrong ones
        cluster = local(
            n_workers=int(where.removeprefix(_LOCAL)),
            threads_per_worker=1,
            # Port 8787 may be taken; and a dashboard is not for everybody.
            dashboard_address="127.0.0.1:0",
            # A terminal sends Ctrl-C to all of them: what to do is decided here.
            preload=["phonecom_events.audit.dask.worker"],
            silence_logs=logging.CRITICAL,
            asynchronous=True,
        )
        where = (await stack.enter_async_context(cluster)).scheduler_address
    try:
        client = distributed.Client(where, asynchronous=True, set_as_default=False)
        return await stack.enter_async_context(client)
    except (OSError, ValueError) as error:
        raise CannotRun(f"no Dask scheduler at {where}: {error}") from None
