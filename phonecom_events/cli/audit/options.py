"""The options of ``phonecom-events audit``, as the command line has them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from attrs import frozen

from ...phonecom import BASE_URL
from ..input.options import BaseUrl, Bom, check_bom


class ReportFormat(StrEnum):
    """Name a form of an audit's report."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    HTML = "html"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"
    GITHUB = "github"


class FailOn(StrEnum):
    """Say from which severity on the exit code is 1."""

    NEVER = "never"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@frozen(kw_only=True)
class CommandLineOptions:
    """Hold what the command line says; None where a file or a default decides."""

    account: Annotated[
        list[int] | None,
        typer.Option(
            "--account",
            min=1,
            metavar="VOIP_ID",
            help="An account to audit; give it once for each. By default those in"
            " PHONECOM_ACCOUNTS, separated by commas.",
        ),
    ] = None
    accounts_from: Annotated[
        str | None,
        typer.Option(
            "--accounts-from",
            metavar="FILE",
            help="Audit the accounts in this file too, or - for stdin: one id a line;"
            " what follows a # is a comment.",
        ),
    ] = None
    include_subaccounts: Annotated[
        bool | None,
        typer.Option(
            "--include-subaccounts/--no-subaccounts",
            show_default="no",
            help="Audit the subaccounts of each account along with it.",
        ),
    ] = None
    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox", help="Audit a made-up estate on a local server: try it out."
        ),
    ] = False
    no_linq: Annotated[
        bool | None,
        typer.Option(
            "--no-linq/--linq",
            show_default="--linq",
            help="Leave Linq out, though its key is set.",
        ),
    ] = None
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="IDS",
            help="Run these checks only: ids, or how they begin, such as PC1,LQ106."
            " Those of the reading itself (PC0, LQ0) are run in any case.",
        ),
    ] = None
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="IDS",
            help="Leave these checks out; the longer id counts more.",
        ),
    ] = None
    explained: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="ID",
            help="Explain a check, and do nothing else; 'all' lists them.",
        ),
    ] = None
    accept: Annotated[
        str | None,
        typer.Option(
            "--accept",
            metavar="FINDING",
            help="Write into the settings that a finding is accepted, and do nothing"
            " else: its fingerprint, such as PC101:1000002:listener:1001, or how that"
            " of several begins, such as PC101:1000002.",
        ),
    ] = None
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="TEXT", help="Why, with --accept."),
    ] = None
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="DATE",
            help="The last day of it, with --accept: 2027-01-31 in UTC, or +90d.",
        ),
    ] = None
    form: Annotated[
        ReportFormat,
        typer.Option(
            "--format",
            help="table is for people, html a page with charts that opens offline,"
            " markdown a comment; junit, sarif and github (workflow commands) are for"
            " pipelines. ndjson, csv and these three are written account by account,"
            " as each is done.",
        ),
    ] = ReportFormat.TABLE
    bom: Bom = False
    output_file: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write to this file instead of stdout; one that is there is replaced.",
        ),
    ] = None
    show: Annotated[
        bool,
        typer.Option(
            "--show", help="Show phone numbers and whole URLs, which are masked else."
        ),
    ] = False
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="Tell what is new and what is fixed since an earlier report, written"
            " with --format json; for --fail-on, only what is new counts.",
        ),
    ] = None
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on",
            show_default="never",
            help="Exit with 1 if anything as bad as this is found.",
        ),
    ] = None
    probe: Annotated[
        bool,
        typer.Option(
            "--probe",
            help="Ask the receivers whether they answer, as Phone.com does before it"
            " accepts one: a request to each https URL that live listeners lead to.",
        ),
    ] = False
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private",
            help="With --probe, also ask addresses that are not on the internet.",
        ),
    ] = False
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
    ] = None
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
    ] = None
    resume_file: Annotated[
        Path | None,
        typer.Option(
            "--resume-file",
            metavar="FILE",
            help="Keep in this file what is read and found; if the audit is ended, even"
            " killed, the same command goes on from there.",
        ),
    ] = None
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask",
            metavar="tcp://…|local:N",
            help="Let the workers of this Dask cluster read the accounts, or N processes"
            " here. They take the token from their own environment.",
        ),
    ] = None
    limits: Annotated[
        str | None,
        typer.Option(
            "--limits",
            metavar="redis://…|env:NAME",
            help="With --dask, share the rate limits through Redis; by default each"
            " worker has an even share.",
        ),
    ] = None
    own_addresses: Annotated[
        bool,
        typer.Option(
            "--own-addresses",
            help="With --dask, each worker sends from an address of its own, and has"
            " the whole of its limits.",
        ),
    ] = False
    history: Annotated[
        str | None,
        typer.Option(
            "--history",
            metavar="URL",
            help="Keep the run in this database, such as sqlite:///audits.db or"
            " env:NAME or file:PATH; by default PHONECOM_HISTORY, unless --sandbox.",
        ),
    ] = None
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Take settings from this file, by default from"
            " [tool.phonecom-events] in pyproject.toml here; options count more.",
        ),
    ] = None
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Do not show how far it is.")
    ] = False
    base_url: BaseUrl = BASE_URL

    def __attrs_post_init__(self) -> None:
        check_bom(self.form, bom=self.bom)
        if self.accept is None:
            for option, given in (("--reason", self.reason), ("--until", self.until)):
                if given is not None:
                    raise typer.BadParameter("it goes with --accept", param_hint=option)
        elif self.reason is None:
            raise typer.BadParameter("--accept needs one", param_hint="--reason")
