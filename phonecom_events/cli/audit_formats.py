"""Findings as JSON, NDJSON or CSV."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from typing import Any, Final, Protocol

from ..audit import AuditReport, Comparison, Finding
from .cells import csv_cell

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
)


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

    def __init__(self) -> None:
        self._csv = csv.writer(sys.stdout, lineterminator="\n")
        self._csv.writerow([*_HEADER, "status"])

    def write(self, findings: Iterable[Finding], status: str = "") -> None:
        """Write some."""
        for finding in findings:
            cells = (*_row(finding), status)
            self._csv.writerow([csv_cell(value) for value in cells])

    def cut_short(self, reason: str) -> None:
        """Write a row of the severity ``incomplete``."""
        row = dict.fromkeys((*_HEADER, "status"), "")
        self._csv.writerow({**row, "severity": "incomplete", "why": reason}.values())


def write_json(report: AuditReport, since: Comparison | None) -> None:
    """Write a whole report, indented."""
    sys.stdout.write(_json(report.to_dict(since=since), indent=2))


def _json(value: Any, *, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent) + "\n"


def _row(finding: Finding) -> tuple[object, ...]:
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
