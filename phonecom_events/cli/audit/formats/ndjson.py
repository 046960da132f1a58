"""Findings as JSON objects, one a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from ....audit import Audited, AuditReport, Comparison, Finding
from ....audit.slices import Steps, parts
from ...output.formats import INTERRUPTED


class NdjsonRows:
    """Write each finding as it stands in `AuditReport.to_dict`."""

    def account(self, audited: Audited) -> Steps[None]:
        """Write what was found in an account."""
        for findings in parts(audited.findings):
            _write(findings)
            yield

    def compared(self, report: AuditReport, since: Comparison) -> None:
        """Write what is new and what is fixed."""
        del report
        _write(since.new, status="new")
        _write(since.fixed, status="fixed")

    def end(self, *, complete: bool, remarks: Sequence[str]) -> None:
        """Write an object that is no finding, if there would have been more."""
        del remarks
        if not complete:
            _line({"incomplete": INTERRUPTED})


def _write(findings: Iterable[Finding], **more: str) -> None:
    for finding in findings:
        _line({**finding.to_dict(), **more})


def _line(plain: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(plain, ensure_ascii=False) + "\n")
