"""The ways to use a paginator."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterable

import pytest

from phonecom_events.errors import ConnectionLost, InvalidArgument
from phonecom_events.pagination import Page, Paginator, ScanReport

from .listing import Row, listing, rows, turns


def ids(items: Iterable[Row]) -> list[int]:
    """Read the ids of rows."""
    return [row.id for row in items]


async def test_awaiting_gives_exactly_the_page_asked_for() -> None:
    """One request with the given limit and offset, and its answer as it is."""
    server = listing(10, "asc")
    paginator = Paginator(server.fetch, page_size=3, offset=4)

    page = await paginator

    assert server.requests == [(3, 4)]
    assert ids(page) == [5, 6, 7]
    assert (page.limit, page.offset, page.total) == (3, 4, 10)
    assert page.sort == {"id": "asc"}
    assert not paginator.report.complete


async def test_awaiting_an_empty_listing_keeps_what_the_answer_says() -> None:
    """The page has no items, but limit, total and response."""
    page = await Paginator(listing(0).fetch, page_size=3)

    assert not page
    assert (page.limit, page.total) == (3, 0)
    assert page.response is not None


async def test_max_items_cuts_an_awaited_page() -> None:
    """The request is as without it; only what is beyond is left out."""
    server = listing(10, "asc")

    page = await Paginator(server.fetch, page_size=5, max_items=2)

    assert server.requests == [(5, 0)]
    assert ids(page) == [1, 2]


async def test_iterating_gives_every_item_in_order() -> None:
    """All pages, their overlaps dropped."""
    server = listing(10)

    found = [row.id async for row in Paginator(server.fetch, page_size=4)]

    assert found == list(range(10, 0, -1))


async def test_no_request_is_made_before_it_is_needed() -> None:
    """Building and asking for iterators does no I/O; a page is asked for when due."""
    server = listing(10)
    paginator = Paginator(server.fetch, page_size=4)
    items = aiter(paginator)
    assert not server.requests

    for _ in range(4):
        await anext(items)

    assert len(server.requests) == 1


async def test_pages_have_no_row_twice_and_are_never_empty() -> None:
    """Ten rows in pages of four come as 4 + 3 + 3, in the answers' own frames."""
    server = listing(10, "asc")

    pages = [page async for page in Paginator(server.fetch, page_size=4).pages()]

    assert [ids(page) for page in pages] == [[1, 2, 3, 4], [5, 6, 7], [8, 9, 10]]
    assert [page.offset for page in pages] == [0, 3, 6]


async def test_an_empty_listing_has_no_pages() -> None:
    """Nothing comes, and the scan is complete."""
    paginator = Paginator(listing(0).fetch)

    assert [page async for page in paginator.pages()] == []
    assert paginator.report.proven


async def test_collect_gives_a_list() -> None:
    """All items at once."""
    items = await Paginator(listing(7, "asc").fetch, page_size=2).collect()

    assert ids(items) == [1, 2, 3, 4, 5, 6, 7]


async def test_first_asks_for_one_row() -> None:
    """The first item, in one request with limit 1."""
    server = listing(10)
    paginator = Paginator(server.fetch, offset=2)

    row = await paginator.first()

    assert row == Row(8)
    assert server.requests == [(1, 2)]
    assert paginator.report.complete


async def test_first_of_nothing_is_none() -> None:
    """An empty listing has no first item; nor has one cut to no items."""
    server = listing(10)

    assert await Paginator(listing(0).fetch).first() is None
    assert await Paginator(server.fetch, max_items=0).first() is None
    assert not server.requests


async def test_each_use_is_a_scan_of_its_own() -> None:
    """A paginator can be used again, and two iterators do not disturb each other."""
    server = listing(5)
    paginator = Paginator(server.fetch, page_size=2)
    one, other = aiter(paginator), aiter(paginator)

    assert await anext(one) == await anext(other) == Row(5)
    assert await anext(one) == Row(4)
    assert ids(await paginator) == [5, 4]
    assert await paginator.collect() == await paginator.collect()


@pytest.mark.parametrize("page_size", [1, 2, 4, 500])
async def test_max_items_stops_the_scan(page_size: int) -> None:
    """No more items than that, and no request after the page that has the last."""
    server = listing(100)
    paginator = Paginator(server.fetch, page_size=page_size, max_items=4)

    assert ids(await paginator.collect()) == [100, 99, 98, 97]
    assert paginator.report.complete
    assert max(limit + offset for limit, offset in server.requests) <= max(6, page_size)


async def test_max_items_of_zero_makes_no_request() -> None:
    """There is nothing to ask for."""
    server = listing(10)
    paginator = Paginator(server.fetch, max_items=0)

    assert await paginator.collect() == []
    assert not await paginator
    assert not server.requests
    assert paginator.report.complete


async def test_offset_leaves_rows_out() -> None:
    """A scan may start anywhere; an empty first page there ends it."""
    assert ids(await Paginator(listing(5).fetch, offset=2).collect()) == [3, 2, 1]
    server = listing(5)
    paginator = Paginator(server.fetch, offset=9)
    assert await paginator.collect() == []
    assert server.requests == [(500, 9)]
    assert paginator.report.complete


