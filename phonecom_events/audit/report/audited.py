"""What became of one account: its findings, and how its reading went."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve, field, frozen

from ..checks import account_checks, linq_checks
from ..checks.index import AccountIndex, LinqIndex
from ..checks.selection import Selection
from ..checks.targets import Urls
from ..findings import Finding
from ..masking import masked
from ..options import AuditOptions
from ..slices import Steps, parts
from ..snapshot import AccountSnapshot, LinqSnapshot, Reading
from .statistics import Statistics, account_statistics, linq_statistics


@frozen(kw_only=True)
class Audited:
    """Say what became of one account, or of Linq; what was read is not kept.

    Attributes:
        account: its voip id; None for Linq.
        findings: worst first.
        readings: how each listing went, without its items. Those of an account that
            was read along with its parent count its items; the requests for them
            are counted with the parent.
        statistics: what was counted besides; with the parent, those of the accounts
            that were read along.
    """

    account: int | None
    findings: tuple[Finding, ...] = ()
    readings: tuple[Reading[Any], ...] = ()
    statistics: Statistics = field(factory=Statistics)

    @property
    def unreadable(self) -> bool:
        """Whether any of it could not be read."""
        return any(reading.error is not None for reading in self.readings)

    @property
    def whole(self) -> bool:
        """Whether all was read that findings rest on, but for odd rows.

        If not, a finding that is not among these may be there all the same.
        """
        # What may not be read is told by `undecided`. Of a listener whose subscriptions
        # are odd it is not known what it hears.
        return all(
            each.every_row if each.resource == "subscriptions" else each.whole
            for each in self.readings
            if each.refused is None
        )

    @property
    def unchecked(self) -> frozenset[str]:
        """The places of odd rows, as fingerprints end: findings there cannot be told."""
        return frozenset(
            f"{reading.resource.removesuffix('s')}:{row}"
            for reading in self.readings
            for row in reading.odd_ids
        )

    @property
    def unsettled(self) -> frozenset[str]:
        """The ids of checks that may find less than there is."""
        odd = {each.resource for each in self.readings if each.report.odd_row_count}
        blind = {
            check.id
            for check in (*account_checks, *linq_checks)
            if not odd.isdisjoint((check.needs, *check.every_row_of))
        }
        return frozenset(blind.union(self.undecided))

    @property
    def undecided(self) -> Mapping[str, str]:
        """Why a check cannot tell, by its id: what it needs may not be read."""
        refused = {
            reading.resource: masked(str(reading.refused))
            for reading in self.readings
            if reading.refused is not None
        }
        return {
            check.id: refused[check.needs]
            for check in (*account_checks, *linq_checks)
            if check.needs in refused
        }

    @property
    def requests(self) -> int:
        """How many requests it took, those made again included."""
        reports = [reading.report for reading in self.readings]
        return sum(report.requests + report.retries for report in reports)

    @property
    def waited(self) -> float:
        """How many seconds were spent waiting: for room, and between attempts."""
        reports = [reading.report for reading in self.readings]
        return sum(report.waited + report.queued for report in reports)

    def to_pandas(self) -> Any:
        """Return the findings as a `pandas.DataFrame`; see `AuditReport.to_pandas`."""
        from ... import frames  # noqa: PLC0415 only notebooks ask for this

        return frames.to_pandas(self.findings, Finding)

    def to_polars(self) -> Any:
        """Return the findings as a `polars.DataFrame`, one a row."""
        from ... import frames  # noqa: PLC0415 only notebooks ask for this

        return frames.to_polars(self.findings, Finding)

    def __repr__(self) -> str:
        """Count the findings, and say whether all could be read."""
        # `asyncio.run` asks for the repr of what it returns, as it restores the handler
        # of SIGINT, which holds the task: so nothing here goes through the rows.
        return f"<{type(self).__name__}: {self._summary()}>"

    def _repr_html_(self) -> str:
        """Show the worst findings and the readings as tables in a notebook."""
        from ...display import html  # noqa: PLC0415 only notebooks ask for this
        from . import tables  # noqa: PLC0415

        return html.block(
            html.heading(self._summary()),
            tables.worst_table(self.findings),
            tables.readings_table(self.readings),
        )

    def _summary(self) -> str:
        from . import tables  # noqa: PLC0415

        who = "Linq" if self.account is None else f"account {self.account}"
        unread = ", could not be read whole" if self.unreadable else ""
        return f"{who}, {tables.in_words(self.findings)}{unread}"

    def to_dict(self) -> dict[str, Any]:
        """Return how the reading went as plain values, without the findings."""
        return {
            "account": self.account,
            "readings": [reading.to_dict() for reading in self.readings],
        }


def check_account(
    snapshot: AccountSnapshot,
    options: AuditOptions,
    selection: Selection,
    urls: Urls,
) -> Steps[Audited]:
    """Look for what is wrong in an account, in steps.

    Args:
        snapshot: what was read of it.
        options: what to measure by.
        selection: which checks to run.
        urls: those that this audit has seen.
    """
    index = yield from AccountIndex.of(snapshot, options, urls)
    findings = yield from account_checks.findings(index, selection.has)
    statistics = yield from account_statistics(index)
    yield from index.give_up()
    return Audited(
        account=snapshot.voip_id,
        findings=findings,
        readings=_without_items(snapshot),
        statistics=statistics,
    )


def check_alone(
    snapshot: AccountSnapshot,
    options: AuditOptions,
    selection: Selection,
    urls: Urls,
) -> Steps[tuple[Audited, ...]]:
    """Do the same, and return it as `check_family` does."""
    audited = yield from check_account(snapshot, options, selection, urls)
    return (audited,)


def check_family(
    snapshot: AccountSnapshot,
    options: AuditOptions,
    selection: Selection,
    urls: Urls,
) -> Steps[tuple[Audited, ...]]:
    """Look for what is wrong in an account and its subaccounts, read in one.

    A subaccount that has nothing of its own does not show up.

    Returns:
        One for each account, the parent first.
    """
    whole = yield from check_account(snapshot, options, selection, urls)
    counts: dict[str, Counter[int]] = {}
    for reading in snapshot.readings:
        counts[reading.resource] = yield from _owners(reading)
    # Who they are is only known by what they own: the API has no list of them here.
    children = {owner for count in counts.values() for owner in count}
    children = children.union(*(each.odd_owners for each in snapshot.readings))
    findings: dict[int | None, list[Finding]] = defaultdict(list)
    for some in parts(whole.findings):
        for finding in some:
            findings[finding.where.account].append(finding)
        yield
    audited: list[Audited] = []
    for account in [snapshot.voip_id, *sorted(children - {snapshot.voip_id})]:
        own = Audited(
            account=account,
            findings=tuple(findings[account]),
            readings=tuple(_shares(whole, account, counts)),
            statistics=whole.statistics if account == whole.account else Statistics(),
        )
        audited.append(own)
        yield
    return tuple(audited)


def check_linq(
    snapshot: LinqSnapshot,
    options: AuditOptions,
    selection: Selection,
    urls: Urls,
) -> Steps[Audited]:
    """Look for what is wrong in Linq, in steps."""
    index = yield from LinqIndex.of(snapshot, options, urls)
    findings = yield from linq_checks.findings(index, selection.has)
    statistics = yield from linq_statistics(index)
    return Audited(
        account=None,
        findings=findings,
        readings=_without_items(snapshot),
        statistics=statistics,
    )


def _shares(
    whole: Audited, account: int, counts: Mapping[str, Counter[int]]
) -> Iterator[Reading[Any]]:
    """Divide the readings' items by owner; the parent bears what they cost."""
    for reading in whole.readings:
        owners = counts[reading.resource]
        if account == whole.account:
            others = sum(owners.values()) - owners[account]
            items = reading.report.items - others
            yield evolve(reading, report=evolve(reading.report, items=items))
        else:
            report = evolve(
                reading.report,
                items=owners[account],
                requests=0,
                retries=0,
                waited=0.0,
                queued=0.0,
                repeats=0,
                steps_back=0,
            )
            yield Reading(resource=reading.resource, report=report)


def _owners(reading: Reading[Any]) -> Steps[Counter[int]]:
    owners: Counter[int] = Counter()
    for items in parts(reading.items):
        owners.update([item.voip_id for item in items])
        yield
    return owners


def _without_items(
    snapshot: AccountSnapshot | LinqSnapshot,
) -> tuple[Reading[Any], ...]:
    return tuple(reading.without_items() for reading in snapshot.readings)
