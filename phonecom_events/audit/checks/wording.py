"""How checks write times, spans and long lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

_UNITS: Final = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)
_LISTED: Final = 5


def moment(time: datetime) -> str:
    """Write an aware time to the minute, in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def span(length: timedelta) -> str:
    """Write a span in its largest whole unit, rounded down."""
    for name, unit in _UNITS:
        count = length // unit
        if count:
            return f"{count:,} {name}{'s' if count > 1 else ''}"
    return "less than a minute"


def listed(names: Sequence[object]) -> str:
    """Write a list out, up to a few; then say how many more there are."""
    shown = ", ".join(str(name) for name in names[:_LISTED])
    more = len(names) - _LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown
