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
