"""One scan of a listing that changes at random, and what must be true of it."""

from __future__ import annotations

import asyncio
from random import Random

from attrs import Factory, define, frozen

from phonecom_events.errors import PaginationError
from phonecom_events.pagination import Order, Paginator, ScanReport

from .listing import Churn, Listing, Row, listing, turns

# How many pages ahead, each of which must be as exact as none.
DEPTHS = (None, 0, 1, 4, 8)

NO_ID = "a row has no id that can be read"

ECHOES = (
    frozenset({"sort", "limit", "offset", "total"}),
    frozenset({"sort", "limit", "total"}),
    frozenset({"sort", "limit"}),
    frozenset({"sort"}),
)


@frozen(kw_only=True)
class History:
    """Describe a scan under change.

    Attributes:
        rows: how many there are at first.
        rate: how many changes come at once, at most, twice for each request.
        budget: how many changes there are in all.
        pauses: how many turns of the loop an answer may take, at most, twice.
        kills: after how many rows a scan is left, at most, for another to go on
            from its token; 0 for never.
        odd: how many of a hundred rows are odd.
        unidentified: how many of a hundred odd rows have no id.
    """

    order: Order
    rows: int
    page_size: int
    prefetch: int | None
    rate: int
    budget: int
    pauses: int
    kills: int
    odd: int = 0
    unidentified: int = 0
    seed: int


@define(kw_only=True)
class Outcome:
    """Hold what came of it.

    Attributes:
        ids: of items, as they came.
        odd: the true ids of odd rows, as they were reported.
        missed: those that were there throughout and did not come.
        report: of the last scan.
        gave_up: that scan ended in a PaginationError.
    """

    ids: list[int] = Factory(list)
    odd: list[int] = Factory(list)
    missed: set[int] = Factory(set)
    report: ScanReport = Factory(ScanReport)
    gave_up: bool = False

    @property
    def as_proven_as_can_be(self) -> bool:
        """Whether the last scan is proven, but for rows without ids."""
        return self.report.proven or self.report.reason == NO_ID


def random_history(random: Random) -> History:
    """Draw one; small pages and small listings make the most of the edges.

    What was in a row without an id does not outlive a scan, so that rows without ids
    are not drawn along with scans that are left.
    """
    unidentified = random.choice((0, 0, 0, 10))
    return History(
        order=random.choice(("asc", "desc")),
        rows=random.choice((0, 1, 7, 40, 200)) + random.randint(0, 20),
        page_size=random.choice((1, 2, 3, 4, 5, 6, 7, 12, 50, 500)),
        prefetch=random.choice(DEPTHS),
        rate=random.choice((0, 1, 1, 2, 3, 6)),
        budget=random.choice((3, 30, 300)),
        pauses=random.choice((0, 1, 4, 12)),
        kills=0 if unidentified else random.choice((0, 0, 0, 5, 50)),
        odd=random.choice((0, 3, 20, 60)),
        unidentified=unidentified,
        seed=random.randrange(2**32),
    )


async def run(history: History) -> Outcome:
    """Play it, and check what must hold of every scan."""
    random = Random(history.seed)
    server = listing(history.rows, history.order, echo=random.choice(ECHOES))
    server.pauses = lambda: random.randint(0, history.pauses)
    churn = Churn(server, random, history.rate, history.budget)
    server.change = churn
    # Any id that a row may come to have.
    ids = range(history.rows + history.budget + 1)
    server.odd = {id_ for id_ in ids if random.randrange(100) < history.odd}
    server.unidentified = {
        id_ for id_ in server.odd if random.randrange(100) < history.unidentified
    }
    outcome = Outcome()

    token = None
    while not (outcome.report.complete or outcome.gave_up):
        scan = _paginator(history, server, token)
        most = random.randint(1, history.kills) if history.kills else None
        await _read(scan, outcome, churn, most)
        token = scan.resume

    if not outcome.gave_up:
        outcome.missed = churn.throughout.difference(outcome.ids, outcome.odd)
    assert server.odd.isdisjoint(outcome.ids)
    assert server.odd.issuperset(outcome.odd)
    assert outcome.ids == sorted(set(outcome.ids), reverse=history.order == "desc")
    again = {id_ for id_ in outcome.odd if outcome.odd.count(id_) > 1}
    assert again <= server.unidentified, "a row that has an id came twice"
    if again:
        assert outcome.report.reason == NO_ID
        assert churn.budget < history.budget, "it came twice in a listing at rest"
    return outcome


def _paginator(history: History, server: Listing, token: str | None) -> Paginator[Row]:
    return Paginator(
        server.fetch,
        page_size=history.page_size,
        prefetch=history.prefetch,
        resume=token,
        odd_rows="report",
    )


async def _read(
    scan: Paginator[Row], outcome: Outcome, churn: Churn, most: int | None
) -> None:
    """Read on for so many rows, or to the end if that is None."""
    before = len(outcome.ids)
    try:
        async for row in scan:
            outcome.ids.append(row.id)
            churn.reader = row.id
            if len(outcome.ids) - before == most:
                break
    except PaginationError:
        outcome.gave_up = True
    await turns()
    assert asyncio.all_tasks() == {asyncio.current_task()}, "a task was left"
    outcome.report = scan.report
    outcome.odd += odd_numbers(outcome.report)
    assert outcome.report.odd_row_count == len(outcome.report.odd_rows)
    assert outcome.report.items == len(outcome.ids) - before


def odd_numbers(report: ScanReport) -> list[int]:
    """Return the true ids of the odd rows in a report."""
    return [row.raw["number"] for row in report.odd_rows]
