"""What an audit comes to: its exit code, and which accounts could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ....audit import Audited, Finding, Severity, exit_code
from ...output.streams import note

_SHOWN: Final = 10


class Verdict:
    """Keep what the exit code needs, and nothing of the findings.

    Args:
        fail_on: from which severity on it is 1; None for never.
    """

    def __init__(self, fail_on: Severity | None) -> None:
        self._fail_on = fail_on
        self._severities: set[Severity] = set()
        self._unreadable: list[int | None] = []

    def count(self, findings: Iterable[Finding]) -> None:
        """Take findings; accepted ones count for nothing."""
        self.reach(each.severity for each in findings if not each.accepted)

    def reach(self, severities: Iterable[Severity]) -> None:
        """Take the severities of findings that count."""
        self._severities.update(severities)

    def add(self, audited: Audited) -> None:
        """Take how the reading of an account went."""
        if audited.unreadable:
            self._unreadable.append(audited.account)

    def tell(self) -> int:
        """Say which accounts could not be read, and return the exit code."""
        accounts = self._unreadable
        if accounts:
            names = [str(each) for each in sorted(each for each in accounts if each)]
            names += ["Linq"] if None in accounts else []
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            shown = ", ".join(names[:_SHOWN])
            note(f"could not be read: {shown}{more}; the report says why")
        return exit_code(self._severities, self._fail_on, unreadable=bool(accounts))
