"""What the page shows of an audit, kept small however many accounts there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from attrs import define, evolve, field

from ..findings import Finding, Severity
from ..masking import masked
from ..report.audited import Audited
from ..report.statistics import Sum
from .parts import CheckCount, Gap, Group, Part, ReadingCount
from .worst import Worst

_NAMED_PARTS: Final = 1_000
_WHOLE_PARTS: Final = 100
_FINDINGS: Final = 10
_GAPS: Final = 100


@define
class Digest:
    """Take in an audit, account by account, in any order.

    Attributes:
        accounts: how many were audited.
        linq: whether Linq was.
        bad_linq: whether something was found there.
        unreadable: how many of them, and Linq, could not be read whole.
        counts: of findings, by severity.
        checks: by id, those that found something.
        parts: accounts with findings, the worst first, with their counts.
        whole: the first of these, with the findings.
        readings: by resource, how reading went.
        gaps: what is missing, or may be.
        statistics: of all listeners and subscriptions.
    """

    accounts: int = 0
    linq: bool = False
    bad_linq: bool = False
    unreadable: int = 0
    counts: Counter[Severity] = field(factory=Counter)
    checks: dict[str, CheckCount] = field(factory=dict)
    parts: Worst[Part] = field(factory=lambda: Worst(_NAMED_PARTS))
    whole: Worst[Part] = field(factory=lambda: Worst(_WHOLE_PARTS))
    readings: dict[str, ReadingCount] = field(factory=dict)
    gaps: Worst[Gap] = field(factory=lambda: Worst(_GAPS))
    statistics: Sum = field(factory=Sum)

    @property
    def bad_accounts(self) -> int:
        """In how many accounts something was found."""
        return self.parts.seen - self.bad_linq

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

    def _add_findings(self, audited: Audited) -> None:
        counts = Counter(finding.severity for finding in audited.findings)
        self.counts.update(counts)
        groups = tuple(self._groups(audited.findings))
        part = Part(
            account=audited.account,
            counts=tuple(counts[severity] for severity in Severity),
            groups=groups,
        )
        self.bad_linq |= part.account is None
        self.whole.add(part.rank, part)
        self.parts.add(part.rank, evolve(part, groups=()))

    def _groups(self, findings: tuple[Finding, ...]) -> Iterator[Group]:
        for check_id, same in groupby(findings, key=lambda finding: finding.id):
            group = list(same)
            first = group[0]
            check = self.checks.setdefault(
                check_id, CheckCount(check_id, first.severity, first.title)
            )
            check.findings += len(group)
            check.parts += 1
            shown = tuple(group[:_FINDINGS])
            yield Group(findings=shown, more=len(group) - len(shown))

    def _add_readings(self, audited: Audited) -> None:
        gaps: dict[tuple[bool, str], list[str]] = {}
        for reading in audited.readings:
            report = reading.report
            lost = reading.error is not None
            count = self.readings.setdefault(reading.resource, ReadingCount())
            count.listings += 1
            count.items += report.items
            count.requests += report.requests + report.retries
            count.waited += report.waited + report.queued
            count.lost += lost
            count.unproven += not lost and not report.proven
            if lost or not report.proven:
                reason = masked(str(reading.error)) if lost else report.reason
                gaps.setdefault((lost, reason), []).append(reading.resource)
        for (lost, reason), resources in gaps.items():
            gap = Gap(
                account=audited.account,
                resources=tuple(resources),
                lost=lost,
                reason=reason,
            )
            self.gaps.add(gap.rank, gap)
