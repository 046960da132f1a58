"""Rows that are not as documented: left out, reported once, and counted as rows."""

from __future__ import annotations

import gc
import pickle
import weakref
from typing import Any

import pytest

from phonecom_events.errors import InvalidArgument, PaginationError
from phonecom_events.pagination import OddRow, Page, Paginator

from .history import NO_ID, odd_numbers
from .listing import Listing, Row, listing


def reporting(server: Listing, **options: Any) -> Paginator[Row]:
    """List in pages of five, odd rows reported."""
    return Paginator(server.fetch, **{"page_size": 5, "odd_rows": "report", **options})


async def test_odd_rows_are_left_out_and_reported() -> None:
    """Items are the others, in order; the scan is as proven as without them."""
    server = listing(20, odd={19, 12, 11, 4})
    paginator = reporting(server)

    found = [row.id async for row in paginator]

    assert found == [id_ for id_ in range(20, 0, -1) if id_ not in server.odd]
    assert odd_numbers(paginator.report) == [19, 12, 11, 4]
    assert [row.id for row in paginator.report.odd_rows] == [19, 12, 11, 4]
    assert paginator.report.odd_row_count == 4
    assert paginator.report.items == 16
    assert paginator.report.proven


@pytest.mark.parametrize("prefetch", [None, 0, 4])
async def test_no_request_is_made_for_an_odd_row(prefetch: int | None) -> None:
    """Pages are the same as if all rows were as documented."""
    plain, odd = listing(60), listing(60, odd=set(range(7, 40)))

    await reporting(plain, prefetch=prefetch).collect()
    await reporting(odd, prefetch=prefetch).collect()

    assert plain.requests == odd.requests


async def test_pages_hold_good_rows_and_name_the_odd_ones() -> None:
    """A page of nothing but odd rows is passed over; the report has them all."""
    server = listing(14, odd={13, 9, 8, 7, 6, 2})
    paginator = reporting(server)

    pages = [page async for page in paginator.pages()]

    assert [[row.id for row in page] for page in pages] == [
        [14, 12, 11, 10],
        [5, 4, 3],
        [1],
    ]
    assert [[row.id for row in page.odd_rows] for page in pages] == [[13], [2], []]
    assert odd_numbers(paginator.report) == [13, 9, 8, 7, 6, 2]


async def test_an_awaited_page_is_the_one_asked_for_even_if_all_of_it_is_odd() -> None:
    """It has no items, and no other page is asked for in its stead."""
    server = listing(14, odd={9, 8, 7, 6, 5})
    page = await reporting(server, offset=5)

    assert not page
    assert [row.id for row in page.odd_rows] == [9, 8, 7, 6, 5]
    assert server.requests == [(5, 5)]
    rest = await reporting(server, resume=page.resume).collect()
    assert [row.id for row in rest] == [4, 3, 2, 1]


async def test_the_first_item_is_the_first_good_one() -> None:
    """It takes one request if the first row is good; no max_items lets it go on."""
    good, odd = listing(9), listing(9, odd={9, 8, 7, 6, 5, 4})

    assert await reporting(good).first() == Row(9)
    assert good.requests == [(1, 0)]
    assert await reporting(odd).first() == Row(3)
    assert await reporting(odd, max_items=6).first() is None
    assert await reporting(listing(2, odd={1, 2})).first() is None


@pytest.mark.parametrize("page_size", [1, 2, 5, 500])
async def test_max_items_and_offset_count_odd_rows(page_size: int) -> None:
    """They are rows like any other."""
    server = listing(20, odd={18, 17, 12})
    paginator = reporting(server, page_size=page_size, offset=1, max_items=6)

    assert [row.id for row in await paginator.collect()] == [19, 16, 15, 14]
    assert odd_numbers(paginator.report) == [18, 17]
    assert paginator.report.complete


@pytest.mark.parametrize("unidentified", [frozenset(), frozenset(range(100))])
@pytest.mark.parametrize("page_size", [1, 2, 5, 50])
async def test_a_scan_left_at_any_row_goes_on_there(
    page_size: int, unidentified: frozenset[int]
) -> None:
    """Both together give every item once, and report every odd row once."""
    odd = {30, 29, 28, 25, 20, 19, 17, 16, 15, 14, 2, 1}
    server = listing(30, odd=odd, unidentified=unidentified)
    for kill in range(1, 18):
        items = aiter(first := reporting(server, page_size=page_size))
        found = [(await anext(items)).id for _ in range(kill)]
        before = first.report
        second = reporting(server, page_size=page_size, resume=first.resume)
        found += [row.id for row in await second.collect()]

        assert found == [id_ for id_ in range(30, 0, -1) if id_ not in odd]
        assert [*odd_numbers(before), *odd_numbers(second.report)] == sorted(
            odd, reverse=True
        )
        assert second.report.proven is not bool(unidentified)


async def test_the_report_of_a_running_scan_has_what_was_passed_over() -> None:
    """An odd row counts with the item before it that comes after it in turn."""
    server = listing(9, odd={8, 7, 3})
    items = aiter(paginator := reporting(server, page_size=500))
    seen = [paginator.report.odd_row_count]
    async for _ in items:
        seen.append(paginator.report.odd_row_count)  # noqa: PERF401

    assert seen == [0, 0, 2, 2, 2, 3, 3]


