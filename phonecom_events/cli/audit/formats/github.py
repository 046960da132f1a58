"""Findings as workflow commands, which GitHub shows as annotations.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ....audit import Audited, AuditOptions, AuditReport, Comparison, Finding, Severity
from ....audit.report.digest import Digest
from ....audit.slices import Steps, parts
from ....display.printable import printable
from ...exits import CannotRun
from ...output.formats import INTERRUPTED
from .markdown import markdown
from .output import Summary
from .writer import only_new

SUMMARY: Final = "GITHUB_STEP_SUMMARY"

_COMMANDS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


class GithubCommands:
    """Write a command for each finding; accepted ones are no more than notices.

    If GITHUB_STEP_SUMMARY names a file, it gets the audit as markdown.
    """

    def __init__(self, terms: AuditOptions) -> None:
        self._terms = terms
        self._summary = os.environ.get(SUMMARY, "")
        self._digest = Digest()
        self._since: Comparison | None = None

    def account(self, audited: Audited) -> Steps[None]:
        """Write what was found in an account."""
        if self._summary:
            self._digest.add(audited)
        yield from _findings(audited)

    def compared(self, report: AuditReport, since: Comparison) -> None:
        """Write what is new, and as notices what is fixed."""
        self._since = since
        if self._summary:
            for part in report.audited:
                self._digest.add(part)
        for part in only_new(report, since):
            for _ in _findings(part):
                pass
        for finding in since.fixed:
            _command("notice", f"{finding.id} fixed", f"{finding.where}")

    def end(self, *, complete: bool, remarks: Sequence[str]) -> None:
        """Write remarks, and the summary."""
        if not complete:
            _command("error", "Audit is incomplete", INTERRUPTED)
        for remark in remarks:
            _command("notice", "Audit", remark)
        if self._summary:
            summary = Summary(
                digest=self._digest,
                terms=self._terms,
                complete=complete,
                since=self._since,
                remarks=remarks,
            )
            _append(Path(self._summary), markdown(summary))


def _findings(audited: Audited) -> Steps[None]:
    for findings in parts(audited.findings):
        for finding in findings:
            _finding(finding)
        yield


def _finding(finding: Finding) -> None:
    message = f"{finding.where}: {finding.why}"
    if finding.accepted is not None:
        _command("notice", f"{finding.id} accepted", message, str(finding.accepted))
        return
    title = f"{finding.id} {finding.title}"
    name = _COMMANDS[finding.severity]
    _command(name, title, message, f"→ {finding.what_to_do}")


def _command(name: str, title: str, *lines: str) -> None:
    # The runner looks for the older ##[command] anywhere in a line, but not in one that
    # is a command already: src/Runner.Worker/ActionCommandManager.cs of actions/runner.
    data = _data("\n".join(map(printable, lines)))
    sys.stdout.write(f"::{name} title={_property(title)}::{data}\n")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")


def _append(path: Path, text: str) -> None:
    """Add to the step's summary, which other steps' lines may stand in already."""
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise CannotRun(
            f"cannot write the file that {SUMMARY} names: {error.strerror or error}"
        ) from None
