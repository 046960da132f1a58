"""Findings as rows of CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ....audit import Audited, AuditReport, Comparison, Finding
from ....audit.slices import Steps, parts
from ...output.formats import INTERRUPTED, begin_csv

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
    "accepted",
    "accepted_until",
)


class CsvRows:
    """Write each finding as a row, under a header."""

    def __init__(self, *, bom: bool) -> None:
        self._row = begin_csv(_HEADER, bom=bom)

    def account(self, audited: Audited) -> Steps[None]:
        """Write what was found in an account."""
        for findings in parts(audited.findings):
            self._write(findings)
            yield

    def compared(self, report: AuditReport, since: Comparison) -> None:
        """Write what is new and what is fixed."""
        del report
        self._write(since.new, "new")
        self._write(since.fixed, "fixed")

    def end(self, *, complete: bool, remarks: Sequence[str]) -> None:
        """Write a row of the severity ``incomplete``, if there would have been more."""
        del remarks
        if not complete:
            row = dict.fromkeys(_HEADER, "")
            self._row({**row, "severity": "incomplete", "why": INTERRUPTED}.values())

    def _write(self, findings: Iterable[Finding], status: str = "") -> None:
        for finding in findings:
            self._row(_cells(finding, status))


def _cells(finding: Finding, status: str) -> tuple[object, ...]:
    where, accepted = finding.where, finding.accepted
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
        status,
        accepted.reason if accepted else None,
        accepted.until if accepted else None,
    )
