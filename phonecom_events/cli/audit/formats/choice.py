"""Which format is asked for; one is imported when it is."""

from __future__ import annotations

from collections.abc import Sequence

from ....audit import AuditOptions
from ....audit.report.earlier import EarlierRun
from ...output.streams import results_as_utf8
from ..options import CommandLineOptions, ReportFormat
from ..settings import Settings
from .output import AllAtOnce, AsPage, AsTheyCome, Output, compared
from .writer import Writer


def output(
    options: CommandLineOptions,
    settings: Settings,
    terms: AuditOptions,
    *,
    earlier: Sequence[EarlierRun] = (),
) -> Output:
    """Choose how to write: account by account, or all at once.

    Args:
        options, settings, terms: of the audit.
        earlier: audits that a page shows beside it.

    Raises:
        CannotRun: the format needs what is not installed.
    """
    form = options.form
    if form is ReportFormat.TABLE:
        from .table import table_writer

        return AllAtOnce(table_writer(), settings, terms)
    results_as_utf8()
    if form is ReportFormat.JSON:
        from .json import write_json

        return AllAtOnce(write_json, settings, terms)
    if form is ReportFormat.HTML:
        from .html import html_writer

        return AsPage(html_writer(), settings, terms, earlier=earlier)
    if form is ReportFormat.MARKDOWN:
        from .markdown import write_markdown

        return AsPage(write_markdown, settings, terms)
    writer = _writer(options, terms)
    if settings.baseline is None:
        return AsTheyCome(writer, settings)
    return AllAtOnce(compared(writer, settings), settings, terms)


def _writer(options: CommandLineOptions, terms: AuditOptions) -> Writer:
    if options.form is ReportFormat.CSV:
        from .csv import CsvRows

        return CsvRows(bom=options.bom)
    if options.form is ReportFormat.JUNIT:
        from .junit import JunitSuites

        return JunitSuites(terms)
    if options.form is ReportFormat.SARIF:
        from .sarif import SarifLog

        return SarifLog(terms)
    if options.form is ReportFormat.GITHUB:
        from .github import GithubCommands

        return GithubCommands(terms)
    from .ndjson import NdjsonRows

    return NdjsonRows()
