"""Servers that choose the size of a page, or do not heed what they are asked for."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections.abc import Callable
from random import Random

import pytest

from phonecom_events.errors import PaginationError
from phonecom_events.pagination import Page, Paginator, ScanReport

from .gate import Gate
from .history import DEPTHS, ECHOES
from .listing import Churn, Listing, Row, gather, listing, rows, turns

SCANS = int(os.environ.get("PHONECOM_EVENTS_HISTORIES", "1000")) // 2
ONE_BY_ONE = "pages of one row leave nothing to overlap"
TOLD = [echo for echo in ECHOES if echo & {"limit", "total"}]


def page_sizes(random: Random) -> Callable[[], int | None]:
    """Draw a way to choose how many rows a page may have."""
    fixed, odd_one = random.randint(1, 6), random.randint(1, 20)
    answers = 0

    def once() -> int | None:
        nonlocal answers
        answers += 1
        return random.randint(1, 3) if answers == odd_one else None

    return random.choice(
        (
            once,
            lambda: 1,
            lambda: fixed,
            lambda: random.randint(1, 8),
            lambda: random.choice((1, None, None)),
            lambda: random.choice((1, 1, 2, 50, None)),
        )
    )


def sized(server: Listing, most: Callable[[], int | None]) -> Listing:
    """Let a server choose the size of each page anew."""

    def choose() -> None:
        server.most = most()

    server.change = choose
    return server


async def test_a_listing_at_rest_is_read_whole_whatever_the_size_of_its_pages() -> None:
    """Every row once, in order, from any server that says how much it gives."""
    random = Random("page sizes")
    for _ in range(SCANS):
        count = random.choice((0, 1, 2, 3, 7, 120, random.randint(0, 300)))
        server = listing(count, random.choice(("asc", "desc")))
        server.echo = random.choice(TOLD)
        sized(server, page_sizes(random))
        prefetch = random.choice(DEPTHS)
        paginator = Paginator(
            server.fetch,
            page_size=random.choice((1, 2, 3, 5, 10, 50, 500)),
            prefetch=prefetch,
        )

        found = [row.id for row in await paginator.collect()]

        assert found == server.ids, server
        assert paginator.report.complete
        assert paginator.report.proven or paginator.report.reason == ONE_BY_ONE
        assert len(server.requests) <= 2 * count + 4 * (prefetch or 0) + 12


async def test_what_is_proven_is_so_whatever_the_size_of_the_pages() -> None:
    """Rows that change may be missed by pages of one row, but then that is said."""
    random = Random("page sizes and changes")
    for _ in range(SCANS):
        server = listing(random.randint(0, 150), random.choice(("asc", "desc")))
        server.echo = random.choice(TOLD)
        churn = Churn(server, random, random.choice((1, 1, 2)), random.choice((3, 30)))
        most = page_sizes(random)

        def change(server: Listing = server, churn: Churn = churn) -> None:
            churn()
            server.most = most()  # noqa: B023

        server.change = change
        paginator = Paginator(
            server.fetch,
            page_size=random.choice((1, 2, 5, 50, 500)),
            prefetch=random.choice(DEPTHS),
        )
        found: list[Row] = []
        ended = True
        try:
            await gather(paginator, found)
        except PaginationError:
            ended = False
        ids = [row.id for row in found]

        assert ids == sorted(set(ids), reverse=server.order == "desc")
        if paginator.report.proven:
            assert ended
            assert churn.throughout.issubset(ids), server


@pytest.mark.parametrize("prefetch", [None, 0, 7])
@pytest.mark.parametrize("page_size", [1, 5, 500])
async def test_rows_that_come_one_by_one_are_read_without_proof(
    page_size: int, prefetch: int | None
) -> None:
    """A page of one row cannot overlap the one before it; that is the reason given."""
    server = listing(120, most=1)
    paginator = Paginator(server.fetch, page_size=page_size, prefetch=prefetch)

    assert [row.id for row in await paginator.collect()] == server.ids
    assert paginator.report.complete
    assert not paginator.report.proven
    assert paginator.report.reason == ONE_BY_ONE
    assert len(server.requests) <= 130


@pytest.mark.parametrize("smaller", [1, 2, 5])
@pytest.mark.parametrize("which", [2, 3, 7])
async def test_one_smaller_page_costs_no_proof(which: int, smaller: int) -> None:
    """A limit that is echoed once is none for ever, and the scan is as good."""
    server = listing(200)
    sized(server, lambda: smaller if len(server.requests) == which else None)
    paginator = Paginator(server.fetch, page_size=20)

    assert [row.id for row in await paginator.collect()] == server.ids
    assert paginator.report.proven
    assert len(server.requests) <= 20


async def test_the_size_that_is_wanted_is_asked_for_again() -> None:
    """A server's own limit is kept to for a few pages, and then tried once."""
    server = listing(30, most=4)

    await Paginator(server.fetch, page_size=20).collect()

    limits = [limit for limit, _ in server.requests]
    assert limits == [20, 4, 4, 4, 20, 4, 4, 4, 20, 4]


