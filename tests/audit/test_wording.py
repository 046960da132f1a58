"""How checks write times, spans and lists."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from phonecom_events.audit.checks.check import listed, moment, span


@pytest.fixture(params=["UTC0", "EST5"])
def _here(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put the machine into a time zone."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_here")
def test_times_are_told_in_utc() -> None:
    """A time of another offset is converted, and cut to the minute."""
    east = timezone(timedelta(hours=2))
    assert (
        moment(datetime(2027, 1, 31, 9, 5, 59, tzinfo=east)) == "2027-01-31 07:05 UTC"
    )
    assert moment(datetime(2027, 1, 1, tzinfo=UTC)) == "2027-01-01 00:00 UTC"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1234), "1,234 days"),
    ],
)
def test_spans_are_told_in_their_largest_unit(length: timedelta, text: str) -> None:
    """A span is rounded down to whole days, hours or minutes."""
    assert span(length) == text


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        ([1], "1"),
        (["a", "b", "c", "d", "e"], "a, b, c, d, e"),
        (range(1, 7), "1, 2, 3, 4, 5 and 1 more"),
    ],
)
def test_long_lists_are_cut(names: list[object], text: str) -> None:
    """Up to five are listed, and the rest is counted."""
    assert listed(names) == text
