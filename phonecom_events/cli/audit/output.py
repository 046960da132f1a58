"""What an audit writes: its findings in each format, and the exit code they make.

Rows go out account by account and nothing of them is kept; what needs all of them
(a table that begins with the worst, one JSON value, a comparison) is collected.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

from ...audit import (
    Audited,
    AuditOptions,
    AuditReport,
    Comparison,
    Finding,
    Selection,
    Severity,
    exit_code,
)
from ...audit.slices import Steps, parts
from ...lazy import LazyModule
from ..exits import CannotRun
from ..output.formats import INTERRUPTED, begin_csv
from ..output.streams import note, results_as_utf8
from .options import CommandLineOptions, ReportFormat
from .settings import Settings
from .table import write_table

if TYPE_CHECKING:
    from ...audit import html
    from ...audit.html import page
else:
    html = LazyModule("...audit.html", __package__)
    page = LazyModule("...audit.html.page", __package__)

_HEADER: Final = (
    "severity",
    "id",
    "title",
    "account",
    "extension",
    "kind",
    "item",
    "why",
    "what_to_do",
    "fingerprint",
    "status",
)
_ROWS: Final = (ReportFormat.NDJSON, ReportFormat.CSV)
_SHOWN: Final = 10


class Rows(Protocol):
    """Write findings to stdout, one a line."""

    def write(self, findings: Iterable[Finding], status: str = "") -> None:
        """Write some.

        Args:
            findings: in their order.
            status: how they stand to a baseline; empty without one.
        """
        ...

    def cut_short(self, reason: str) -> None:
        """Write that there would have been more."""
        ...


class NdjsonRows:
    """Write each finding as a JSON object."""

    def write(self, findings: Iterable[Finding], status: str = "") -> None:
        """Write some, as they stand in `AuditReport.to_dict`."""
        for finding in findings:
            plain = finding.to_dict()
            sys.stdout.write(_json({**plain, "status": status} if status else plain))

    def cut_short(self, reason: str) -> None:
        """Write an object that is no finding: its one key is ``incomplete``."""
        sys.stdout.write(_json({"incomplete": reason}))


class CsvRows:
    """Write each finding as a row, under a header."""

    def __init__(self, *, bom: bool) -> None:
        self._row = begin_csv(_HEADER, bom=bom)

    def write(self, findings: Iterable[Finding], status: str = "") -> None:
        """Write some."""
        for finding in findings:
            self._row((*_cells(finding), status))

    def cut_short(self, reason: str) -> None:
        """Write a row of the severity ``incomplete``."""
        row = dict.fromkeys(_HEADER, "")
        self._row({**row, "severity": "incomplete", "why": reason}.values())


def write_json(report: AuditReport, since: Comparison | None) -> None:
    """Write a whole report, indented."""
    sys.stdout.write(_json(report.to_dict(since=since), indent=2))


def _json(value: Any, *, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent) + "\n"


def _cells(finding: Finding) -> tuple[object, ...]:
    where = finding.where
    return (
        str(finding.severity),
        finding.id,
        finding.title,
        where.account,
        where.extension,
        where.kind,
        where.id,
        finding.why,
        finding.what_to_do,
        finding.fingerprint,
    )


class Output(Protocol):
    """Take what became of each account, and write it to stdout.

    Attributes:
        as_they_come: whether it is written at once, or all at the end.
    """

    as_they_come: bool

    def add(self, audited: Audited) -> Steps[None]:
        """Take one, in steps: other accounts are being read meanwhile."""
        ...

    def finish(self, *, complete: bool = True) -> int:
        """Write what is not written yet, and return the exit code.

        Args:
            complete: false if there would have been more.
        """
        ...


def output(
    options: CommandLineOptions, settings: Settings, terms: AuditOptions
) -> Output:
    """Choose how to write: account by account, or all at once.

    Rows are written as they come, and nothing of them is kept. A table begins with
    the worst account, JSON is one value, and a comparison needs all: those are
    collected. A page shows the worst of many, and keeps no more than that.
    """
    if options.form is not ReportFormat.TABLE:
        results_as_utf8()
    if options.form is ReportFormat.HTML:
        return _AsPage(settings, terms)
    if options.form in _ROWS and settings.baseline is None:
        return _AsTheyCome(_rows(options), settings)
    return _AllAtOnce(options, settings, terms)


def _rows(options: CommandLineOptions) -> Rows:
    if options.form is ReportFormat.CSV:
        return CsvRows(bom=options.bom)
    return NdjsonRows()


class _AsTheyCome:
    as_they_come = True

    def __init__(self, rows: Rows, settings: Settings) -> None:
        self._rows = rows
        self._settings = settings
        self._severities: set[Severity] = set()
        self._undecided: dict[str, str] = {}
        self._unreadable: list[int | None] = []

    def add(self, audited: Audited) -> Steps[None]:
        for findings in parts(audited.findings):
            self._rows.write(findings)
            self._severities.update(finding.severity for finding in findings)
            yield
        sys.stdout.flush()
        self._undecided.update(audited.undecided)
        if audited.unreadable:
            self._unreadable.append(audited.account)

    def finish(self, *, complete: bool = True) -> int:
        if not complete:
            self._rows.cut_short(INTERRUPTED)
        _tell_undecided(self._undecided, self._settings.selection)
        _tell_unreadable(self._unreadable)
        gaps = bool(self._unreadable)
        return exit_code(self._severities, self._settings.fail_on, unreadable=gaps)


class _AsPage:
    as_they_come = False

    def __init__(self, settings: Settings, terms: AuditOptions) -> None:
        try:
            page.page_template()  # else a long audit would end in a missing package
        except ImportError as error:
            raise CannotRun(str(error)) from None
        self._settings = settings
        self._terms = terms
        self._digest = html.Digest()
        self._unreadable: list[int | None] = []
        self._parts: list[Audited] = []

    def add(self, audited: Audited) -> Steps[None]:
        self._digest.add(audited)
        yield
        if audited.unreadable:
            self._unreadable.append(audited.account)
        if self._settings.baseline is not None:
            self._parts.append(audited)

    def finish(self, *, complete: bool = True) -> int:
        since = self._since()
        sys.stdout.write(
            html.html_page(self._digest, self._terms, complete=complete, since=since)
        )
        _tell_unreadable(self._unreadable)
        severities = set(self._digest.counts)
        if since is not None:
            severities = {finding.severity for finding in since.new}
        gaps = bool(self._unreadable)
        return exit_code(severities, self._settings.fail_on, unreadable=gaps)

    def _since(self) -> Comparison | None:
        settings = self._settings
        if settings.baseline is None:
            return None
        report = AuditReport.of(self._parts, self._terms, selection=settings.selection)
        return settings.baseline.compare(report)


class _AllAtOnce:
    as_they_come = False

    def __init__(
        self, options: CommandLineOptions, settings: Settings, terms: AuditOptions
    ) -> None:
        self._options = options
        self._settings = settings
        self._terms = terms
        self._parts: list[Audited] = []
        self._started = time.monotonic()

    def add(self, audited: Audited) -> Steps[None]:
        self._parts.append(audited)
        yield

    def finish(self, *, complete: bool = True) -> int:
        settings = self._settings
        report = AuditReport.of(
            self._parts, self._terms, selection=settings.selection, complete=complete
        )
        baseline = settings.baseline
        since = None if baseline is None else baseline.compare(report)
        if self._options.form is ReportFormat.JSON:
            write_json(report, since)
        elif self._options.form is ReportFormat.TABLE:
            seconds = time.monotonic() - self._started
            write_table(report, seconds=seconds, since=since)
        elif since is not None:
            rows = _rows(self._options)
            rows.write(since.new, "new")
            rows.write(since.fixed, "fixed")
            if not complete:
                rows.cut_short(INTERRUPTED)
            for part in self._parts:
                _tell_undecided(part.undecided, settings.selection)
        _tell_unreadable([part.account for part in report.unreadable])
        return report.exit_code(settings.fail_on, since=since)


def _tell_undecided(undecided: Mapping[str, str], selection: Selection) -> None:
    """Say which checks cannot tell; among rows there is no place for it."""
    for check_id, why in undecided.items():
        if selection.has(check_id):
            note(f"{check_id} cannot tell: {why}")


def _tell_unreadable(accounts: list[int | None]) -> None:
    if not accounts:
        return
    names = [str(each) for each in sorted(each for each in accounts if each)]
    names += ["Linq"] if None in accounts else []
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    note(f"could not be read: {', '.join(names[:_SHOWN])}{more}; the report says why")
