"""When findings are written, and the exit code that they make.

Rows go out account by account and nothing of them is kept; what needs all of them
(a table that begins with the worst, one JSON value, a comparison) is collected; and a
page shows the worst of many, and keeps no more than that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from attrs import frozen

from ....audit import Acceptance, Audited, AuditOptions, AuditReport, Comparison
from ....audit.report.digest import Digest
from ....audit.report.earlier import EarlierRun
from ....audit.slices import Steps, parts
from ...output.streams import note
from ..settings import Settings
from .verdict import Verdict
from .writer import Writer


class Output(Protocol):
    """Take what became of each account, and write it to stdout.

    Attributes:
        as_they_come: whether it is written at once, or all at the end.
    """

    as_they_come: bool

    def add(self, audited: Audited) -> Steps[None]:
        """Take one, in steps: other accounts are being read meanwhile."""
        ...

    def finish(
        self, *, complete: bool = True, unmatched: Sequence[Acceptance] = ()
    ) -> int:
        """Write what is not written yet, and return the exit code.

        Args:
            complete: false if there would have been more.
            unmatched: acceptances that fitted no finding.
        """
        ...


class AsTheyCome:
    """Write each account when it is done."""

    as_they_come = True

    def __init__(self, writer: Writer, settings: Settings) -> None:
        self._writer = writer
        self._settings = settings
        self._verdict = Verdict(settings.fail_on)
        self._undecided: dict[str, str] = {}

    def add(self, audited: Audited) -> Steps[None]:
        """Write one."""
        yield from self._writer.account(audited)
        for findings in parts(audited.findings):
            self._verdict.count(findings)
            yield
        sys.stdout.flush()
        self._verdict.add(audited)
        self._undecided.update(audited.undecided)

    def finish(
        self, *, complete: bool = True, unmatched: Sequence[Acceptance] = ()
    ) -> int:
        """Write the end."""
        remarks = _remarks(self._undecided, self._settings, unmatched)
        _end(self._writer, complete=complete, remarks=remarks)
        return self._verdict.tell()


class AllAtOnce:
    """Keep all accounts, and write their report at the end."""

    as_they_come = False

    def __init__(
        self,
        write: Callable[[AuditReport, Comparison | None], None],
        settings: Settings,
        terms: AuditOptions,
    ) -> None:
        self._write = write
        self._settings = settings
        self._terms = terms
        self._verdict = Verdict(settings.fail_on)
        self._parts: list[Audited] = []

    def add(self, audited: Audited) -> Steps[None]:
        """Keep one."""
        self._parts.append(audited)
        self._verdict.add(audited)
        yield

    def finish(
        self, *, complete: bool = True, unmatched: Sequence[Acceptance] = ()
    ) -> int:
        """Write the report."""
        settings = self._settings
        report = AuditReport.of(
            self._parts,
            self._terms,
            selection=settings.selection,
            complete=complete,
            unmatched=unmatched,
        )
        baseline = settings.baseline
        since = None if baseline is None else baseline.compare(report)
        self._write(report, since)
        self._verdict.count(report.findings if since is None else since.new)
        return self._verdict.tell()


def compared(
    writer: Writer, settings: Settings
) -> Callable[[AuditReport, Comparison | None], None]:
    """Return what has *writer* write a report that is compared with a baseline."""

    def write(report: AuditReport, since: Comparison | None) -> None:
        assert since is not None
        writer.compared(report, since)
        undecided: dict[str, str] = {}
        for part in report.audited:
            undecided.update(part.undecided)
        remarks = _remarks(undecided, settings, report.unmatched)
        _end(writer, complete=report.complete, remarks=remarks)

    return write


@frozen(kw_only=True)
class Summary:
    """Hold what a page is made of.

    Attributes:
        digest: of all accounts.
        terms: what the checks measured by.
        complete: false if there would have been more.
        since: a comparison with an earlier audit.
        unmatched: acceptances that fitted no finding.
        remarks: what else there is to say, a sentence each.
        earlier: audits to show beside it, oldest first.
    """

    digest: Digest
    terms: AuditOptions
    complete: bool = True
    since: Comparison | None = None
    unmatched: Sequence[Acceptance] = ()
    remarks: Sequence[str] = ()
    earlier: Sequence[EarlierRun] = ()


class AsPage:
    """Keep what a page shows, and write it at the end."""

    as_they_come = False

    def __init__(
        self,
        write: Callable[[Summary], None],
        settings: Settings,
        terms: AuditOptions,
        *,
        earlier: Sequence[EarlierRun] = (),
    ) -> None:
        self._write = write
        self._settings = settings
        self._terms = terms
        self._earlier = earlier
        self._verdict = Verdict(settings.fail_on)
        self._digest = Digest()
        self._parts: list[Audited] = []

    def add(self, audited: Audited) -> Steps[None]:
        """Take one into the page."""
        self._digest.add(audited)
        yield
        self._verdict.add(audited)
        if self._settings.baseline is not None:
            self._parts.append(audited)

    def finish(
        self, *, complete: bool = True, unmatched: Sequence[Acceptance] = ()
    ) -> int:
        """Write the page."""
        since = self._since()
        summary = Summary(
            digest=self._digest,
            terms=self._terms,
            complete=complete,
            since=since,
            unmatched=unmatched,
            earlier=self._earlier,
        )
        self._write(summary)
        if since is None:
            self._verdict.reach(self._digest.counts)
        else:
            self._verdict.count(since.new)
        return self._verdict.tell()

    def _since(self) -> Comparison | None:
        settings = self._settings
        if settings.baseline is None:
            return None
        report = AuditReport.of(self._parts, self._terms, selection=settings.selection)
        return settings.baseline.compare(report)


def _remarks(
    undecided: Mapping[str, str], settings: Settings, unmatched: Sequence[Acceptance]
) -> list[str]:
    """Say what is no finding; among rows there is no place for it."""
    has = settings.selection.has
    remarks = [
        f"{id_} cannot tell: {why}" for id_, why in undecided.items() if has(id_)
    ]
    return [*remarks, *map(not_found, unmatched)]


def not_found(entry: Acceptance) -> str:
    """Say that an acceptance fitted no finding."""
    return f"{entry.label} is accepted, but was not found: {entry.reason}"


def _end(writer: Writer, *, complete: bool, remarks: Sequence[str]) -> None:
    writer.end(complete=complete, remarks=remarks)
    for remark in remarks:
        note(remark)
