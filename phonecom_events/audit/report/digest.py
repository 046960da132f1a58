"""What a page shows of an audit, kept small however many accounts there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heappush, heappushpop
from itertools import chain, groupby
from operator import attrgetter
from typing import Final, Generic, TypeVar

from attrs import define, evolve, field, frozen

from ..findings import Finding, Severity
from ..masking import masked
from .audited import Audited
from .statistics import Sum

_NAMED_PARTS: Final = 1_000
_WHOLE_PARTS: Final = 100
_FINDINGS: Final = 10
_GAPS: Final = 100
# What browsers still lay out at once, and what a reader looks through unfolded.
_MOST_FINDINGS: Final = 3_000
_OPEN_FINDINGS: Final = 60

T = TypeVar("T")

Rank = tuple[float, ...]


class Worst(Generic[T]):
    """Keep those that rank highest, and count all.

    Attributes:
        seen: how many were added.

    Args:
        size: how many to keep.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[Rank, int, T]] = []
        self.seen: int = 0

    def add(self, rank: Rank, item: T) -> None:
        """Take one, and perhaps let the lowest go; of equals the first stays."""
        self.seen += 1
        # The number keeps the heap from comparing items, which have no order.
        entry = (rank, -self.seen, item)
        if len(self._heap) < self._size:
            heappush(self._heap, entry)
        else:
            heappushpop(self._heap, entry)

    def __iter__(self) -> Iterator[T]:
        """Go through those that were kept, the highest first."""
        return (item for _, _, item in sorted(self._heap, reverse=True))

    def __len__(self) -> int:
        return len(self._heap)


@frozen(kw_only=True)
class Group:
    """Hold what one check found in one account.

    Attributes:
        findings: the first few, at least one.
        more: how many there are besides.
    """

    findings: tuple[Finding, ...]
    more: int = 0

    @property
    def check(self) -> Finding:
        """One that tells the check's id, severity and title, and if it is accepted."""
        return self.findings[0]

    @property
    def reasons(self) -> Mapping[str, str]:
        """What was found, with the places that have each reason in common."""
        places: dict[str, list[str]] = {}
        for finding in self.findings:
            places.setdefault(finding.why, []).append(finding.where.label)
        return {why: ", ".join(labels) for why, labels in places.items()}

    @property
    def ways_out(self) -> Iterable[str]:
        """What to do, each once."""
        return dict.fromkeys(finding.what_to_do for finding in self.findings)


