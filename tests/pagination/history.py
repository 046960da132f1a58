"""One scan of a listing that changes at random, and what must be true of it."""

from __future__ import annotations

import asyncio
from random import Random

from attrs import frozen

from phonecom_events.errors import PaginationError
from phonecom_events.pagination import Order, Paginator, ScanReport

from .listing import Churn, Listing, Row, listing

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
    """

    order: Order
    rows: int
    page_size: int
    prefetch: int
    rate: int
    budget: int
    pauses: int
    seed: int


@frozen(kw_only=True)
class Outcome:
    """Hold what a scan under change came to."""

    ids: list[int]
    missed: set[int]
    report: ScanReport
    hopeless: bool


def random_history(random: Random) -> History:
    """Draw one; small pages and small listings make the most of the edges."""
    return History(
        order=random.choice(("asc", "desc")),
        rows=random.choice((0, 1, 7, 40, 200)) + random.randint(0, 20),
        page_size=random.choice((1, 2, 3, 4, 5, 6, 7, 12, 50, 500)),
        prefetch=random.choice((0, 0, 2, 4, 8)),
        rate=random.choice((0, 1, 1, 2, 3, 6)),
        budget=random.choice((3, 30, 300)),
        pauses=random.choice((0, 1, 4, 12)),
        seed=random.randrange(2**32),
    )


async def run(history: History) -> Outcome:
    """Play it, and check what must hold of every scan."""
    random = Random(history.seed)
    server = listing(history.rows, history.order, echo=random.choice(ECHOES))
    server.pauses = lambda: random.randint(0, history.pauses)
    churn = Churn(server, random, history.rate, history.budget)
    server.change = churn
    paginator = _paginator(history, server)
    ids: list[int] = []
    hopeless = False
    try:
        async for row in paginator:
            ids.append(row.id)
            churn.reader = row.id
    except PaginationError:
        hopeless = True
    ordered = sorted(set(ids), reverse=history.order == "desc")
    assert ids == ordered, "a row came twice or out of order"
    assert paginator.report.items == len(ids)
    assert paginator.report.complete is not hopeless
    assert asyncio.all_tasks() == {asyncio.current_task()}, "a task was left"
    missed = set() if hopeless else churn.throughout.difference(ids)
    return Outcome(ids=ids, missed=missed, report=paginator.report, hopeless=hopeless)


def _paginator(history: History, server: Listing) -> Paginator[Row]:
    return Paginator(
        server.fetch, page_size=history.page_size, prefetch=history.prefetch
    )
