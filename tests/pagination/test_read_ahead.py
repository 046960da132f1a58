"""What is read ahead when nothing is said about it: one page, and only if wanted."""

from __future__ import annotations

import asyncio
import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phonecom_events.errors import ConnectionLost
from phonecom_events.http import Problem, Request, Response
from phonecom_events.pagination import Items, Page, Paginator
from phonecom_events.ratelimit import InProcessLimiter, RateLimitMiddleware, RateLimits

from .gate import Gate
from .history import ECHOES
from .listing import Listing, Row, gather, listing, turns

NO_TOTAL = frozenset({"sort", "limit"})


async def take(items: Items[Row], gate: Gate, offset: int, rows: int) -> None:
    """Wait for a page, let it through, and read all of its new rows."""
    waiting = asyncio.ensure_future(anext(items))
    await turns()
    if offset in gate.waiting:
        await gate.let(offset)
    await waiting
    for _ in range(rows - 1):
        await anext(items)
    await turns()


async def two_pages(
    gate: Gate, **options: int | None
) -> tuple[Paginator[Row], Items[Row]]:
    """Read the first two pages, of ten rows."""
    paginator = Paginator(gate.fetch, page_size=10, **options)
    items = aiter(paginator)
    await take(items, gate, 0, 10)
    await take(items, gate, 9, 9)
    return paginator, items


@pytest.mark.parametrize("offset", [0, 40])
async def test_the_first_page_is_read_alone(offset: int) -> None:
    """Nothing is under way while the caller works on it, or waits for it."""
    gate = Gate(listing(100))
    items = aiter(Paginator(gate.fetch, page_size=10, offset=offset))

    first = asyncio.ensure_future(anext(items))
    await turns()
    assert list(gate.waiting) == [offset]
    await gate.let(offset)
    await first
    await turns()

    assert gate.waiting == {}
    assert gate.server.requests == [(10, offset)]


async def test_from_the_second_page_on_the_next_one_is_under_way() -> None:
    """It is sent already when the caller gets a page, be its work ever so blocking."""
    gate = Gate(listing(100))
    _, items = await two_pages(gate)
    assert list(gate.waiting) == [18]
    waiting = asyncio.ensure_future(anext(items))
    await turns()
    assert list(gate.waiting) == [18, 27]

    gate.waiting[18].set_result(None)
    await waiting
    assert list(gate.waiting) == [27]

    await turns()
    assert list(gate.waiting) == [27]
    await items.aclose()


@pytest.mark.parametrize(
    ("rows", "most", "ahead"),
    [(28, None, [18, 27]), (100, 40, [18, 27]), (100, 28, [18])],
)
async def test_just_what_is_needed_is_under_way(
    rows: int, most: int | None, ahead: list[int]
) -> None:
    """A page after the last full one; of `max_items` all, and not one beyond."""
    gate = Gate(listing(rows))
    _, items = await two_pages(gate, max_items=most)
    waiting = asyncio.ensure_future(anext(items))
    await turns()

    assert list(gate.waiting) == ahead
    waiting.cancel()
    await turns()


async def test_pages_of_two_rows_are_read_ahead_like_any() -> None:
    """The second begins at offset 1, and is a second page."""
    gate = Gate(listing(9))
    items = aiter(Paginator(gate.fetch, page_size=2))
    await take(items, gate, 0, 2)
    assert gate.waiting == {}
    await take(items, gate, 1, 1)

    assert list(gate.waiting) == [2]
    await items.aclose()


async def test_a_page_that_may_be_the_last_is_not_passed() -> None:
    """Fewer rows than asked for may be all, even if a `total` counts more."""
    gate = Gate(listing(100, echo=frozenset({"sort"})))
    paginator, items = await two_pages(gate)
    gate.server.most = 5
    gate.server.echo |= {"total"}
    await take(items, gate, 18, 4)

    assert gate.waiting == {}
    assert paginator.report.complete is False
    gate.server.most = None
    await take(items, gate, 22, 4)
    assert list(gate.waiting) == [26]
    await items.aclose()


async def test_without_a_total_a_page_is_looked_at_first() -> None:
    """What may be the last page is waited for alone; a full one is followed."""
    gate = Gate(listing(35, echo=NO_TOTAL))
    paginator, items = await two_pages(gate)
    waiting = asyncio.ensure_future(anext(items))
    await turns()
    assert list(gate.waiting) == [18]

    await gate.let(18)
    await waiting
    assert list(gate.waiting) == [27]
    for _ in range(8):
        await anext(items)
    await take(items, gate, 27, 7)
    assert gate.waiting == {}
    assert await anext(items, None) is None
    assert paginator.report.requests == 4


@given(
    count=st.integers(0, 60),
    page_size=st.sampled_from((1, 2, 5, 10, 50)),
    echo=st.sampled_from(ECHOES),
    pauses=st.integers(0, 4),
    most=st.none() | st.integers(0, 70),
)
@settings(max_examples=60)
def test_a_listing_at_rest_costs_no_request_more(
    count: int, page_size: int, echo: frozenset[str], pauses: int, most: int | None
) -> None:
    """The same pages are asked for as one after the other, `max_items` or not."""

    def requests(prefetch: int | None) -> list[tuple[int, int]]:
        server = listing(count, echo=echo)
        server.pauses = lambda: pauses
        paginator = Paginator(
            server.fetch, page_size=page_size, max_items=most, prefetch=prefetch
        )
        asyncio.run(paginator.collect())
        assert paginator.report.requests == len(server.requests)
        return server.requests

    assert requests(None) == requests(0)