async def test_pages_ahead_are_laid_by_the_size_that_is_given() -> None:
    """To try the wanted size again wastes nothing that is in flight."""
    server = listing(3_000, most=100)

    await Paginator(server.fetch, page_size=500, prefetch=7).collect()

    assert len(server.requests) <= 3_000 // 99 + 8


@pytest.mark.parametrize("prefetch", [None, 0, 7])
@pytest.mark.parametrize("page_size", [1, 2, 5, 50])
async def test_a_server_that_ignores_offset_is_noticed(
    page_size: int, prefetch: int | None
) -> None:
    """The rows that it gives come; the error names what has no effect."""
    server = listing(700, ignored={"offset"})
    paginator = Paginator(server.fetch, page_size=page_size, prefetch=prefetch)
    found: list[Row] = []

    with pytest.raises(PaginationError, match="`offset` has no effect") as caught:
        await gather(paginator, found)

    assert [row.id for row in found] == server.ids[: len(found)]
    assert len(found) >= page_size
    assert len(server.requests) <= 4 + (prefetch or 0)
    assert "`limit`" not in str(caught.value)
    assert isinstance(caught.value.report, ScanReport)
    assert caught.value.report == paginator.report
    assert (paginator.report.items, paginator.report.complete) == (len(found), False)
    assert pickle.loads(pickle.dumps(caught.value)) == caught.value


@pytest.mark.parametrize("echo", [*ECHOES[:3], frozenset({"limit"})])
@pytest.mark.parametrize("page_size", [1, 5, 500])
async def test_a_server_that_gives_one_row_for_ever_is_noticed(
    page_size: int, echo: frozenset[str]
) -> None:
    """It ignores `offset`, and its pages are too short to overlap."""
    server = listing(700, most=1, ignored={"offset"}, echo=echo)

    with pytest.raises(PaginationError, match="`offset`"):
        await Paginator(server.fetch, page_size=page_size).collect()

    assert len(server.requests) <= 4


async def test_a_resumed_scan_notices_it_too() -> None:
    """The first page that it asks for begins before the row that it goes on from."""
    server = listing(700)
    token = (await Paginator(server.fetch, page_size=40)).resume
    server.ignored = {"offset"}
    server.requests.clear()
    paginator = Paginator(server.fetch, page_size=20, resume=token)

    with pytest.raises(PaginationError, match="`offset`"):
        await paginator.collect()

    assert len(server.requests) <= 4
    with pytest.raises(PaginationError, match="`offset`"):
        await Paginator(server.fetch, page_size=20, offset=40).collect()


@pytest.mark.parametrize("page_size", [1, 2, 5, 50, 500])
async def test_a_server_that_ignores_limit_is_noticed(page_size: int) -> None:
    """All rows come once, and the report names what has no effect."""
    server = listing(700, ignored={"limit"})
    paginator = Paginator(server.fetch, page_size=page_size)

    assert [row.id for row in await paginator.collect()] == server.ids
    assert paginator.report.complete
    assert not paginator.report.proven
    assert "`limit` has no effect" in paginator.report.reason
    assert len(server.requests) <= 4


@pytest.mark.parametrize("echo", [*ECHOES, frozenset()])
@pytest.mark.parametrize("page_size", [1, 2, 5, 49])
async def test_a_server_that_ignores_both_gives_what_may_be_all(
    page_size: int, echo: frozenset[str]
) -> None:
    """Its one answer is taken once, and not called proven."""
    server = listing(50, ignored={"limit", "offset"}, echo=echo)
    paginator = Paginator(server.fetch, page_size=page_size, order="desc")

    assert [row.id for row in await paginator.collect()] == server.ids
    assert paginator.report.complete
    assert not paginator.report.proven
    assert "`limit` and `offset` have no effect" in paginator.report.reason
    assert len(server.requests) <= 4


async def test_a_total_that_says_more_contradicts_an_answer_of_all_rows() -> None:
    """A server that heeds neither, and gives fewer rows than it counts, is noticed."""
    server = listing(700, most=50, ignored={"limit", "offset"})
    server.echo = frozenset({"sort", "total"})

    with pytest.raises(PaginationError, match="the rest cannot be read"):
        await Paginator(server.fetch, page_size=20).collect()


