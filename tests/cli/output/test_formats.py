"""How single values are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from phonecom_events.cli.output.formats import csv_cell, table_cell

TIME = datetime(2027, 1, 31, 9, 5, 7, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("value", "table", "csv"),
    [
        (None, "-", ""),
        ((), "-", ""),
        (TIME, "2027-01-31 07:05Z", "2027-01-31T07:05:07Z"),
        (True, "true", "true"),
        (-7, "-7", "-7"),
        ("plain", "plain", "plain"),
        (("a", "b"), "a b", "a b"),
        ("=1+1", "=1+1", "'=1+1"),
        ("@SUM(A1)", "@SUM(A1)", "'@SUM(A1)"),
        ("-x", "-x", "'-x"),
        (("+1202", "+1203"), "+1202 +1203", "'+1202 +1203"),
        ("a\nb", "a\\nb", "a\\nb"),
        ("\t=1", "\\t=1", "\\t=1"),
        ("\x1b[31m", "\\x1b[31m", "\\x1b[31m"),
        ("Zoë 東京", "Zoë 東京", "Zoë 東京"),
    ],
)
def test_values_are_written(value: object, table: str, csv: str) -> None:
    """People get short times and dashes, spreadsheets ISO times and no formulas."""
    assert table_cell(value) == table
    assert csv_cell(value) == csv


def test_a_time_in_utc_stays_as_it_is() -> None:
    """UTC needs no conversion."""
    assert csv_cell(datetime(2027, 1, 1, tzinfo=UTC)) == "2027-01-01T00:00:00Z"
