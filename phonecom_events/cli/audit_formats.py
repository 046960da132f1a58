"""An audit's report as a table, JSON, NDJSON or CSV."""

from __future__ import annotations

import csv
import json
import sys
from typing import Any, Final

from ..audit import AuditReport, Finding
from .audit_table import write_table
from .cells import csv_cell
from .options import Format

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
)


def write_report(report: AuditReport, form: Format, *, seconds: float) -> None:
    """Write a report to stdout.

    JSON is `AuditReport.to_dict`; NDJSON is its findings, one a line; CSV is the
    same flattened.

    Args:
        report: what to write.
        form: how to write it.
        seconds: how long the audit took, for the table.
    """
    if form is Format.TABLE:
        write_table(report, seconds=seconds)
    elif form is Format.JSON:
        sys.stdout.write(_json(report.to_dict(), indent=2))
    elif form is Format.NDJSON:
        for finding in report.findings:
            sys.stdout.write(_json(finding.to_dict()))
    else:
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(_HEADER)
        for finding in report.findings:
            out.writerow([csv_cell(value) for value in _row(finding)])


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
    )
