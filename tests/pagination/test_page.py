"""A page as a sequence, and as a table in a notebook."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve, field, frozen

from phonecom_events import Listener
from phonecom_events.http import Response
from phonecom_events.pagination import OddRow, Page

from .listing import Row, rows


@frozen
class Hook:
    """Stand for an item with something to hide and something to escape."""

    id: int
    url: str = "<b>&"
    secret: str = field(default="hunter2", repr=False)
    masked: str = field(default="hunter3", repr=lambda _: "***")


def test_a_page_is_a_sequence_of_its_items() -> None:
    """It has length, truth, indexes, slices, order, membership, index and count."""
    page = Page(items=rows([3, 2, 1]))

    assert len(page) == 3
    assert page
    assert not Page()
    assert page[0] == Row(3)
    assert page[-1] == Row(1)
    assert page[1:] == rows([2, 1])
    assert list(page) == [*rows([3, 2, 1])]
    assert Row(2) in page
    assert Row(9) not in page
    assert page.index(Row(1)) == 2
    assert page.count(Row(1)) == 1
    assert list(reversed(page)) == [*rows([1, 2, 3])]
    with pytest.raises(IndexError):
        page[3]


def test_the_response_is_neither_shown_nor_compared() -> None:
    """Two pages with the same content are equal, however they were answered."""
    page = Page(items=rows([1]), total=1)
    answered = evolve(page, response=Response(status=200, body=b"private"))

    assert answered == page
    assert "private" not in repr(answered)
    assert "response" not in repr(answered)


def test_a_page_takes_any_iterable_and_cannot_be_changed() -> None:
    """Items are a tuple; setting anything is an error."""
    page = Page(items=iter([1, 2]))

    assert page.items == (1, 2)
    with pytest.raises(AttributeError):
        page.total = 3  # type: ignore[misc]


def test_a_table_shows_fields_escaped_and_hides_secrets() -> None:
    """Fields without a repr are left out, those with one of their own use it."""
    table = Page(items=[Hook(7)])._repr_html_()

    assert "<th>id</th><th>url</th><th>masked</th>" in table
    assert "<td>7</td><td>&lt;b&gt;&amp;</td><td>***</td>" in table
    assert "hunter" not in table
    assert "secret" not in table


def test_a_table_stops_after_twenty_rows() -> None:
    """The rest is counted."""
    table = Page(items=rows(range(25)))._repr_html_()

    assert table.count("<td>") == 2 * 20
    assert "5 more" in table
    assert "more" not in Page(items=rows(range(20)))._repr_html_()


def test_a_table_of_other_items_shows_their_values() -> None:
    """Items of no attrs class have one cell, beside those of others in an own column."""
    mixed = Page(items=[Hook(7), 5])._repr_html_()

    assert "<td>&lt;a&gt;</td>" in Page(items=["<a>"])._repr_html_()
    assert "<th>masked</th><th>value</th>" in mixed
    assert "<td></td><td></td><td></td><td>5</td>" in mixed
    assert "<td" not in Page()._repr_html_()


def test_a_repr_is_one_line_with_counts() -> None:
    """It says how many items there are, of what, from where and of how many."""
    listeners = [listener(number) for number in range(500)]
    page = Page(items=listeners, offset=1_000, total=12_000)
    odd = OddRow(id=None, problems=("expected an object, got null @ $",), raw=None)

    assert repr(page) == "<Page: 500 listeners from 1,000 of 12,000>"
    assert repr(Page(items=listeners[:1])) == "<Page: 1 listener>"
    assert repr(Page(model=Listener, total=0)) == "<Page: 0 listeners of 0>"
    assert repr(Page(items=[5], odd_rows=(odd,))) == "<Page: 1 item, 1 odd row beside>"


def listener(number: int) -> Listener:
    """Return a listener that has nothing special."""
    now = datetime(2026, 11, 27, tzinfo=UTC)
    return Listener(id=number, voip_id=1, callback_id=2, created_at=now)
