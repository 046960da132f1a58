"""Which rows of a page are new: pages that overlap by rows without ids."""

from __future__ import annotations

from typing import Any

import pytest

from phonecom_events.pagination import OddRow, Page
from phonecom_events.pagination.frontier import Frontier
from phonecom_events.pagination.resume import Cursor

from .listing import Row


def page(*rows: int | str) -> Page[Any]:
    """Make a page, newest first, of ids and of what is in rows without one."""
    return Page(items=map(_row, rows), sort={"id": "desc"})


def _row(row: int | str) -> Any:
    return Row(row) if isinstance(row, int) else OddRow(id=None, problems=(), raw=row)


@pytest.mark.parametrize(
    ("second", "start"),
    [
        ((5, "x", "x", 4), 3),
        ((5, "x", "x"), 3),
        ((5, "x", "x", "y"), 3),
        # One of them has gone; the one after 4 is another.
        ((5, "x", 4, "x"), 2),
        ((5, 4, "x", "x"), 1),
        # As many more have come.
        ((5, "x", "x", "x", 4), 3),
    ],
)
def test_rows_alike_are_known_by_the_row_they_follow(
    second: tuple[int | str, ...], start: int
) -> None:
    """As many as have followed the frontier are known, and none beyond the next id."""
    frontier = Frontier[Any](Cursor(order="desc"), key=None)
    first = frontier.accept(0, page(5, "x", "x"), overlap=0)
    again = frontier.accept(0, page(*second), overlap=3)

    assert first is not None
    assert again is not None
    assert (first.start, again.start) == (0, start)


@pytest.mark.parametrize(
    ("pages", "start"),
    [
        # The frontier has gone: the rows around it are known all the same.
        ([(0, (7, "a", 5, "b")), (0, (7, "a", 4))], 2),
        # Rows have come before it: the offset says nothing any more.
        ([(0, (5, "x", "x", "x")), (2, (5, "x", "x", "x", 4))], 4),
        ([(0, (5, "x", "y")), (2, ("x", "y", "z", 4))], 2),
        # What follows one row is another one where it follows the next.
        ([(0, (9, "a", 8)), (2, (8, 7, 6)), (4, (6, "a", 5))], 1),
        ([(0, (9, "a", 8, "b")), (2, (8, "b", "a", 5))], 2),
        ([(0, (5, 4)), (1, (4, "x")), (1, (4, "x", 3))], 2),
        # Of more than are kept, the last one has gone.
        ([(0, (500, *map(str, range(101)))), (0, (500, *map(str, range(100))))], 101),
    ],
)
def test_rows_without_ids_are_known_by_their_neighbours(
    pages: list[tuple[int, tuple[int | str, ...]]], start: int
) -> None:
    """They come neither again nor in another's place, whatever came or went."""
    frontier = Frontier[Any](Cursor(order="desc"), key=None)
    for offset, rows in pages:
        accepted = frontier.accept(offset, page(*rows), overlap=3)

    assert accepted is not None
    assert accepted.start == start


def test_a_page_too_far_on_interrupts_those_that_begin_alike() -> None:
    """It shows that the offset has an effect, so those before it count no more."""
    frontier = Frontier[Any](Cursor(order="desc"), key=None)
    alike = page("", 9, 8)
    pages = ((0, alike), (2, alike), (90, page("z", 3)), (190, alike), (290, alike))
    accepted = [frontier.accept(offset, page, overlap=1) for offset, page in pages]

    assert [each and each.repeat for each in accepted] == [
        False,
        True,
        None,
        False,
        True,
    ]


def test_empty_pages_are_not_alike() -> None:
    """They begin with no row, so they tell nothing of the offset."""
    frontier = Frontier[Any](Cursor(order="desc"), key=None)
    accepted = [
        frontier.accept(0, each, overlap=0) for each in (page(), page(), page(""))
    ]

    assert [each and each.repeat for each in accepted] == [False] * 3


def test_order_that_ids_have_shown_needs_no_word() -> None:
    """What an answer says of itself later on cannot unsettle it; before, it can."""
    shown, unshown = (Frontier[Any](Cursor(order="asc"), key=None) for _ in range(2))
    shown.accept(0, Page(items=(Row(1), Row(2))), overlap=0)
    unshown.accept(0, Page(items=(Row(1),)), overlap=0)
    for frontier in (shown, unshown):
        frontier.accept(
            frontier.position, Page(items=(Row(9),), sort={"id": "desc"}), overlap=0
        )

    assert (shown.counting, unshown.counting) == (False, True)
