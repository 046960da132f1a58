"""Times on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import typer

from phonecom_events.cli.input.options import read_time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2027-01-31T09:00Z", datetime(2027, 1, 31, 9, tzinfo=UTC)),
        ("2027-01-31T09:00:07+02:00", datetime(2027, 1, 31, 7, 0, 7, tzinfo=UTC)),
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("never", None),
        ("none", None),
    ],
)
def test_a_time_is_read(text: str, time: datetime | None) -> None:
    """An offset is reckoned with, a date is its first moment in UTC, never is None."""
    assert read_time("--at", text) == time


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("+30d", timedelta(days=30)),
        ("+12h", timedelta(hours=12)),
        ("+0h", timedelta()),
    ],
)
def test_a_time_is_counted_from_now(text: str, length: timedelta) -> None:
    """It is in whole seconds, as the API has them."""
    before = datetime.now(UTC).replace(microsecond=0)
    time = read_time("--at", text)
    assert time is not None
    assert before + length <= time <= datetime.now(UTC) + length
    assert time.microsecond == 0


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "Never", "30d", "-30d", "+30", "+1.5h", "+d", "+1d2h"),
        *("2027-01-31T09:00", "20270131", "2027-02-30", "2027-W05-1"),
        *("+99999999999d", "+99999999h", "0001-01-01T00:00+14:00"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """So is a time of day without an offset, and one that no calendar has."""
    with pytest.raises(typer.BadParameter, match="is no time: expected 2027"):
        read_time("--at", text)
