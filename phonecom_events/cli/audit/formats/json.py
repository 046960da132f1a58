"""The whole report as one JSON value."""

from __future__ import annotations

import json
import sys

from ....audit import AuditReport, Comparison


def write_json(report: AuditReport, since: Comparison | None) -> None:
    """Write a whole report, indented."""
    plain = report.to_dict(since=since)
    sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=2) + "\n")
