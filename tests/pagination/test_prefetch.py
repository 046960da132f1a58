"""Several pages in flight: how many, in what order, and nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from phonecom_events.errors import ConnectionLost
from phonecom_events.pagination import Page, Paginator

from .gate import Gate
from .listing import Row, gather, listing, turns


async def start(gate: Gate, prefetch: int) -> asyncio.Task[Row]:
    """Begin a scan in pages of ten, and get its first page; wait for the second."""
    items = aiter(Paginator(gate.fetch, page_size=10, prefetch=prefetch))
    first = asyncio.ensure_future(anext(items))
    await turns()
    assert list(gate.waiting) == [0]
    await gate.let(0)
    assert await first == Row(100)
    for _ in range(9):
        await anext(items)
    return asyncio.ensure_future(anext(items))


async def test_as_many_pages_are_under_way_as_asked_for() -> None:
    """All n beyond the one that the caller waits for or has; one at first."""
    gate = Gate(listing(100))
    items = aiter(Paginator(gate.fetch, page_size=10, prefetch=3))
    first = asyncio.ensure_future(anext(items))
    await turns()
    assert list(gate.waiting) == [0]

    await gate.let(0)
    await first
    assert list(gate.waiting) == [9, 18, 27]

    for _ in range(9):
        await anext(items)
    waiting = asyncio.ensure_future(anext(items))
    await turns()
    assert list(gate.waiting) == [9, 18, 27, 36]
    await gate.let(9)
    assert await waiting == Row(90)
    assert list(gate.waiting) == [18, 27, 36]
    await items.aclose()


async def test_without_prefetch_pages_are_asked_for_when_due() -> None:
    """Nothing is in flight while the caller has a page."""
    gate = Gate(listing(100))
    waiting = await start(gate, 0)

    assert gate.waiting == {}
    await turns()
    assert list(gate.waiting) == [9]
    await gate.let(9)
    assert await waiting == Row(90)


async def test_late_answers_are_yielded_in_order() -> None:
    """A page that comes before its turn waits, and a new one is not asked for it."""
    gate = Gate(listing(100))
    waiting = await start(gate, 2)
    await turns()

    await gate.let(27, 18)
    assert not waiting.done()
    assert list(gate.waiting) == [9]

    await gate.let(9)
    assert await waiting == Row(90)


async def test_break_leaves_nothing_behind() -> None:
    """Leaving a loop cancels what is in flight, without aclose, at once."""
    server = listing(1_000)
    server.pauses = lambda: 3
    paginator = Paginator(server.fetch, page_size=10, prefetch=7)

    async for row in paginator:
        if row.id == 950:
            break
    await turns()

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert len(server.requests) <= 6 + 7


async def test_the_end_leaves_nothing_behind() -> None:
    """Pages asked for beyond the end have ended with the loop."""
    server = listing(100, echo=frozenset({"sort"}))
    server.pauses = lambda: len(server.requests)

    async for _ in Paginator(server.fetch, page_size=10, prefetch=7):
        pass

    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_pages_too_far_on_to_be_of_use_are_dropped() -> None:
    """When the place has moved by more than a page, what is in flight is cancelled."""
    gate = Gate(listing(10_000))
    found: list[Row] = []
    paginator = Paginator(gate.fetch, prefetch=2)
    reading = asyncio.ensure_future(gather(paginator, found))
    await turns()
    while len(found) < 5_000:
        await gate.let(min(gate.waiting))
    due, *ahead = sorted(gate.waiting)
    del gate.server.ids[:3_000]

    had = len(found)

    await gate.let(due)
    while not gate.dropped:
        await gate.let(list(gate.waiting)[-1])

    assert gate.dropped == ahead
    # While the place is looked for, nothing is read ahead of a guess.
    assert len(gate.waiting) == 1
    assert len(found) == had
    while not reading.done():
        await gate.let(min(gate.waiting))
    assert len(found) == 10_000
    assert paginator.report.proven


async def test_an_error_leaves_nothing_behind() -> None:
    """By the time it reaches the caller, the other requests have ended."""
    gate = Gate(listing(100), fails={9: ConnectionLost("cut")})
    waiting = await start(gate, 3)
    await turns()

    await gate.let(9)
    with pytest.raises(ConnectionLost):
        await waiting

    assert gate.dropped == [18, 27, 36]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_cancelling_leaves_nothing_behind() -> None:
    """So with a cancellation, while a page is waited for."""
    gate = Gate(listing(100))
    waiting = await start(gate, 3)
    await turns()

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert sorted(gate.dropped) == [9, 18, 27, 36]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_closing_the_paginator_ends_what_is_under_way() -> None:
    """After ``async with`` no task is left, even while the iterator is held."""
    gate = Gate(listing(100))
    async with Paginator(gate.fetch, page_size=10, prefetch=3) as paginator:
        items = aiter(paginator)
        first = asyncio.ensure_future(anext(items))
        await turns()
        await gate.let(0)
        await first
        assert len(gate.waiting) == 3

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert gate.dropped == [9, 18, 27]


async def test_a_scan_goes_on_after_an_error() -> None:
    """What was in flight is asked for again, from the page that failed on."""
    gate = Gate(listing(40), fails={9: ConnectionLost("cut")})
    server = gate.server

    async def fetch(limit: int, offset: int) -> Page[Row]:
        if fault := gate.fails.pop(offset, None):
            raise fault
        return await server.fetch(limit, offset)

    items = aiter(Paginator(fetch, page_size=10, prefetch=3))
    found = [await anext(items) for _ in range(10)]
    with pytest.raises(ConnectionLost):
        await anext(items)
    found += [row async for row in items]

    assert [row.id for row in found] == list(range(40, 0, -1))


async def test_a_scan_that_failed_once_is_dropped_like_any_other() -> None:
    """Its error, once handled, keeps nothing alive that would go on asking."""
    gate = Gate(listing(100))
    faults = [9]

    async def fetch(limit: int, offset: int) -> Page[Row]:
        if offset in faults:
            faults.remove(offset)
            raise ConnectionLost("cut")
        return await gate.fetch(limit, offset)

    items = aiter(Paginator(fetch, page_size=10, prefetch=2))
    first = asyncio.ensure_future(anext(items))
    await turns()
    await gate.let(0)
    assert [await first] + [await anext(items) for _ in range(9)] == [
        Row(id_) for id_ in range(100, 90, -1)
    ]
    with pytest.raises(ConnectionLost):
        await anext(items)
    again = asyncio.ensure_future(anext(items))
    await turns()
    await gate.let(9)
    await again
    assert list(gate.waiting) == [18, 27]
    gc.disable()
    try:
        del items, again
        await turns()
    finally:
        gc.enable()

    assert gate.dropped[-2:] == [18, 27]


async def test_the_error_of_a_page_ahead_waits_for_its_turn() -> None:
    """Rows before it come first; if the loop is left before, nobody hears of it."""
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: complaints.append(context)
    )
    server = listing(100)

    async def fetch(limit: int, offset: int) -> Page[Row]:
        if offset == 27:
            raise ConnectionLost("cut")
        return await server.fetch(limit, offset)

    paginator = Paginator(fetch, page_size=10, prefetch=3)
    found: list[Row] = []
    with pytest.raises(ConnectionLost):
        await gather(paginator, found)
    assert [row.id for row in found] == list(range(100, 72, -1))

    async for _ in paginator:
        break
    await turns()
    gc.collect()
    assert complaints == []


async def test_an_error_on_being_dropped_is_not_heard_of() -> None:
    """A request may end in an error of its own when it is cancelled."""
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: complaints.append(context)
    )
    gate = Gate(listing(100))

    async def fetch(limit: int, offset: int) -> Page[Row]:
        if offset == 0:
            return await gate.server.fetch(limit, offset)
        try:
            return await gate.fetch(limit, offset)
        except asyncio.CancelledError:
            raise ConnectionLost("cut") from None

    async for row in Paginator(fetch, page_size=10, prefetch=3):
        await turns()
        if row.id == 95:
            break
    await turns()
    gc.collect()

    assert gate.dropped == [9, 18, 27]
    assert complaints == []


@pytest.mark.parametrize("prefetch", [1, 4, 8])
async def test_total_keeps_from_asking_beyond_the_end(prefetch: int) -> None:
    """With a total there are as many requests as without prefetch."""
    for count in (0, 9, 10, 11, 19, 55, 100):
        serial, ahead = listing(count), listing(count)
        ahead.pauses = lambda: 2

        await Paginator(serial.fetch, page_size=10, prefetch=0).collect()
        await Paginator(ahead.fetch, page_size=10, prefetch=prefetch).collect()

        assert ahead.requests == serial.requests


async def test_without_a_total_little_is_asked_beyond_the_end() -> None:
    """There are up to n requests more, and none once the end is known."""
    for count in (0, 9, 10, 55, 100):
        echo = frozenset({"sort"})
        serial, ahead = listing(count, echo=echo), listing(count, echo=echo)
        ahead.pauses = lambda: 2

        await Paginator(serial.fetch, page_size=10, prefetch=0).collect()
        await Paginator(ahead.fetch, page_size=10, prefetch=3).collect()

        assert len(ahead.requests) <= len(serial.requests) + (3 if count > 9 else 0)


async def test_a_short_page_that_is_there_already_is_not_passed() -> None:
    """Once an answer shows the end, nothing is asked for beyond, total or not."""
    gate = Gate(listing(25, echo=frozenset({"sort"})))
    items = aiter(Paginator(gate.fetch, page_size=10, prefetch=2))
    first = asyncio.ensure_future(anext(items))
    await turns()
    await gate.let(0)
    await first
    await gate.let(18)
    for _ in range(9):
        await anext(items)
    waiting = asyncio.ensure_future(anext(items))
    await turns()

    assert list(gate.waiting) == [9]

    await gate.let(9)
    await waiting
    assert len([row async for row in items]) == 14


async def test_max_items_limits_what_is_asked_ahead() -> None:
    """Pages beyond the last item wanted are not asked for."""
    server = listing(1_000)

    items = await Paginator(
        server.fetch, page_size=10, max_items=35, prefetch=7
    ).collect()

    assert len(items) == 35
    assert [offset for _, offset in server.requests] == [0, 9, 18, 27]


@pytest.mark.parametrize("prefetch", [None, 8])
async def test_awaiting_and_first_ask_for_one_page(prefetch: int | None) -> None:
    """Prefetch is for iterating."""
    server = listing(100)
    paginator = Paginator(server.fetch, page_size=10, prefetch=prefetch)

    await paginator
    await paginator.first()

    assert server.requests == [(10, 0), (1, 0)]


@pytest.mark.parametrize(("rate", "spare"), [(0, 1), (9, 2)])
@pytest.mark.parametrize(("prefetch", "ahead"), [(None, 2), (0, 0), (3, 4)])
async def test_few_pages_are_held_at_once(
    prefetch: int | None, ahead: int, rate: int, spare: int
) -> None:
    """However long the listing: those under way, and a filler while it changes."""
    server = listing(20_000)
    server.pauses = lambda: 1
    alive: list[weakref.ref[Page[Row]]] = []
    most = 0

    async def fetch(limit: int, offset: int) -> Page[Row]:
        nonlocal most
        page = await server.fetch(limit, offset)
        del server.ids[: rate * (offset > 500)]
        alive[:] = [known for known in alive if known() is not None]
        alive.append(weakref.ref(page))
        most = max(most, len(alive))
        return page

    paginator = Paginator(fetch, page_size=50, prefetch=prefetch)
    async for _ in paginator:
        pass

    assert most <= ahead + spare
    assert (paginator.report.steps_back > 9) is (rate > 0)


def test_an_iterator_may_outlive_its_loop() -> None:
    """Dropping it afterwards touches no closed loop."""
    server = listing(100)
    server.pauses = lambda: 3

    async def begin() -> object:
        items = aiter(Paginator(server.fetch, page_size=10, prefetch=3))
        await anext(items)
        return items

    held = [asyncio.run(begin())]
    held.clear()
    gc.collect()

    assert len(server.requests) <= 4