def by_check(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """Split findings that come in their order where the check changes.

    Accepted ones are apart from the others, and by why they are.
    """
    for _, same in groupby(findings, key=attrgetter("id", "accepted")):
        yield list(same)


@frozen(kw_only=True)
class Part:
    """Hold what was found in one account, or in Linq.

    Attributes:
        account: its voip id; None for Linq.
        counts: how many findings there are of each severity, worst first.
        accepted: how many there are besides that are accepted.
        groups: the findings by check, the accepted ones last; empty where only the
            counts are kept.
    """

    account: int | None
    counts: tuple[int, ...]
    accepted: int = 0
    groups: tuple[Group, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return _name(self.account)

    @property
    def by_severity(self) -> Mapping[Severity, int]:
        """The counts by name."""
        return dict(zip(Severity, self.counts, strict=True))

    @property
    def rank(self) -> Rank:
        """Order the worst last; of those alike the lower voip id, and before Linq."""
        return (*self.counts, self.accepted, -_number(self.account))


@frozen(kw_only=True)
class Gap:
    """Say what of an account could not be read, or not for certain.

    Attributes:
        account: its voip id; None for Linq.
        resources: the listings, such as ``listeners``, that have it in common.
        lost: whether they ended in an error, or may not be read; else they are only
            not proven.
        reason: why.
    """

    account: int | None
    resources: tuple[str, ...]
    lost: bool
    reason: str

    @property
    def name(self) -> str:
        """What people call the account."""
        return _name(self.account)

    @property
    def rank(self) -> Rank:
        """Order the worst last; of those alike the lower voip id, and before Linq."""
        return (float(self.lost), -_number(self.account))


def _acceptance(finding: Finding) -> tuple[object, ...]:
    """Order as findings are, but those with one acceptance side by side."""
    accepted = finding.accepted
    reason = (accepted.reason, str(accepted.until)) if accepted else ()
    return (finding.severity.rank, finding.id, reason, finding.sort_key)


def _name(account: int | None) -> str:
    return "Linq" if account is None else f"Account {account}"


def _number(account: int | None) -> float:
    return float("inf") if account is None else account


@define
class CheckCount:
    """Count what a check has found.

    Attributes:
        findings: how many there are.
        accepted: how many there are besides that are accepted.
        parts: in how many accounts, with Linq as one.
    """

    id: str
    severity: Severity
    title: str
    findings: int = 0
    accepted: int = 0
    parts: int = 0


@define
class ReadingCount:
    """Count what it took to read one resource.

    Attributes:
        listings: how many lists were read.
        items: that came.
        requests: those made again included.
        waited: seconds for room in the rate limits, and between attempts.
        unproven, lost: how many of the lists are so.
    """

    listings: int = 0
    items: int = 0
    requests: int = 0
    waited: float = 0.0
    unproven: int = 0
    lost: int = 0


@define
class Digest:
    """Take in an audit, account by account, in any order.

    Attributes:
        accounts: how many were audited.
        linq: whether Linq was.
        bad_accounts: in how many of them something was found that is not accepted.
        bad_linq: whether something was found there, likewise.
        unreadable: how many of them, and Linq, could not be read whole.
        counts: of findings that are not accepted, by severity.
        accepted: how many are.
        checks: by id, those that found something.
        parts: accounts with findings, the worst first, with their counts.
        whole: the first of these, with the findings.
        readings: by resource, how reading went.
        gaps: what is missing, or may be.
        statistics: of all listeners and subscriptions.
    """

    accounts: int = 0
    linq: bool = False
    bad_accounts: int = 0
    bad_linq: bool = False
    unreadable: int = 0
    counts: Counter[Severity] = field(factory=Counter)
    accepted: int = 0
    checks: dict[str, CheckCount] = field(factory=dict)
    parts: Worst[Part] = field(factory=lambda: Worst(_NAMED_PARTS))
    whole: Worst[Part] = field(factory=lambda: Worst(_WHOLE_PARTS))
    readings: dict[str, ReadingCount] = field(factory=dict)
    gaps: Worst[Gap] = field(factory=lambda: Worst(_GAPS))
    statistics: Sum = field(factory=Sum)

    @property
    def is_clean(self) -> bool:
        """Whether something was looked at, all was read, and what was found accepted."""
        looked = self.accounts > 0 or self.linq
        return looked and not self.counts.total() and not self.gaps.seen

    @property
    def requests(self) -> int:
        """How many were made in all."""
        return sum(count.requests for count in self.readings.values())

    def add(self, audited: Audited) -> None:
        """Take in what became of one account, or of Linq."""
        if audited.account is None:
            self.linq = True
        else:
            self.accounts += 1
        self.unreadable += audited.unreadable
        self.statistics.add(audited.statistics)
        self._add_readings(audited)
        if audited.findings:
            self._add_findings(audited)

    def in_full(self) -> list[tuple[Part, bool]]:
        """Return the worst accounts, as many as a page has room for.

        Each with whether it is to be unfolded: the first few are, the worst always.
        """
        parts: list[tuple[Part, bool]] = []
        shown = 0
        for part in self.whole:
            opened = shown < _OPEN_FINDINGS
            shown += sum(len(group.findings) for group in part.groups)
            if parts and shown > _MOST_FINDINGS:
                break
            parts.append((part, opened))
        return parts

    def _add_findings(self, audited: Audited) -> None:
        accepted = sorted(
            (each for each in audited.findings if each.accepted), key=_acceptance
        )
        found: Sequence[Finding] = audited.findings
        if accepted:
            found = [each for each in audited.findings if not each.accepted]
        # In their order, so that hundreds of thousands need not be hashed one by one.
        counts: Counter[Severity] = Counter()
        for severity, same in groupby(found, attrgetter("severity")):
            counts[severity] += sum(1 for _ in same)
        self.counts.update(counts)
        self.accepted += len(accepted)
        groups = tuple(map(self._group, by_check(chain(found, accepted))))
        for check_id in {group.check.id for group in groups}:
            self.checks[check_id].parts += 1
        part = Part(
            account=audited.account,
            counts=tuple(counts[severity] for severity in Severity),
            accepted=len(accepted),
            groups=groups,
        )
        if found and part.account is None:
            self.bad_linq = True
        elif found:
            self.bad_accounts += 1
        self.whole.add(part.rank, part)
        self.parts.add(part.rank, evolve(part, groups=()))

    def _group(self, findings: list[Finding]) -> Group:
        first = findings[0]
        check = self.checks.setdefault(
            first.id, CheckCount(first.id, first.severity, first.title)
        )
        if first.accepted:
            check.accepted += len(findings)
        else:
            check.findings += len(findings)
        shown = tuple(findings[:_FINDINGS])
        return Group(findings=shown, more=len(findings) - len(shown))

    def _add_readings(self, audited: Audited) -> None:
        gaps: dict[tuple[bool, str], list[str]] = {}
        for reading in audited.readings:
            report = reading.report
            error = reading.error or reading.refused
            lost = error is not None
            count = self.readings.setdefault(reading.resource, ReadingCount())
            count.listings += 1
            count.items += report.items
            count.requests += report.requests + report.retries
            count.waited += report.waited + report.queued
            count.lost += lost
            count.unproven += not lost and not report.proven
            if lost or not report.proven:
                reason = masked(str(error)) if lost else report.reason
                gaps.setdefault((lost, reason), []).append(reading.resource)
        for (lost, reason), resources in gaps.items():
            gap = Gap(
                account=audited.account,
                resources=tuple(resources),
                lost=lost,
                reason=reason,
            )
            self.gaps.add(gap.rank, gap)
