"""When a scan ends, and when it gives up."""

from __future__ import annotations

from random import Random

import pytest

from phonecom_events.errors import PaginationError
from phonecom_events.http import Response
from phonecom_events.pagination import Page, Paginator, ScanReport

from .listing import Row, listing, rows

BARE = frozenset({"sort"})


async def test_a_short_page_is_the_last() -> None:
    """No request is made after it, whether or not the answer says anything."""
    for echo in (BARE, BARE | {"total"}, BARE | {"limit", "offset"}):
        server = listing(5, echo=echo)

        assert len(await Paginator(server.fetch, page_size=6).collect()) == 5
        assert server.requests == [(6, 0)]


async def test_a_full_page_is_not_the_last_even_if_total_says_so() -> None:
    """Only a short page is proof, so one more request is made."""
    server = listing(6)

    assert len(await Paginator(server.fetch, page_size=6).collect()) == 6
    assert server.requests == [(6, 0), (6, 5)]


async def test_the_servers_own_limit_says_what_is_short() -> None:
    """A server that gives fewer rows than asked, and says so, is read to its end."""
    server = listing(30, most=4)
    paginator = Paginator(server.fetch, page_size=20)

    assert len(await paginator.collect()) == 30
    assert paginator.report.proven


async def test_a_total_that_says_more_makes_the_scan_look_again() -> None:
    """A server that gives fewer rows and says only a higher total is read too."""
    server = listing(30, most=4, echo=BARE | {"total"})
    paginator = Paginator(server.fetch, page_size=20)

    assert len(await paginator.collect()) == 30
    assert paginator.report.proven


async def test_a_total_that_goes_on_to_say_more_is_not_followed() -> None:
    """It is looked into beyond the last row; then the scan ends, with a doubt."""
    server = listing(5)

    async def fetch(limit: int, offset: int) -> Page[Row]:
        page = await server.fetch(limit, offset)
        return Page(items=page.items, sort=page.sort, total=99)

    paginator = Paginator(fetch)

    assert len(await paginator.collect()) == 5
    assert server.requests == [(500, 0), (5, 4), (2, 5)]
    assert paginator.report.complete
    assert not paginator.report.proven
    assert "total" in paginator.report.reason


async def test_a_total_of_zero_ends_nothing() -> None:
    """A total that is too low is passed over."""
    server = listing(25)

    async def fetch(limit: int, offset: int) -> Page[Row]:
        page = await server.fetch(limit, offset)
        return Page(items=page.items, sort=page.sort, total=0)

    assert len(await Paginator(fetch, page_size=10).collect()) == 25


async def test_a_listing_that_is_emptied_ends_the_scan() -> None:
    """Empty pages prove nothing until the one at offset 0, where the scan ends."""
    server = listing(50)
    paginator = Paginator(server.fetch, page_size=10)
    found = 0

    async for _ in paginator:
        found += 1
        if found == 19:
            server.ids.clear()

    assert found == 19
    assert paginator.report.proven
    assert server.requests[-1][1] == 0


async def test_an_emptied_listing_is_not_looked_for_before_its_start() -> None:
    """A total that is out of date makes no offset negative, and is said to be wrong."""
    server = listing(50)

    async def fetch(limit: int, offset: int) -> Page[Row]:
        page = await server.fetch(limit, offset)
        return Page(items=page.items, sort=page.sort, total=50)

    paginator = Paginator(fetch, page_size=10)
    found = 0
    async for _ in paginator:
        found += 1
        if found == 19:
            server.ids.clear()

    assert found == 19
    assert paginator.report.complete
    assert "total" in paginator.report.reason
    assert len(server.requests) < 20
    assert min(offset for _, offset in server.requests) == 0


async def test_rows_deleted_before_the_place_are_noticed() -> None:
    """A page that begins too far on is followed by an earlier one."""
    server = listing(30)
    paginator = Paginator(server.fetch, page_size=10)
    ids = []

    async for row in paginator:
        ids.append(row.id)
        if len(ids) == 10:
            del server.ids[0:3]

    assert ids == list(range(30, 0, -1))
    assert server.requests[:4] == [(10, 0), (10, 9), (20, 8), (40, 6)]
    assert paginator.report.steps_back == 2
    assert paginator.report.proven


