"""Times on the command line: absolute, or counted from now."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

import typer

TIME_HELP: Final = (
    "2027-01-31T09:00Z or with another offset, 2027-01-31 for its first moment in UTC,"
    " +30d or +12h from now; or never."
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FROM_NOW: Final = re.compile(r"\+([0-9]+)([dh])")
_NEVER: Final = ("never", "none")


def read_time(option: str, text: str) -> datetime | None:
    """Read what an option was given, in UTC; never is None.

    A time of day without an offset is refused: whose time it is would be a guess.

    Raises:
        typer.BadParameter: it is no such text.
    """
    if text in _NEVER:
        return None
    try:
        time = _counted(text) if text.startswith("+") else _absolute(text)
    except (OverflowError, ValueError):
        time = None
    if time is None:
        raise typer.BadParameter(
            f"{text!r} is no time: expected {TIME_HELP}", param_hint=option
        )
    return time


def _counted(text: str) -> datetime | None:
    match = _FROM_NOW.fullmatch(text)
    if match is None:
        return None
    number = int(match[1])
    length = timedelta(days=number) if match[2] == "d" else timedelta(hours=number)
    # The API counts in whole seconds.
    return datetime.now(UTC).replace(microsecond=0) + length


def _absolute(text: str) -> datetime | None:
    if _DATE.fullmatch(text):
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    time = datetime.fromisoformat(text)
    return None if time.utcoffset() is None else time.astimezone(UTC)