@pytest.mark.parametrize(
    "wrong",
    [
        {"page_size": 0},
        {"page_size": 501},
        {"page_size": True},
        {"page_size": "5"},
        {"page_size": 2.0},
        {"offset": -1},
        {"offset": None},
        {"max_items": -1},
        {"max_items": False},
        {"prefetch": -1},
        {"prefetch": 1.5},
        {"order": "up"},
        {"order": ["asc"]},
        {"paged": False, "offset": 1},
    ],
)
def test_wrong_arguments_are_refused_when_built(wrong: dict[str, object]) -> None:
    """An InvalidArgument that names the argument, before any request."""
    with pytest.raises(InvalidArgument, match=list(wrong)[-1]):
        Paginator(listing(1).fetch, **wrong)  # type: ignore[arg-type]


async def test_an_error_goes_to_the_caller_and_the_scan_can_go_on() -> None:
    """What fetch raises comes through; asking again asks for the same page."""
    server = listing(6)
    faults = [None, ConnectionLost("cut")]

    async def fetch(limit: int, offset: int) -> Page[Row]:
        page = await server.fetch(limit, offset)
        if faults and (fault := faults.pop(0)):
            raise fault
        return page

    paginator = Paginator(fetch, page_size=3)
    items = aiter(paginator)
    found = [await anext(items) for _ in range(3)]
    with pytest.raises(ConnectionLost):
        await anext(items)
    assert not paginator.report.complete

    found += [row async for row in items]

    assert ids(found) == [6, 5, 4, 3, 2, 1]
    assert paginator.report.proven


async def test_a_cancelled_scan_can_go_on() -> None:
    """Giving up waiting for a page loses no row."""
    server = listing(6)
    server.pauses = lambda: 5
    items = aiter(Paginator(server.fetch, page_size=3))
    first = asyncio.ensure_future(anext(items))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first

    assert ids([row async for row in items]) == [6, 5, 4, 3, 2, 1]


async def test_an_iterator_serves_one_task() -> None:
    """A second task that advances it meanwhile is told so, as is one that ends it."""
    server = listing(6)
    server.pauses = lambda: 5
    items = aiter(Paginator(server.fetch))
    first = asyncio.ensure_future(anext(items))
    await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="another task"):
        await anext(items)
    with pytest.raises(RuntimeError, match="another task"):
        await items.aclose()

    assert await first == Row(6)


async def test_closing_ends_the_iterators_but_not_the_paginator() -> None:
    """After aclose, or async with, old iterators are exhausted; new ones work."""
    paginator = Paginator(listing(6).fetch, page_size=2)
    async with paginator as same:
        assert same is paginator
        pages = paginator.pages()
        await anext(pages)

    with pytest.raises(StopAsyncIteration):
        await anext(pages)
    async with paginator.pages() as again:
        assert ids(await anext(again)) == [6, 5]
    assert [page async for page in again] == []


async def test_a_closed_iterator_gives_no_more_items() -> None:
    """Closing in mid-page drops the rest of the page."""
    items = aiter(Paginator(listing(6).fetch))
    await anext(items)
    await items.aclose()

    assert [row async for row in items] == []


async def test_pages_given_by_fetch_are_not_changed() -> None:
    """A fetch may keep its pages: they stay as they were."""
    kept = [Page(items=rows([3, 2]), sort={"id": "desc"}, limit=2)]
    kept.append(Page(items=rows([2, 1]), sort={"id": "desc"}, limit=2))
    kept.append(Page(items=rows([1]), sort={"id": "desc"}, limit=2))

    async def fetch(limit: int, offset: int) -> Page[Row]:
        return kept[offset]

    found = await Paginator(fetch, page_size=2).collect()

    assert ids(found) == [3, 2, 1]
    assert [ids(page) for page in kept] == [[3, 2], [2, 1], [1]]
    assert kept[1].resume is None


def test_nothing_was_done_before_the_first_scan() -> None:
    """A fresh paginator reports zeros, and that it has not come to an end."""
    report = Paginator(listing(3).fetch).report

    assert report == ScanReport()
    assert report.reason


async def test_a_paginator_keeps_no_row_that_was_handed_out() -> None:
    """Who keeps a paginator for its report does not keep rows; the last page is old."""

    async def fetch(limit: int, offset: int) -> Page[Row]:
        shown = rows((1, 2, 3)[offset : offset + limit])
        page = Page(items=shown, sort={"id": "asc"})
        alive.extend(weakref.ref(row) for row in page)
        return page

    for read in (Paginator.collect, one_by_one, by_page):
        alive: list[weakref.ref[Row]] = []
        paginator = Paginator(fetch, page_size=2)
        assert len(await read(paginator)) == 3
        await turns()
        gc.collect()
        assert [ref for ref in alive if ref() is not None] == []
        assert paginator.report.proven


async def one_by_one(paginator: Paginator[Row]) -> list[Row]:
    """Read the items in a loop."""
    return [row async for row in paginator]


async def by_page(paginator: Paginator[Row]) -> list[Row]:
    """Read the items by page."""
    return [row async for page in paginator.pages() for row in page]
