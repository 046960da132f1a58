"""Listings that the rule of exactness does not fit."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import pytest
from attrs import evolve, frozen

from phonecom_events.errors import PaginationError
from phonecom_events.pagination import OddRow, Page, Paginator

from .listing import Row, listing, rows, turns


@frozen
class Named:
    """Stand for an item without an id."""

    name: str


@frozen
class Numbered:
    """Stand for an item whose `id` does not tell it from others."""

    number: int
    id: int


def serve(items: Sequence[object], **said: object) -> Paginator[object]:
    """Read a listing that never changes, in pages of three."""

    async def fetch(limit: int, offset: int) -> Page[object]:
        return Page(items=items[offset : offset + limit], **said)  # type: ignore[arg-type]

    return Paginator(fetch, page_size=3)


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([Named(f"n{number}") for number in range(10)], "no id"),
        ([Named("same")], "no id"),
        ([Row(3), Row("x"), Row(1)], "no id"),  # type: ignore[arg-type]
        ([Row(True), Row(0)], "no id"),
        (rows([5, 4, 7, 3, 1, 2, 9]), "descending order"),
        (rows([1, 2, 3, 4, 5]), "descending order"),
        (rows([5, 5, 4, 4]), "descending order"),
    ],
)
async def test_rows_without_usable_ids_are_read_by_counting(
    items: Sequence[object], reason: str
) -> None:
    """Every row comes once from a listing at rest, but nothing is claimed."""
    paginator = serve(items, sort={"id": "desc"})

    assert await paginator.collect() == list(items)
    assert paginator.report.complete
    assert not paginator.report.proven
    assert paginator.report.order is None
    assert reason in paginator.report.reason


@pytest.mark.parametrize("sort", [{}, {"name": "asc"}, {"id": "asc", "name": "asc"}])
async def test_an_order_that_is_not_by_id_is_read_by_counting(
    sort: dict[str, str],
) -> None:
    """Ids that happen to rise prove nothing about the next page."""
    paginator = serve(rows([1, 2, 3, 4, 5]), sort=sort)

    assert await paginator.collect() == list(rows([1, 2, 3, 4, 5]))
    assert not paginator.report.proven
    assert "ordered by id" in paginator.report.reason


async def test_an_order_that_was_asked_for_needs_no_echo() -> None:
    """The ids alone confirm it."""
    server = listing(10, "asc", echo=frozenset())
    paginator = Paginator(server.fetch, page_size=3, order="asc")

    await paginator.collect()

    assert paginator.report.proven
    assert paginator.report.order == "asc"


async def test_an_order_that_was_not_obeyed_is_noticed() -> None:
    """Ids that fall where they should rise are read by counting."""
    paginator = Paginator(listing(10).fetch, page_size=3, order="asc")

    assert len(await paginator.collect()) == 10
    assert not paginator.report.proven


async def test_a_page_read_ahead_shows_that_the_order_is_another() -> None:
    """The end that a page of one row seemed to be is not believed, let alone proven."""
    ids, asked = [1, 4, 7, 10, 12], list[int]()

    async def fetch(limit: int, offset: int) -> Page[Row]:
        asked.append(offset)
        lags = offset == 1 and asked.count(1) == 1
        if offset == 0 or lags:
            limit = 1 if offset == 0 else limit
            await turns()  # what is read ahead comes first
        there = ids[:2] if lags else ids
        found = rows(there[offset : offset + limit])
        return Page(items=found, limit=limit, sort={"id": "desc"})

    paginator = Paginator(fetch, page_size=1, prefetch=4)

    assert [row.id for row in await paginator.collect()] == ids
    assert "descending order" in paginator.report.reason


@pytest.mark.parametrize("broken", [[4, 6, 5], [None, 5, 4], []])
async def test_a_contradiction_half_way_turns_to_counting(broken: list[int]) -> None:
    """From the page that breaks the order on, rows are counted; none is lost."""
    ids = [9, 8, 7, *broken, 3, 2, 1]
    paginator = serve([Row(id_) for id_ in ids], sort={"id": "desc"})

    found = await paginator.collect()

    assert [row.id for row in found] == ids  # type: ignore[attr-defined]
    assert paginator.report.proven is not bool(broken)


@pytest.mark.parametrize("page_size", [1, 3, 50])
async def test_a_scan_from_an_offset_is_proven(page_size: int) -> None:
    """Its first page overlaps nothing, for there is nothing yet."""
    server = listing(30)
    paginator = Paginator(server.fetch, page_size=page_size, offset=7)

    assert await paginator.collect() == list(rows(server.ids[7:]))
    assert paginator.report.proven


async def test_one_row_is_in_any_order() -> None:
    """A listing of one row is proven, however its answer says that it is ordered."""
    paginator = Paginator(listing(1).fetch, page_size=3, order="asc")

    assert len(await paginator.collect()) == 1
    assert paginator.report.proven


async def test_a_listing_without_ids_that_ignores_offset_ends_in_an_error() -> None:
    """Pages that begin like the one before are repeats, so there is an end."""

    async def fetch(limit: int, _: int) -> Page[Named]:
        return Page(items=[Named(f"n{number}") for number in range(limit)])

    paginator = Paginator(fetch, page_size=3)
    with pytest.raises(PaginationError):
        await paginator.collect()

    assert paginator.report.items == 3


@pytest.mark.parametrize("prefetch", [None, 0, 4])
async def test_counting_goes_on_by_what_was_received(prefetch: int | None) -> None:
    """A server that gives fewer rows than asked, and says so, is read to its end."""
    server = listing(30, most=4, echo=frozenset({"limit"}))
    paginator = Paginator(server.fetch, page_size=20, prefetch=prefetch)

    assert await paginator.collect() == list(rows(range(30, 0, -1)))
    assert not paginator.report.proven


async def test_rows_that_were_asked_for_too_far_on_are_not_counted() -> None:
    """A page that is shorter than asked leaves a gap, which is filled first."""

    async def fetch(limit: int, offset: int) -> Page[Named]:
        given = 2 if offset == 3 else limit
        shown = range(offset, min(offset + given, 12))
        return Page(items=[Named(f"n{number}") for number in shown], limit=given)

    found = await Paginator(fetch, page_size=3, prefetch=4).collect()

    assert found == [Named(f"n{number}") for number in range(12)]


async def test_an_unpaged_listing_is_one_answer() -> None:
    """One request, however long the answer, proves that nothing was missed."""
    asked = []

    async def fetch(limit: int, offset: int) -> Page[Named]:
        asked.append((limit, offset))
        return Page(items=[Named(f"n{number}") for number in range(700)])

    paginator = Paginator(fetch, paged=False)

    assert len(await paginator.collect()) == 700
    assert len(asked) == 1
    assert paginator.report.complete
    assert paginator.report.proven
    assert len(await Paginator(fetch, paged=False, max_items=3).collect()) == 3
    assert await Paginator(fetch, paged=False).first() == Named("n0")


async def test_a_key_says_what_the_id_is() -> None:
    """Rows whose id has another name, or that are mappings, are proven with it."""
    numbers = list(range(10))

    async def fetch(limit: int, offset: int) -> Page[dict[str, int]]:
        shown = numbers[offset : offset + limit]
        return Page(items=[{"number": number} for number in shown])

    paginator = Paginator(
        fetch, page_size=3, order="asc", key=lambda row: row["number"]
    )

    assert [row["number"] for row in await paginator.collect()] == numbers
    assert paginator.report.proven
    wrong = Paginator(fetch, page_size=3, order="asc", key=lambda row: row["id"])
    assert len(await wrong.collect()) == 10
    assert not wrong.report.proven


async def test_a_key_is_asked_beside_another_id_and_odd_rows() -> None:
    """An attribute `id` is none if there is a key; an odd row has an id of its own."""
    shown = [
        OddRow(id=5, problems=(), raw={}),
        *(Numbered(number, number % 3) for number in range(4, 0, -1)),
    ]

    async def fetch(limit: int, offset: int) -> Page[Any]:
        return Page(items=shown[offset : offset + limit], sort={"id": "desc"})

    paginator = Paginator(
        fetch, page_size=3, key=lambda row: row.number, odd_rows="report"
    )

    assert [row.number for row in await paginator.collect()] == [4, 3, 2, 1]
    assert paginator.report.odd_row_count == 1
    assert paginator.report.proven


async def test_rows_that_are_counted_and_come_again_are_known_by_their_ids() -> None:
    """The scan is complete: what was dropped has been there before."""
    server = listing(50, ignored={"limit", "offset"}, echo=frozenset())
    paginator = Paginator(server.fetch, page_size=5)

    assert [row.id for row in await paginator.collect()] == server.ids
    assert paginator.report.complete
    assert not paginator.report.proven


@pytest.mark.parametrize("empty", [1, 2, 3])
async def test_an_empty_answer_is_asked_for_once_more(empty: int) -> None:
    """If `total` counts rows beyond it; where rows are counted, none is lost."""
    answers = 0

    async def fetch(limit: int, offset: int) -> Page[Named]:
        nonlocal answers
        answers += 1
        given = range(offset, min(offset + limit, 9)) if answers != empty else ()
        return Page(items=[Named(f"n{number}") for number in given], total=9)

    assert len(await Paginator(fetch, page_size=3).collect()) == 9


async def test_identical_rows_without_ids_are_not_called_complete() -> None:
    """Where rows that look like repeats are left out, the report says so."""
    rows_of_zeros = [{"delivered": 0}] * 20

    async def fetch(limit: int, offset: int) -> Page[dict[str, int]]:
        return Page(items=rows_of_zeros[offset : offset + limit])

    paginator = Paginator(fetch, page_size=5, key=lambda row: row.get("id"))
    with contextlib.suppress(PaginationError):
        await paginator.collect()

    assert not paginator.report.complete
    assert not paginator.report.proven


@pytest.mark.parametrize("echoed", [0, -1, None])
@pytest.mark.parametrize("count", [0, 7, 10])
async def test_a_limit_that_is_echoed_as_nothing(
    count: int, echoed: int | None
) -> None:
    """An echo that cannot be true does not keep a scan from ending."""
    server = listing(count)

    async def fetch(limit: int, offset: int) -> Page[Row]:
        return evolve(await server.fetch(limit, offset), limit=echoed)

    paginator = Paginator(fetch, page_size=5)

    assert len(await paginator.collect()) == count
    assert paginator.report.requests <= 4


async def test_rows_before_the_start_are_never_given() -> None:
    """A total that promises more does not make a scan look before its offset."""

    async def fetch(limit: int, offset: int) -> Page[Row]:
        shown = [Row(number) for number in range(60, 0, -1)][offset : offset + limit]
        return Page(items=shown, limit=limit, total=100, sort={"id": "desc"})

    for listed in (
        Paginator(fetch, offset=60, page_size=25),
        Paginator(fetch, offset=80, page_size=25),
    ):
        assert list(await listed) == []
        assert await listed.collect() == []
        assert await listed.first() is None