@pytest.mark.parametrize("after", [1, 9, 10, 11, 19, 20, 50])
@pytest.mark.parametrize("echo", [frozenset({"sort", "total"}), NO_TOTAL])
async def test_a_scan_that_is_left_has_cost_one_request_more(
    after: int, echo: frozenset[str]
) -> None:
    """None at all within the first page; the report counts it."""
    asked = {}
    for prefetch in (0, None):
        server = listing(1_000, echo=echo)
        paginator = Paginator(server.fetch, page_size=10, prefetch=prefetch)
        seen = 0
        async for _ in paginator:
            seen += 1
            if seen == after:
                break
        await turns()
        assert paginator.report.requests - len(server.requests) in (0, 1)
        asked[prefetch] = paginator.report.requests

    assert asked[None] == asked[0] + (after > 10)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_page_ahead_is_cancelled_when_the_scan_is_left() -> None:
    """Dropping the iterator is enough; closing it waits until that has ended."""
    for close in (False, True):
        gate = Gate(listing(100))
        paginator, items = await two_pages(gate)
        assert list(gate.waiting) == [18]

        if close:
            await items.aclose()
            assert gate.dropped == [18]
        del items
        await turns()

        assert gate.dropped == [18]
        assert paginator.report.requests == 3
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_what_is_read_ahead_ends_where_enough_has_been_asked_for() -> None:
    """Nothing is under way once the pages at hand fill `max_items`."""
    for most, ahead in ((19, []), (20, [18])):
        gate = Gate(listing(100))
        _, items = await two_pages(gate, max_items=most)

        assert list(gate.waiting) == ahead
        await items.aclose()


async def test_an_error_ahead_waits_until_the_caller_is_there() -> None:
    """Rows before it come first, with a token; a scan that is left hears nothing."""
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: complaints.append(context)
    )
    gate = Gate(listing(100), fails={18: ConnectionLost("cut")})
    paginator, items = await two_pages(gate)
    await gate.let(18)

    with pytest.raises(ConnectionLost) as caught:
        await anext(items)
    rest = Paginator(gate.server.fetch, resume=caught.value.resume)
    assert [row.id for row in await rest.collect()] == list(range(81, 0, -1))

    paginator, items = await two_pages(gate)
    await gate.let(18)
    del caught, paginator, items
    gc.collect()
    await turns()
    assert complaints == []


async def test_a_page_ahead_that_no_longer_fits_is_asked_for_again() -> None:
    """Rows that were deleted before it in the meantime make no row be missed."""
    gate = Gate(listing(100))
    paginator, items = await two_pages(gate)
    del gate.server.ids[:15]
    await gate.let(18)
    found: list[Row] = []

    reading = asyncio.ensure_future(gather(items, found))
    await turns()
    while not reading.done():
        await gate.let(min(gate.waiting))

    assert [row.id for row in found] == list(range(81, 0, -1))
    assert paginator.report.proven
    assert paginator.report.steps_back > 0


class Limited:
    """Send a listing's requests through a limiter of two at a time."""

    def __init__(self, server: Listing) -> None:
        limits = RateLimits(refusals=2)
        self.gate = Gate(server)
        self._middleware = RateLimitMiddleware(
            InProcessLimiter(limits), problem=lambda _: Problem()
        )

    async def fetch(self, limit: int, offset: int) -> Page[Row]:
        """Ask for one page."""
        pages: list[Page[Row]] = []

        async def send(_: Request) -> Response:
            pages.append(await self.gate.fetch(limit, offset))
            return Response(status=200)

        request = Request(
            method="GET", url="", path="/listeners", account="a", endpoint="e"
        )
        await self._middleware(request, send)
        return pages[0]


async def test_a_page_ahead_takes_no_place_of_a_request_that_waits() -> None:
    """Who waited for the limiter when it was asked for is sent first."""
    limited = Limited(listing(1_000))
    gate = limited.gate
    items = aiter(Paginator(limited.fetch, page_size=10))
    await take(items, gate, 0, 10)
    await take(items, gate, 9, 9)
    others = [
        asyncio.ensure_future(limited.fetch(1, offset)) for offset in (701, 702, 703)
    ]
    await turns()
    assert list(gate.waiting) == [18, 701]

    waiting = asyncio.ensure_future(anext(items))
    await turns()
    order = list(gate.waiting)
    while not all(other.done() for other in others):
        await gate.let(next(iter(gate.waiting)))
        order += [offset for offset in gate.waiting if offset not in order]

    assert order[:5] == [18, 701, 702, 703, 27]
    await waiting
    await items.aclose()


async def test_a_page_ahead_that_is_dropped_gives_its_place_back() -> None:
    """Leaving the loop frees the limiter for others at once, sent or waiting."""
    limited = Limited(listing(1_000))
    gate = limited.gate
    items = aiter(Paginator(limited.fetch, page_size=10))
    await take(items, gate, 0, 10)
    await take(items, gate, 9, 9)
    assert list(gate.waiting) == [18]

    del items
    others = [asyncio.ensure_future(limited.fetch(1, offset)) for offset in (701, 702)]
    await turns()

    assert gate.dropped == [18]
    assert list(gate.waiting) == [701, 702]
    await gate.let(701, 702)
    await asyncio.gather(*others)