async def test_who_has_all_that_was_wanted_need_not_know_of_an_ignored_offset() -> None:
    """The rows of `max_items` are proven; one more that is wanted cannot be had."""
    echo = frozenset({"sort"})
    server = listing(15, ignored={"offset"}, echo=echo)
    enough = Paginator(server.fetch, page_size=10, max_items=12)

    assert list(await enough.collect()) == list(rows(server.ids[:12]))
    assert enough.report.proven

    server = listing(700, ignored={"offset"}, echo=echo)
    with pytest.raises(PaginationError, match="`offset` has no effect"):
        await Paginator(server.fetch, page_size=10, max_items=21).collect()
    assert len(server.requests) <= 4


async def test_nothing_is_under_way_once_an_offset_is_known_to_be_ignored() -> None:
    """Rows that show it are given; meanwhile no answer is waited for that is like it."""
    gate = Gate(listing(700, ignored={"offset"}))
    items = aiter(Paginator(gate.fetch, page_size=200, prefetch=3))
    first = asyncio.ensure_future(anext(items))
    await turns()
    await gate.let(0)
    await first
    for _ in range(199):
        await anext(items)
    more = asyncio.ensure_future(anext(items))
    await turns()
    await gate.let(199)
    # One answer has more rows than were asked for, and says that there are others.
    gate.server.ignored, gate.server.most = {"limit", "offset"}, 250
    await gate.let(398)

    assert await more == Row(500)
    assert gate.waiting == {}
    with pytest.raises(PaginationError, match="the rest cannot be read"):
        await gather(items, [])


async def test_the_same_rows_again_and_fewer_than_asked_for_may_be_all() -> None:
    """A full page shows only when more is asked for that there is no more."""
    server = listing(50, ignored={"offset"}, echo=frozenset({"sort"}))
    paginator = Paginator(server.fetch, page_size=50)

    assert [row.id for row in await paginator.collect()] == server.ids
    assert paginator.report.complete
    assert not paginator.report.proven
    assert "`offset` has no effect" in paginator.report.reason
    assert len(server.requests) <= 4


async def test_a_total_that_says_more_makes_the_same_rows_an_error() -> None:
    """What `total` counts more cannot be read, so the rows cannot be all."""
    server = listing(700, most=30, ignored={"offset"}, echo=frozenset({"total"}))

    with pytest.raises(PaginationError, match="`offset` has no effect"):
        await Paginator(server.fetch, page_size=50, order="desc").collect()

    assert len(server.requests) <= 4


@pytest.mark.parametrize("page_size", [1, 2, 5, 50, 500])
async def test_pages_that_begin_alike_by_chance_are_no_ignored_offset(
    page_size: int,
) -> None:
    """Just as many rows may be created as the offset goes on by, even twice."""
    server = listing(2_000)
    offsets = [0]
    alike = []

    async def fetch(limit: int, offset: int) -> Page[Row]:
        further = offset - offsets[-1]
        if further > 0 and len(alike) < 2 and (not alike or further < 100):
            newest = server.ids[0] + further
            server.ids[:0] = range(newest, newest - further, -1)
            alike.append(offset)
        offsets.append(offset)
        return await server.fetch(limit, offset)

    paginator = Paginator(fetch, page_size=page_size)

    assert [row.id for row in await paginator.collect()] == list(range(2_000, 0, -1))
    assert paginator.report.proven
    assert alike


async def test_rows_that_are_counted_show_it_as_well() -> None:
    """Where rows have no ids, four answers that begin alike are enough."""
    asked: list[int] = []

    async def fetch(limit: int, offset: int) -> Page[dict[str, int]]:
        asked.append(offset)
        return Page(items=[{"number": number} for number in range(limit)])

    paginator = Paginator(fetch, page_size=3, key=lambda row: row.get("id"))
    with pytest.raises(PaginationError, match="`offset` has no effect"):
        await paginator.collect()

    assert asked == [0, 3, 6, 12]
    assert paginator.report.items == 3


async def test_what_was_not_proven_is_not_proven_by_going_on() -> None:
    """A token says that the rows before it may not be all."""
    server = listing(30, most=1)
    items = aiter(paginator := Paginator(server.fetch, page_size=5))
    for _ in range(9):
        await anext(items)
    assert paginator.report.reason == ONE_BY_ONE
    server.most = None
    again = Paginator(server.fetch, page_size=5, resume=paginator.resume)

    assert list(await again.collect()) == list(rows(server.ids[9:]))
    assert not again.report.proven
    assert "goes on from" in again.report.reason
