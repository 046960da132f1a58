"""How many requests exactness costs."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from random import Random

import pytest
from attrs import define

from phonecom_events.pagination import Order, Paginator

from .listing import Listing, listing


@define
class OneInTwo:
    """Change a listing at every other call, that is once for each request."""

    listing: Listing
    random: Random
    kind: str
    calls: int = 0

    def __call__(self) -> None:
        self.calls += 1
        if self.calls % 2:
            self.change(self.listing.ids)

    def change(self, ids: list[int]) -> None:
        """Create or delete one row."""
        kinds = ("create", "delete") if self.kind == "mixed" else (self.kind,)
        kind = self.random.choice(kinds)
        if kind == "create" and self.listing.order == "desc":
            ids.insert(0, ids[0] + 1)
        elif kind == "create":
            ids.append(ids[-1] + 1)
        else:
            del ids[self.random.randrange(len(ids)) if kind == "delete" else 0]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("size", [2, 3, 7, 25, 500])
async def test_a_quiet_listing_costs_its_overlap_and_no_more(
    size: int, order: Order
) -> None:
    """A listing at rest takes at most 1 + N/(L·(L-1)) requests over ⌊N/L⌋ + 1."""
    for count in (0, 1, size - 1, size, size + 1, 2 * size, 10 * size + 3, 2_000):
        server = listing(count, order)

        items = await Paginator(server.fetch, page_size=size).collect()

        assert len(items) == count
        most = count // size + 2 + count / (size * (size - 1))
        assert len(server.requests) <= most


@pytest.mark.parametrize("prefetch", [None, 0, 7])
@pytest.mark.parametrize("kind", ["create", "delete", "delete the first", "mixed"])
async def test_one_change_a_page_costs_a_tenth_at_most(
    kind: str, prefetch: int | None
) -> None:
    """At 500 rows a page, a change for each request adds no more than 10 %.

    With prefetch the answers come in random order, so neighbouring pages may be
    several changes apart.
    """
    under_way = 2 if prefetch is None else prefetch + 1
    asked = needed = 0
    for seed in range(2):  # either order
        random = Random(seed)
        server = listing(50_000, "asc" if seed % 2 else "desc")
        server.change = OneInTwo(server, random, kind)
        server.pauses = partial(random.randint, 0, under_way)
        paginator = Paginator(server.fetch, prefetch=prefetch)

        items = await paginator.collect()

        assert paginator.report.proven
        asked += len(server.requests)
        needed += len(items) // 500 + 1

    assert asked <= 1.1 * needed


async def test_the_place_is_found_again_after_a_big_delete() -> None:
    """Losing 300,000 rows that were read costs some thirty requests, not 600."""
    server = listing(400_000)
    paginator = Paginator(server.fetch)
    ids = []

    async for row in paginator:
        ids.append(row.id)
        if len(ids) == 350_000:
            asked = len(server.requests)
            del server.ids[10_000:310_000]

    assert ids == list(range(400_000, 0, -1))
    assert paginator.report.proven
    assert len(server.requests) - asked <= 50_000 // 499 + 30


async def test_the_place_is_found_again_after_a_big_insert() -> None:
    """Gaining 300,000 rows before the place costs some thirty requests, not 600."""
    server = listing(100_000)
    paginator = Paginator(server.fetch)
    ids = []

    async for row in paginator:
        ids.append(row.id)
        if len(ids) == 50_000:
            asked = len(server.requests)
            server.ids[:0] = range(400_000, 100_000, -1)

    assert ids == list(range(100_000, 0, -1))
    assert paginator.report.proven
    assert len(server.requests) - asked <= 50_000 // 499 + 30


@pytest.mark.parametrize(
    ("prefetch", "last"), [(None, [994, 1489]), (0, [994, 1489]), (3, [998, 1497])]
)
async def test_a_page_too_far_on_costs_no_more_than_its_filler(
    prefetch: int | None, last: list[int]
) -> None:
    """It is kept, and so its rows need not be asked for again."""
    server = listing(1_500)
    paginator = Paginator(server.fetch, prefetch=prefetch)
    read = 0

    async for _ in paginator:
        read += 1
        if read == 500:
            del server.ids[:3]

    offsets = [offset for _, offset in server.requests]
    assert sorted(offsets) == [0, 494, 499, *last]
    assert paginator.report.proven


async def test_pages_overlap_by_more_for_some_time_after_a_gap() -> None:
    """Eight pages that overlap as expected halve it; one that does not starts anew."""
    server = listing(15_000)
    paginator = Paginator(server.fetch, prefetch=0)

    async for row in paginator:
        if row.id == 14_501:
            del server.ids[:3]
        elif row.id == 12_000:
            server.ids.insert(0, 20_000)

    offsets = [offset for _, offset in server.requests]
    overlaps = [500 - (b - a) for a, b in pairwise(offsets)]
    assert overlaps[3:] == [*[5] * 13, *[2] * 8, *[1] * 7]


async def test_pages_too_short_to_reach_the_place_are_asked_for_there_again() -> None:
    """One answer of less than the overlap does not send the scan back."""
    server = listing(2_000)

    def change() -> None:
        server.most = 3 if len(server.requests) == 5 else None

    server.change = change
    read = 0
    async for _ in Paginator(server.fetch, prefetch=0):
        read += 1
        if read == 500:
            del server.ids[:3]

    # Five rows were to overlap, and three came.
    assert server.requests[4:6] == [(500, 1489), (3, 1493)]


async def test_a_resumed_scan_overlaps_by_one_row() -> None:
    """At rest it costs no request more to stop and go on."""
    server = listing(10)
    page = await Paginator(server.fetch, page_size=4)

    await Paginator(server.fetch, page_size=4, resume=page.resume).collect()

    assert server.requests == [(4, 0), (4, 3), (4, 6), (4, 9)]


async def test_pages_shorter_than_announced_cost_one_filler_each() -> None:
    """What was asked for too far on does not send the scan searching."""
    server = listing(60, most=6, echo=frozenset({"sort", "total"}))

    items = await Paginator(server.fetch, page_size=20, prefetch=1).collect()

    assert len(items) == 60
    assert len(server.requests) <= 2 * 60 // 5
