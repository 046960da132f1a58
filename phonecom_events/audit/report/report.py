"""The report of a whole audit: every finding, and how far it can be trusted.

`AuditReport.to_dict` is its JSON form. Times are ISO 8601 in UTC. Keys are only
ever added; if one changes its meaning or goes, ``schema`` counts up::

    schema              1
    version             of phonecom-events
    audited_at          the moment that expiry was measured at
    expiring_within     seconds
    complete            false if it was interrupted
    summary
      findings          severity → how many are not accepted
      accepted          how many are; only if there are any
      accounts          how many were audited
      unreadable        how many of them, and Linq, could not be read
      items             resource → how many were read
      requests          how many it took, those made again included
    audited             one for each account, and one for Linq
      account           its voip id; null for Linq
      readings          one for each listing
        resource        such as "listeners"
        items, requests, retries, waited, queued, repeats, steps_back,
        order, complete, proven, reason
                        of its scan, as in `ScanReport`
        error           null, or what ended it early
        refused         only where the key may not read it: what was answered;
                        checks that need it cannot tell
    findings            worst first
      id, severity, title, why, what_to_do
      where             kind, id, account, extension; null where it has none
      fingerprint       the same in every audit that finds it
      status            "new" or "unchanged"; only with a baseline
      accepted          check, account, target, reason, until: only if it is accepted
    unmatched           acceptances that fitted no finding, as above; only if there are
    baseline            only with one
      audited_at        when it was audited
      new, unchanged    how many of the findings are
      unknown           how many of its findings were not looked for this time
      fixed             its findings that are gone, as above
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any, Final, Literal, Self, TypedDict, Unpack

from attrs import field, frozen

from ...converter import iso_8601
from ...version import __version__
from ..acceptance import Acceptance
from ..checks.selection import Selection
from ..findings import Finding, Severity
from ..options import AuditOptions
from ..slices import Steps, at_once, in_order, parts
from .audited import Audited, in_short

Status = Literal["new", "unchanged"]


@frozen(kw_only=True)
class Comparison:
    """Say how the findings of an audit differ from those of an earlier one.

    Attributes:
        baseline_at: the moment that the earlier one measured at.
        new: findings that the earlier one had not, worst first.
        unchanged: findings that it had.
        fixed: findings of it that were looked for again, and are gone.
        unknown: findings of it that were not looked for: their account or their
            check was left out this time, or what they need could not be read.
    """

    baseline_at: datetime
    new: tuple[Finding, ...] = ()
    unchanged: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    unknown: tuple[Finding, ...] = ()

    def status(self, finding: Finding) -> Status:
        """Tell whether a finding of this audit is new."""
        return "new" if finding.fingerprint in self._new else "unchanged"

    def to_dict(self) -> dict[str, Any]:
        """Return what is not in the findings of the report, fit for JSON."""
        return {
            "audited_at": iso_8601(self.baseline_at),
            "new": len(self.new),
            "unchanged": len(self.unchanged),
            "unknown": len(self.unknown),
            "fixed": [finding.to_dict() for finding in self.fixed],
        }

    @cached_property
    def _new(self) -> frozenset[str]:
        return frozenset(finding.fingerprint for finding in self.new)


SCHEMA: Final = 1


class ReportTerms(TypedDict, total=False):
    """What a report says of its audit besides what was found."""

    selection: Selection | None
    complete: bool
    unmatched: tuple[Acceptance, ...]


def _sort_key(finding: Finding) -> Any:
    return finding.sort_key


@frozen(kw_only=True)
class AuditReport:
    """Hold what an audit found.

    Attributes:
        audited_at: the moment that expiry was measured at, in UTC.
        expiring_within: how long before its end a listener expires "soon".
        audited: what became of each account, by voip id, and of Linq, last.
        findings: of all of them: worst first, then by check, then by place.
        selection: which checks were run.
        complete: whether it came to its end; what is said is true all the same.
        unmatched: acceptances that fitted no finding, though it was looked for.
    """

    audited_at: datetime
    expiring_within: timedelta
    audited: tuple[Audited, ...] = field(repr=in_short)
    findings: tuple[Finding, ...] = field(repr=in_short)
    selection: Selection = field(factory=Selection)
    complete: bool = True
    unmatched: tuple[Acceptance, ...] = ()

    @classmethod
    def of(
        cls,
        audited: Iterable[Audited],
        options: AuditOptions,
        *,
        selection: Selection | None = None,
        complete: bool = True,
        unmatched: Iterable[Acceptance] = (),
    ) -> Self:
        """Draw up the report of what a stream gave, in whatever order.

        Args:
            audited: what it gave.
            options, selection: the stream's.
            complete: whether that is all there was to do.
            unmatched: the stream's, when it is done.
        """
        terms: ReportTerms = {
            "selection": selection,
            "complete": complete,
            "unmatched": tuple(unmatched),
        }
        return at_once(cls.in_steps(audited, options, **terms))

    @classmethod
    def in_steps(
        cls,
        audited: Iterable[Audited],
        options: AuditOptions,
        **terms: Unpack[ReportTerms],
    ) -> Steps[Self]:
        """Draw it up as `of` does, but in steps."""
        # They come as they are done, and a report must be the same each time.
        every = sorted(audited, key=lambda part: (part.account is None, part.account))
        found = chain.from_iterable(parts(part.findings) for part in every)
        findings = yield from in_order(found, _sort_key)
        return cls(
            audited_at=options.now.astimezone(UTC),
            expiring_within=options.expiring_within,
            audited=tuple(every),
            findings=findings,
            selection=terms.get("selection") or Selection(),
            complete=terms.get("complete", True),
            unmatched=terms.get("unmatched", ()),
        )

    @property
    def accounts(self) -> tuple[int, ...]:
        """The voip ids of the accounts, unreadable ones included."""
        return tuple(part.account for part in self.audited if part.account is not None)

    @property
    def unreadable(self) -> tuple[Audited, ...]:
        """The accounts, or Linq, of which something could not be read."""
        return tuple(part for part in self.audited if part.unreadable)

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many findings there are of each severity, without the accepted ones."""
        counts = Counter(each.severity for each in self.findings if not each.accepted)
        return {severity: counts[severity] for severity in Severity}

    @property
    def accepted(self) -> tuple[Finding, ...]:
        """The findings that are accepted, worst first."""
        return tuple(finding for finding in self.findings if finding.accepted)

    @property
    def items(self) -> Mapping[str, int]:
        """How many items were read of each resource."""
        items: Counter[str] = Counter()
        for part in self.audited:
            for reading in part.readings:
                items[reading.resource] += reading.report.items
        return dict(items)

    @property
    def requests(self) -> int:
        """How many requests it took, those made again included."""
        return sum(part.requests for part in self.audited)

    def exit_code(
        self, fail_on: Severity | None = None, *, since: Comparison | None = None
    ) -> int:
        """Sum it up for a shell.

        Args:
            fail_on: from which severity on a finding makes it 1; None for none.
            since: a comparison with an earlier audit: only what is new counts.

        Returns:
            2 if something could not be read; else 1 if there is a finding as bad
            as *fail_on* that is not accepted; else 0.
        """
        findings = self.findings if since is None else since.new
        severities = {each.severity for each in findings if not each.accepted}
        return exit_code(severities, fail_on, unreadable=bool(self.unreadable))

    def to_dict(self, *, since: Comparison | None = None) -> dict[str, Any]:
        """Return the report as plain values, fit for JSON; see `report`.

        Args:
            since: a comparison with an earlier audit, to be told along.
        """
        plain: dict[str, Any] = {
            "schema": SCHEMA,
            "version": __version__,
            "audited_at": iso_8601(self.audited_at),
            "expiring_within": self.expiring_within.total_seconds(),
            "complete": self.complete,
            "summary": {
                "findings": {str(name): count for name, count in self.counts.items()},
                "accounts": len(self.accounts),
                "unreadable": len(self.unreadable),
                "items": dict(self.items),
                "requests": self.requests,
            },
            "audited": [part.to_dict() for part in self.audited],
            "findings": [finding.to_dict() for finding in self.findings],
        }
        if accepted := self.accepted:
            plain["summary"]["accepted"] = len(accepted)
        if self.unmatched:
            plain["unmatched"] = [entry.to_dict() for entry in self.unmatched]
        if since is None:
            return plain
        findings = [
            {**finding.to_dict(), "status": since.status(finding)}
            for finding in self.findings
        ]
        return {**plain, "findings": findings, "baseline": since.to_dict()}


def exit_code(
    severities: Iterable[Severity], fail_on: Severity | None, *, unreadable: bool
) -> int:
    """Sum an audit up for a shell; see `AuditReport.exit_code`."""
    if unreadable:
        return 2
    failed = fail_on is not None and any(each.reaches(fail_on) for each in severities)
    return 1 if failed else 0
