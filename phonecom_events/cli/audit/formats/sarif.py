"""Findings as a SARIF 2.1.0 log, which code hosts keep track of.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and what GitHub asks
for beyond it:
https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

from ....audit import (
    Audited,
    AuditOptions,
    AuditReport,
    Comparison,
    Finding,
    Severity,
    every_check,
)
from ....audit.checks import Check
from ....audit.slices import Steps, parts
from ....converter import iso_8601
from ....display.printable import printable
from ....version import __version__
from ...output.formats import INTERRUPTED

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}


class SarifLog:
    """Write a log of one run, a result a line."""

    def __init__(self, terms: AuditOptions) -> None:
        self._started = iso_8601(terms.now)
        self._rules = {check.id: index for index, check in enumerate(every_check())}
        self._begun = False
        self._before = ""

    def account(self, audited: Audited) -> Steps[None]:
        """Write what was found in an account."""
        for findings in parts(audited.findings):
            self._write(findings)
            yield

    def compared(self, report: AuditReport, since: Comparison) -> None:
        """Write all findings with their baseline state; what is fixed is absent."""
        for finding in report.findings:
            self._write([finding], baselineState=since.status(finding))
        self._write(since.fixed, baselineState="absent")

    def end(self, *, complete: bool, remarks: Sequence[str]) -> None:
        """Close the log with how the run went."""
        self._begin()
        notes = [_notification("note", remark) for remark in remarks]
        if not complete:
            notes.append(_notification("error", f"incomplete: {INTERRUPTED}"))
        invocation = {
            "executionSuccessful": complete,
            "startTimeUtc": self._started,
            "toolExecutionNotifications": notes,
        }
        sys.stdout.write(f'\n],"invocations":[{_json(invocation)}]}}]}}\n')

    def _write(self, findings: Iterable[Finding], **more: str) -> None:
        self._begin()
        for finding in findings:
            result = {**_result(finding, self._rules), **more}
            sys.stdout.write(f"{self._before}\n{_json(result)}")
            self._before = ","

    def _begin(self) -> None:
        # Not before there is something to write: after an error there is nothing then.
        if not self._begun:
            self._begun = True
            tool = {"driver": _driver()}
            sys.stdout.write(f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{')
            sys.stdout.write(f'"tool":{_json(tool)},"results":[')


def _driver() -> dict[str, Any]:
    return {
        "name": "phonecom-events",
        "semanticVersion": __version__,
        "rules": [_rule(check) for check in every_check()],
    }


def _rule(check: Check[Any]) -> dict[str, Any]:
    way_out = check.what_to_do
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.explanation},
        "help": {
            "text": f"{check.explanation}\n\n{way_out}",
            "markdown": f"{check.explanation}\n\n**What to do:** {way_out}",
        },
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {"tags": [_vendor(check.id)]},
    }


def _vendor(check_id: str) -> str:
    return "linq" if check_id.startswith("LQ") else "phone.com"


def _result(finding: Finding, rules: Mapping[str, int]) -> dict[str, Any]:
    result = {
        "ruleId": finding.id,
        # What a baseline has may come from a version that had other checks.
        "ruleIndex": rules.get(finding.id, -1),
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(f"{finding.where}: {finding.why}")},
        "locations": [_location(finding)],
        "partialFingerprints": _fingerprints(finding),
        "properties": {"whatToDo": printable(finding.what_to_do)},
    }
    if finding.accepted is not None:
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": printable(str(finding.accepted)),
            }
        ]
    return result


def _message(text: str) -> str:
    """Write a text in which nothing is a placeholder or a link (3.11.5, 3.11.6)."""
    text = printable(text).replace("{", "{{").replace("}", "}}")
    return text.replace("](", "] (")


def _location(finding: Finding) -> dict[str, Any]:
    """Say where it is; GitHub shows only what has a file, so an account stands for one.

    It need not be in the repository: a path that stays the same is all it takes.
    """
    where = finding.where
    account = "linq" if where.account is None else f"accounts/{where.account}"
    item = "" if where.id is None else f"/{quote(printable(str(where.id)), safe='')}"
    return {
        "physicalLocation": {
            "artifactLocation": {
                "uri": f"phonecom-events/{account}/{where.kind}{item}"
            },
            "region": {"startLine": 1},
        },
        "logicalLocations": [
            {"fullyQualifiedName": printable(str(where)), "kind": "resource"}
        ],
    }


def _fingerprints(finding: Finding) -> dict[str, str]:
    fingerprint = finding.fingerprint
    digest = sha256(fingerprint.encode("utf-8", "backslashreplace")).hexdigest()
    return {
        "phonecomEvents/v1": printable(fingerprint),
        # The only one that GitHub looks at.
        "primaryLocationLineHash": f"{digest[:32]}:1",
    }


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _message(text)}}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
