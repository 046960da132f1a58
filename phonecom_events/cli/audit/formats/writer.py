"""What writes findings row by row: one class a format, each in a file of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from attrs import evolve

from ....audit import Audited, AuditReport, Comparison
from ....audit.slices import Steps


class Writer(Protocol):
    """Write what was found to stdout, and keep nothing of it.

    It knows neither exit codes nor when an account is done. What it writes is whole
    after `end`, also if an audit was interrupted; after an error `end` is not called.
    """

    def account(self, audited: Audited) -> Steps[None]:
        """Write what was found in an account, or in Linq, in steps."""
        ...

    def compared(self, report: AuditReport, since: Comparison) -> None:
        """Write what was found in all of them, compared with an earlier audit."""
        ...

    def end(self, *, complete: bool, remarks: Sequence[str]) -> None:
        """Write what comes last.

        Args:
            complete: false if there would have been more.
            remarks: what else there is to say, a sentence each; stderr has it as well.
        """
        ...


def only_new(report: AuditReport, since: Comparison) -> Iterator[Audited]:
    """Go through what became of the accounts, with new findings only."""
    for part in report.audited:
        new = (each for each in part.findings if since.status(each) == "new")
        yield evolve(part, findings=tuple(new))
