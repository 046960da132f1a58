"""Which findings of an audit are accepted, and which acceptances found nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date
from typing import Final

from attrs import evolve
from msgspec.structs import replace

from ...errors import InvalidArgument
from ..acceptance import Acceptance
from ..checks.selection import Selection, checks_like, every_check
from ..findings import Finding
from ..options import AuditOptions
from ..slices import Steps, joined, parts
from .audited import Audited

_LINQ: Final = "LQ"

Key = tuple[int | None, str | None]


class Acceptances:
    """Mark the accepted findings of an audit, account by account.

    Memory does not grow with the number of accounts, only with that of acceptances.

    Args:
        entries: of several that fit a finding, the first that is in force decides.
        options, selection: the audit's.

    Raises:
        InvalidArgument: one is no `Acceptance`, or no check has such an id.
    """

    def __init__(
        self,
        entries: Iterable[Acceptance],
        options: AuditOptions,
        selection: Selection,
    ) -> None:
        self._entries = tuple(entries)
        for entry in self._entries:
            if not isinstance(entry, Acceptance):
                raise InvalidArgument("accepted must be a list of Acceptance")
            checks_like(entry.check)
        self._day: date = options.now.astimezone(UTC).date()
        self._selection = selection
        # By place, because findings can be hundreds of thousands, and entries hundreds.
        self._by_place: defaultdict[Key, list[int]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            self._by_place[entry.account, entry.target].append(number)
        self._named = {entry.account for entry in self._entries}
        self._matched: set[int] = set()
        self._read: set[int | None] = set()
        self._gaps = False
        self._linq = False
        self._undecided: set[str] = set()

    def mark(self, audited: Audited) -> Steps[Audited]:
        """Return what became of an account with its accepted findings marked."""
        if not self._entries:
            return audited
        self._take_note(audited)
        marked: list[tuple[Finding, ...]] = []
        for some in parts(audited.findings):
            marked.append(tuple(map(self._marked, some)))
            yield
        return evolve(audited, findings=joined(marked))

    @property
    def unmatched(self) -> tuple[Acceptance, ...]:
        """Those that no finding fitted, though it was looked for.

        What was not looked for is not told: an account that was left out or could not
        be read, a check that was not run or cannot tell.
        """
        return tuple(
            entry
            for number, entry in enumerate(self._entries)
            if number not in self._matched and self._looked_for(entry)
        )

    def _take_note(self, audited: Audited) -> None:
        """Remember what the audit could look at; of accounts, only those named."""
        self._undecided.update(audited.unsettled)
        if not audited.whole:
            self._gaps = True
        elif audited.account is None:
            self._linq = True
        elif audited.account in self._named:
            self._read.add(audited.account)

    def _looked_for(self, entry: Acceptance) -> bool:
        if entry.account is None:
            if self._gaps:
                return False
        elif entry.account not in self._read:
            return False
        return any(
            self._selection.has(check.id)
            and check.id not in self._undecided
            and (self._linq or not check.id.startswith(_LINQ))
            for check in every_check()
            if check.id.startswith(entry.check)
        )

    def _marked(self, finding: Finding) -> Finding:
        fitting = self._fitting(finding)
        if not fitting:
            return finding
        self._matched.update(fitting)
        entries = [self._entries[number] for number in sorted(fitting)]
        for entry in entries:
            if entry.holds_on(self._day):
                return replace(finding, accepted=entry)
        lapsed = entries[0]
        why = f"{finding.why}; accepted until {lapsed.until}, which has passed"
        return replace(finding, why=why)

    def _fitting(self, finding: Finding) -> list[int]:
        where = finding.where
        accounts: Sequence[int | None] = (where.account, None)
        if where.account is None:
            accounts = (None,)
        return [
            number
            for account in accounts
            for target in dict.fromkeys((where.target, where.label, None))
            for number in self._by_place.get((account, target), ())
            if finding.id.startswith(self._entries[number].check)
        ]
