"""An audit that a command runs: whose clients, which accounts, and where it goes.

Clients and accounts come from the environment and the options, or from a sandbox.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from attrs import frozen

from ...audit import Acceptance, AuditOptions, AuditStream, ResumeFile
from ...audit.progress import AuditProgress
from ...audit.receivers import Asks
from ...audit.slices import in_slices
from ...audit.stream import AuditArguments
from ...linq import LinqClient
from ...phonecom import PhoneComClient
from ...probe import Prober
from ...ratelimit import waits_of
from ..exits import CannotRun
from ..input.clients import (
    ACCOUNTS,
    NetworkOptions,
    accounts_from_env,
    has_linq_key,
    linq_base_url,
    linq_client,
    phonecom_client,
)
from ..output.files import results_in
from ..output.progress import shown
from ..output.streams import note
from ..sandbox import MadeUpReceivers, filled_sandbox
from .accounts import accounts_in
from .formats.choice import output
from .formats.output import Output
from .history import Kept, kept
from .options import CommandLineOptions
from .resuming import resumed
from .settings import Settings, read_config


@frozen(kw_only=True)
class Source:
    """Hold open clients, and the accounts to audit with them.

    Attributes:
        phonecom: None where accounts are read with tokens that others have.
    """

    phonecom: PhoneComClient | None
    linq: LinqClient | None
    accounts: Sequence[int]
    prober: Asks | None = None


@asynccontextmanager
async def real_source(
    accounts: Sequence[int],
    usual: Sequence[int],
    *,
    base_url: str,
    network: NetworkOptions,
    with_linq: bool,
    prober: Prober | None = None,
    reads_accounts: bool = True,
) -> AsyncIterator[Source]:
    """Open the services that the environment names.

    Args:
        accounts: to audit; if none, those in the environment.
        usual: the accounts if there are none there either.
        base_url: Phone.com's.
        network: how to reach both.
        with_linq: open Linq's client too, if there is a key for it.
        prober: open this one as well.
        reads_accounts: open Phone.com's client, for which there has to be a token.
    """
    async with AsyncExitStack() as stack:
        phonecom = linq = None
        if reads_accounts:
            phonecom = await stack.enter_async_context(
                phonecom_client(base_url, network)
            )
        if with_linq and has_linq_key():
            linq = await stack.enter_async_context(
                linq_client(linq_base_url(), network)
            )
        # What a file in the directory says counts less than what this shell was told.
        if not accounts:
            in_env = os.environ.get(ACCOUNTS, "").strip()
            accounts = usual if usual and not in_env else accounts_from_env()
        if prober is not None:
            await stack.enter_async_context(prober)
        yield Source(phonecom=phonecom, linq=linq, accounts=accounts, prober=prober)


@asynccontextmanager
async def sandbox_source(
    accounts: Sequence[int], *, now: datetime, with_linq: bool, probe: bool = False
) -> AsyncIterator[Source]:
    """Start a local server with the made-up estate, and open that.

    Args:
        accounts: to audit; if none, all of the estate.
        now: the moment that its expiry times are counted from.
        with_linq: open Linq's client too.
        probe: have its made-up receivers answer.
    """
    async with (
        filled_sandbox(now=now) as sandbox,
        PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url) as phonecom,
        LinqClient(sandbox.api_key, base_url=sandbox.linq_url) as linq,
    ):
        yield Source(
            phonecom=phonecom,
            linq=linq if with_linq else None,
            accounts=accounts or sandbox.accounts,
            prober=MadeUpReceivers(sandbox, now) if probe else None,
        )


async def run_audit(options: CommandLineOptions, network: NetworkOptions) -> int:
    """Audit, write what is found, and return the exit code that this comes to."""
    settings = Settings.of(options, read_config(options.config))
    accounts = list(options.account or ())
    if options.accounts_from is not None:
        accounts += await accounts_in(options.accounts_from)
    if options.dask or options.limits or options.own_addresses:
        from .on_dask import check_dask

        check_dask(options, network)
    if options.sandbox and options.resume_file is not None:
        raise CannotRun("--resume-file: the sandbox is another one each time")
    with resumed(options.resume_file) as resume:
        return await _run(options, network, settings, accounts, resume)


async def _run(
    options: CommandLineOptions,
    network: NetworkOptions,
    settings: Settings,
    accounts: Sequence[int],
    resume: ResumeFile | None,
) -> int:
    # In whole seconds, as expiry is: what ends in 3 days then ends in 3 days.
    now = datetime.now(UTC).replace(microsecond=0)
    begun = None if resume is None else resume.now
    now = begun or now
    terms = AuditOptions(
        now=now, expiring_within=settings.expiring_within, show=options.show
    )
    async with kept(options, settings, terms, accounts, begun=begun) as run:
        with results_in(options.output_file):
            out = output(options, settings, terms, earlier=run.earlier)
            try:
                async with _source(options, network, settings, accounts, now) as source:
                    arguments = _arguments(settings, terms, source, resume)
                    arguments["on_extract"] = run.on_extract
                    unmatched = await _stream(options, source, arguments, out, run=run)
            except asyncio.CancelledError:
                # A signal: what is known is written, and the cancellation goes on.
                out.finish(complete=False)
                raise
            return out.finish(unmatched=unmatched)


def _arguments(
    settings: Settings, terms: AuditOptions, source: Source, resume: ResumeFile | None
) -> AuditArguments:
    return {
        "linq": source.linq,
        "include_subaccounts": settings.include_subaccounts,
        "select": settings.selection.select,
        "ignore": settings.selection.ignore,
        "now": terms.now,
        "by_vendor_clock": True,
        "expiring_within": terms.expiring_within,
        "concurrency": settings.concurrency,
        "show": terms.show,
        "accepted": settings.accepted,
        "prober": source.prober,
        "resume": resume,
    }


async def _stream(
    options: CommandLineOptions,
    source: Source,
    arguments: AuditArguments,
    out: Output,
    *,
    run: Kept,
) -> Sequence[Acceptance]:
    """Audit, and return the acceptances that fitted no finding."""
    opened: AbstractAsyncContextManager[AuditStream]
    if options.dask is None:
        assert source.phonecom is not None
        waits = partial(waits_of, source.phonecom.limiter)
        progress = AuditProgress(source.accounts, waits=waits)
        arguments["on_rows"] = progress.on_rows
        opened = AuditStream(source.phonecom, source.accounts, **arguments)
    else:
        from .on_dask import stream_on_dask

        progress = AuditProgress(source.accounts)
        opened = stream_on_dask(options, source.accounts, arguments)
    async with opened as stream:
        with shown(progress, beside_output=out.as_they_come, quiet=options.quiet):
            async for audited in stream:
                await in_slices(out.add(audited))
                await run.add(audited)
                progress.on_audited(audited)
        return stream.unmatched


def _source(
    options: CommandLineOptions,
    network: NetworkOptions,
    settings: Settings,
    accounts: Sequence[int],
    now: datetime,
) -> AbstractAsyncContextManager[Source]:
    with_linq = settings.with_linq
    if options.sandbox:
        if options.probe:
            note("no receiver is asked: the answers in the sandbox are made up")
        return sandbox_source(
            accounts, now=now, with_linq=with_linq, probe=options.probe
        )
    return real_source(
        accounts,
        settings.usual_accounts,
        base_url=options.base_url,
        network=network,
        with_linq=with_linq,
        prober=_prober(options, network),
        reads_accounts=_reads_accounts(options),
    )


def _reads_accounts(options: CommandLineOptions) -> bool:
    if options.dask is None:
        return True
    from .on_dask import is_local

    # Those of a cluster have tokens of their own.
    return is_local(options.dask)


def _prober(options: CommandLineOptions, network: NetworkOptions) -> Prober | None:
    if not options.probe:
        return None
    trusted = network.arguments().get("ssl_context")
    return Prober(allow_private=options.allow_private, ssl_context=trusted)