async def test_a_page_that_waits_for_its_gap_does_not_lead_the_search_astray() -> None:
    """Rows deleted, then many more inserted before the place, cost few requests."""
    server = listing(100)

    def change() -> None:
        if len(server.requests) == 2:
            del server.ids[:5]
        elif len(server.requests) == 3:
            server.ids[:0] = range(100_000, 100, -1)
            server.change = int

    server.change = change
    paginator = Paginator(server.fetch, page_size=10)

    assert [row.id async for row in paginator] == list(range(100, 0, -1))
    assert len(server.requests) < 40


async def test_the_window_is_two_rows_at_least() -> None:
    """A page size of 1 is the first request's; one row could not overlap and gain."""
    server = listing(4)

    assert len(await Paginator(server.fetch, page_size=1).collect()) == 4
    assert [limit for limit, _ in server.requests] == [1, 2, 2, 2, 2]


async def test_windows_widen_without_new_rows_and_narrow_with_them() -> None:
    """After many rows are inserted before the place, pages double, then halve."""
    server = listing(300)
    paginator = Paginator(server.fetch, page_size=5, prefetch=0)
    ids = []

    async for row in paginator:
        ids.append(row.id)
        if len(ids) == 10:
            server.ids[:0] = range(340, 300, -1)

    limits = [limit for limit, _ in server.requests]
    most = limits.index(max(limits))
    assert ids == list(range(300, 0, -1))
    assert limits[most - 2 : most + 3] == [5, 10, 20, 10, 5]


async def test_rows_that_change_faster_than_pages_come_end_in_an_error() -> None:
    """Up to a million rows that come and go before the place leave it nowhere."""
    random = Random(1)
    server = listing(1_000)

    async def fetch(limit: int, offset: int) -> Page[Row]:
        before = random.randrange(1_000_000) if offset else 0
        newer = range(10**9 - offset, 10**9 - min(before, offset + limit), -1)
        start, end = max(0, offset - before), max(0, offset + limit - before)
        return Page(items=rows([*newer, *server.ids[start:end]]), sort={"id": "desc"})

    paginator = Paginator(fetch, page_size=10)
    page = await paginator
    with pytest.raises(PaginationError, match="faster"):
        await paginator.collect()

    assert paginator.report.items == 10
    assert paginator.report.requests == 65
    assert paginator.report.steps_back > 0
    again = Paginator(fetch, page_size=10, resume=page.resume)
    with pytest.raises(PaginationError, match="faster"):
        await again.collect()
    assert again.report.requests == 64


async def test_pages_ahead_are_no_sign_of_change() -> None:
    """However many are under way when rows come before them, the scan goes on."""
    server = listing(2_000)
    server.pauses = lambda: 1
    paginator = Paginator(server.fetch, page_size=10, prefetch=100)
    found: list[int] = []

    async for row in paginator:
        found.append(row.id)
        if len(found) == 10:
            server.ids[:0] = range(4_000, 2_000, -1)

    assert found == list(range(2_000, 0, -1))
    assert paginator.report.proven


async def test_every_new_row_lets_a_scan_go_on_as_long_again() -> None:
    """A long scan may step back any number of times, as long as it gets on."""
    server = listing(40_000)
    read = 0

    def change() -> None:
        if read > 500:
            del server.ids[:20]

    server.change = change
    paginator = Paginator(server.fetch, page_size=200)
    async for _ in paginator:
        read += 1

    assert paginator.report.steps_back > 64
    assert paginator.report.proven


async def test_the_report_adds_up_what_the_answers_took() -> None:
    """Retries, back-off and queueing are the sums over all answers."""
    server = listing(5)

    async def fetch(limit: int, offset: int) -> Page[Row]:
        page = await server.fetch(limit, offset)
        response = Response(status=200, attempts=2, waited=1.5, queued=0.25)
        return Page(items=page.items, sort=page.sort, response=response)

    paginator = Paginator(fetch, page_size=3)
    await paginator.collect()

    assert paginator.report == ScanReport(
        items=5,
        requests=3,
        retries=3,
        waited=4.5,
        queued=0.75,
        repeats=2,
        order="desc",
        complete=True,
        proven=True,
        reason="",
    )


async def test_the_report_can_be_read_while_the_scan_runs() -> None:
    """Only rows that the caller has had are counted, and it is not complete yet."""
    paginator = Paginator(listing(5).fetch)
    items = aiter(paginator)
    await anext(items)
    await anext(items)

    assert paginator.report.items == 2
    assert not paginator.report.complete
    assert not paginator.report.proven

    assert len([row async for row in items]) == 3
    assert paginator.report.items == 5
    assert paginator.report.proven