@pytest.mark.parametrize("prefetch", [None, 0, 4])
@pytest.mark.parametrize("page_size", [1, 2, 3, 5, 50])
async def test_a_row_without_an_id_comes_once_but_proves_nothing(
    page_size: int, prefetch: int | None
) -> None:
    """Its place is between its neighbours; the report says that it has no id."""
    odd = {40, 39, 38, 30, 25, 24, 23, 22, 21, 20, 19, 18, 1}
    server = listing(40, odd=odd, unidentified=odd)
    paginator = reporting(server, page_size=page_size, prefetch=prefetch)

    found = [row.id for row in await paginator.collect()]

    assert found == [id_ for id_ in range(40, 0, -1) if id_ not in odd]
    assert odd_numbers(paginator.report) == sorted(odd, reverse=True)
    assert {row.id for row in paginator.report.odd_rows} == {None}
    assert paginator.report.complete
    assert not paginator.report.proven
    assert paginator.report.reason == NO_ID


@pytest.mark.parametrize("page_size", [1, 2, 3, 5, 7, 50])
async def test_pages_that_end_without_an_id_are_gone_on_from(page_size: int) -> None:
    """Awaited one by one, each knows the rows of the one before without their ids."""
    odd = {40, 39, 38, 30, 25, 24, 23, 22, 21, 20, 19, 18, 1}
    server = listing(40, odd=odd, unidentified=odd)
    page = await reporting(server, page_size=page_size)
    found: list[int] = []
    while page or page.odd_rows:
        ids = [row.id for row in page] + [row.raw["number"] for row in page.odd_rows]
        found += sorted(ids, reverse=True)
        page = await reporting(server, page_size=page_size, resume=page.resume)

    assert found == list(range(40, 0, -1))


async def test_an_ignored_offset_is_known_by_a_first_row_without_an_id() -> None:
    """Pages that begin alike are so by what is in their first rows."""
    server = listing(20, odd={20}, unidentified={20}, ignored={"offset"})

    with pytest.raises(PaginationError, match="`offset` has no effect"):
        await reporting(server).collect()

    assert len(server.requests) < 10


@pytest.mark.parametrize("page_size", [1, 2, 3, 7, 50])
async def test_rows_that_are_all_alike_come_as_often_as_they_are(
    page_size: int,
) -> None:
    """Ten times null in a row are ten odd rows, in a listing at rest."""
    rows: list[Any] = [Row(30), Row(29), *[None] * 10, Row(9), None, Row(8), None, None]

    async def fetch(limit: int, offset: int) -> Page[Any]:
        shown = rows[offset : offset + limit]
        odd = OddRow(id=None, problems=("expected an object @ $.items[0]",), raw=None)
        return Page(
            items=[odd if row is None else row for row in shown],
            sort={"id": "desc"},
            limit=limit,
        )

    paginator = Paginator(fetch, page_size=page_size, odd_rows="report")

    assert [row.id for row in await paginator.collect()] == [30, 29, 9, 8]
    assert paginator.report.odd_row_count == 13


async def test_only_a_thousand_odd_rows_are_kept() -> None:
    """All are counted; a listing of nothing else needs no more memory for it."""
    server = listing(3_000, odd=range(1, 3_001))  # type: ignore[arg-type]
    paginator = reporting(server, page_size=500)

    assert await paginator.collect() == []
    assert paginator.report.odd_row_count == 3_000
    assert odd_numbers(paginator.report) == list(range(3_000, 2_000, -1))
    assert paginator.report.proven


async def test_a_paginator_lets_go_of_the_odd_rows_that_it_does_not_report() -> None:
    """Of a listing of odd rows the first thousand live on, and a page of the last."""
    alive: list[weakref.ref[OddRow]] = []
    server = listing(2_000, odd=range(1, 2_001))  # type: ignore[arg-type]

    async def fetch(limit: int, offset: int) -> Page[Row]:
        page = await server.fetch(limit, offset)
        alive.extend(weakref.ref(row) for row in page.items)  # type: ignore[arg-type]
        return page

    paginator = Paginator(fetch, page_size=100, odd_rows="report")
    await paginator.collect()
    gc.collect()

    assert sum(ref() is not None for ref in alive) <= 1_100


async def test_a_failed_collect_starts_over() -> None:
    """Its token goes back to the start, odd rows included."""
    server = listing(10, odd={10, 5})

    async def fetch(limit: int, offset: int) -> Page[Row]:
        if offset > 3:
            raise KeyError(offset)
        return await server.fetch(limit, offset)

    paginator = Paginator(fetch, page_size=4, odd_rows="report")
    with pytest.raises(KeyError):
        await paginator.collect()
    again = reporting(server, resume=paginator.resume)

    assert len(await again.collect()) == 8
    assert odd_numbers(again.report) == [10, 5]


def test_a_repr_shows_an_odd_row_without_what_is_in_it() -> None:
    """Neither its own nor a report's; it pickles, compares and hashes."""
    row = OddRow(
        id=7,
        problems=("expected an integer, got a string @ $.items[0].profile_id",),
        raw={"id": 7, "config": {"headers": [{"name": "X", "value": "hunter2"}]}},
    )

    assert "hunter2" not in repr(row)
    assert "expected an integer" in repr(row)
    assert "hunter2" not in repr(Page(odd_rows=(row,)))
    assert "hunter2" not in Page(odd_rows=(row,))._repr_html_()
    assert pickle.loads(pickle.dumps(row)) == row
    assert hash(row) == hash(pickle.loads(pickle.dumps(row)))
    with pytest.raises(AttributeError):
        row.id = 8  # type: ignore[misc]


@pytest.mark.parametrize("wrong", ["ignore", "", None, True, ["report"]])
def test_another_way_to_treat_odd_rows_is_refused(wrong: Any) -> None:
    """Before any request, with the two that there are."""
    with pytest.raises(InvalidArgument, match="'raise' or 'report'"):
        Paginator(listing(1).fetch, odd_rows=wrong)
