"""The command ``phonecom-events audit``.

What ``audit --explain`` prints: checks in words.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any, Final

import typer

from ...audit import AuditOptions, AuditStream, checks_like, every_check
from ...audit.checks import Check
from ...phonecom import BASE_URL as PHONECOM_URL
from ..input.options import BaseUrl, ReportFormat, Verbose
from ..output.files import stdout_to
from ..output.terminal import audit_progress, console
from ..running import run
from .output import Output, output
from .settings import Settings, either, read_baseline, read_config, selection, severity
from .source import Source, real_source, sandbox_source

_ALL: Final = "all"
_WIDEST: Final = 88


def explain(wanted: str) -> None:
    """Write a line for each check if *wanted* is ``all``, else those so called.

    Raises:
        InvalidArgument: there is no such check.
    """
    if wanted.strip().lower() == _ALL:
        lines: Iterator[str] = map(_line, every_check())
    else:
        width = min(console().width, _WIDEST)
        lines = (
            line
            for number, check in enumerate(checks_like(wanted))
            for line in (*([""] if number else []), *_whole(check, width))
        )
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _line(check: Check[Any]) -> str:
    return f"{check.id}  {check.severity:<7}  {check.title}"


def _whole(check: Check[Any], width: int) -> Iterator[str]:
    yield f"{check.id}  {check.title} ({check.severity})"
    yield ""
    yield from wrap(check.explanation, width)
    yield ""
    yield from wrap(f"→ {check.what_to_do}", width, subsequent_indent="  ")


class FailOn(StrEnum):
    """Say from which severity on the exit code is 1."""

    NEVER = "never"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


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
    include_subaccounts: Annotated[
        bool | None,
        typer.Option(
            "--include-subaccounts/--no-subaccounts",
            show_default="no",
            help="Audit the subaccounts of each account along with it.",
        ),
    ] = None,
    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox", help="Audit a made-up estate on a local server: try it out."
        ),
    ] = False,
    no_linq: Annotated[
        bool | None,
        typer.Option(
            "--no-linq/--linq",
            show_default="--linq",
            help="Leave Linq out, though its key is set.",
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="IDS",
            help="Run these checks only: ids, or how they begin, such as PC1,LQ106."
            " Those of the reading itself (PC0, LQ0) are run in any case.",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="IDS",
            help="Leave these checks out; the longer id counts more.",
        ),
    ] = None,
    explained: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="ID",
            help="Explain a check, and do nothing else; 'all' lists them.",
        ),
    ] = None,
    form: Annotated[
        ReportFormat,
        typer.Option(
            "--format",
            help="table is for people, html a page with charts that opens offline;"
            " ndjson and csv are written account by account, as each is done.",
        ),
    ] = ReportFormat.TABLE,
    output_file: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write to this file instead of stdout; one that is there is replaced.",
        ),
    ] = None,
    show: Annotated[
        bool,
        typer.Option(
            "--show", help="Show phone numbers and whole URLs, which are masked else."
        ),
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="Tell what is new and what is fixed since an earlier report, written"
            " with --format json; for --fail-on, only what is new counts.",
        ),
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on",
            show_default="never",
            help="Exit with 1 if anything as bad as this is found.",
        ),
    ] = None,
    expiring_days: Annotated[
        int | None,
        typer.Option(
            "--expiring-days",
            min=0,
            max=36_500,
            metavar="N",
            show_default="30",
            help="How many days before its end a listener expires soon.",
        ),
    ] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(
            "--concurrency",
            min=1,
            max=1_000,
            metavar="N",
            show_default="8",
            help="How many accounts to read at the same time.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Take settings from this file, by default from"
            " [tool.phonecom-events] in pyproject.toml here; options count more.",
        ),
    ] = None,
    base_url: BaseUrl = PHONECOM_URL,
    verbose: Verbose = 0,
) -> None:
    """Audit many accounts' listeners, what they hang on, and Linq.

    Exits with 0 if it ran, 1 if it found something as bad as --fail-on, 2 if it
    could not run or an account could not be read, 130 if it was interrupted: what
    is known by then is written all the same.
    """

    async def body() -> int:
        if explained is not None:
            explain(explained)
            return 0
        in_file = read_config(config)
        settings = Settings(
            accounts=tuple(account or ()),
            usual_accounts=in_file.accounts or (),
            selection=selection(select, ignore, in_file),
            fail_on=severity(fail_on or in_file.fail_on),
            expiring_within=timedelta(
                days=either(expiring_days, in_file.expiring_days, 30)
            ),
            concurrency=either(concurrency, in_file.concurrency, 8),
            include_subaccounts=either(
                include_subaccounts, in_file.include_subaccounts, default=False
            ),
            with_linq=not either(no_linq, in_file.no_linq, default=False),
            show=show,
            baseline=None if baseline is None else read_baseline(baseline),
        )
        with stdout_to(output_file):
            return await _audit(settings, form, base_url, sandbox=sandbox)

    run(body, verbosity=verbose)


async def _audit(
    settings: Settings, form: ReportFormat, base_url: str, *, sandbox: bool
) -> int:
    # In whole seconds, as expiry is: what ends in 3 days then ends in 3 days.
    now = datetime.now(UTC).replace(microsecond=0)
    terms = AuditOptions(
        now=now, expiring_within=settings.expiring_within, show=settings.show
    )
    out = output(form, settings, terms)
    try:
        async with _source(settings, base_url, now, sandbox=sandbox) as source:
            await _stream(source, settings, terms, out)
    except asyncio.CancelledError:
        # Ctrl-C: what is known is written, and the interruption goes on its way.
        out.finish(complete=False)
        raise
    return out.finish()


async def _stream(
    source: Source, settings: Settings, terms: AuditOptions, out: Output
) -> None:
    stream = AuditStream(
        source.phonecom,
        source.accounts,
        linq=source.linq,
        include_subaccounts=settings.include_subaccounts,
        select=settings.selection.select,
        ignore=settings.selection.ignore,
        now=terms.now,
        expiring_within=terms.expiring_within,
        concurrency=settings.concurrency,
        show=terms.show,
    )
    with audit_progress(source.accounts, beside_output=out.as_they_come) as on_progress:
        async with stream:
            async for audited in stream:
                out.add(audited)
                on_progress(audited)


def _source(
    settings: Settings, base_url: str, now: datetime, *, sandbox: bool
) -> AbstractAsyncContextManager[Source]:
    if sandbox:
        return sandbox_source(settings.accounts, now=now, with_linq=settings.with_linq)
    return real_source(
        settings.accounts,
        settings.usual_accounts,
        base_url=base_url,
        with_linq=settings.with_linq,
    )
