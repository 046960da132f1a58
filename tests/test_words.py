"""How counts are written in words."""

from __future__ import annotations

import pytest

from phonecom_events.display.words import counted, more_odd_rows


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (0, "row", "0 rows"),
        (1, "listener", "1 listener"),
        (2_000, "listener", "2,000 listeners"),
        (1, "directory", "1 directory"),
        (3, "directory", "3 directories"),
        (30, "day", "30 days"),
        (2, "more acceptance", "2 more acceptances"),
    ],
)
def test_a_noun_is_of_the_number_before_it(number: int, noun: str, text: str) -> None:
    """It is given for one, and has its plural for any other number."""
    assert counted(number, noun) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1 more row is not as documented"),
        (1_500, "1,500 more rows are not as documented"),
    ],
)
def test_odd_rows_that_are_not_told_are_counted(number: int, text: str) -> None:
    """One more row is one, not several."""
    assert more_odd_rows(number) == text
