"""The options that more than one command has, and how their texts are read.

Times are absolute, or counted from now. Values that may be secret are named by where
they are, and read from there: arguments are visible to every user of the machine, and
stay in shell histories.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from attrs import frozen

from ...resources import UNSET, Unset
from ..exits import CannotRun

SOURCES: Final = "env:NAME or file:PATH"


def is_source(text: str) -> bool:
    """Tell whether *text* names a source."""
    return text.startswith(("env:", "file:"))


def read_source(option: str, text: str) -> str:
    """Return the value that a source holds, without a line break at its end.

    Args:
        option: for which it is read.
        text: ``env:`` and the name of a variable, or ``file:`` and a path.

    Raises:
        CannotRun: it is no source, or holds nothing, or more than one line.
    """
    kind, _, place = text.partition(":")
    if kind == "env":
        value = os.environ.get(place, "")
    elif kind == "file":
        value = _read(option, Path(place))
    else:
        raise CannotRun(
            f"{option}: arguments are visible to others, so a value that may be secret"
            f" is not taken from them; give {SOURCES}"
        )
    value = value.removesuffix("\n").removesuffix("\r")
    if not value or not value.isprintable():
        what = "one line of printable text" if value else "anything"
        raise CannotRun(f"{option}: {kind}:{place} does not hold {what}")
    return value


def _read(option: str, path: Path) -> str:
    try:
        # Some editors begin a file with a mark, which no secret has.
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problem = "it is not UTF-8"
    except OSError as error:
        problem = error.strerror or str(error)
    raise CannotRun(f"{option}: cannot read {path}: {problem}")


TIME_HELP: Final = (
    "2027-01-31T09:00Z or with another offset, 2027-01-31 for its first moment in UTC,"
    " +30d or +12h from now; or never."
)
_MOST_DIGITS: Final = 19
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


class Format(StrEnum):
    """Name a form of output."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


class OrderChoice(StrEnum):
    """Name an order by id."""

    ASC = "asc"
    DESC = "desc"


Account = Annotated[
    int, typer.Option("--account", min=1, metavar="VOIP_ID", help="The account.")
]
Extension = Annotated[
    int | None,
    typer.Option(
        "--extension", min=1, metavar="ID", help="One extension of it, by its id."
    ),
]
ListenerId = Annotated[
    int, typer.Option("--listener", min=1, metavar="ID", help="The listener.")
]
BaseUrl = Annotated[
    str,
    typer.Option(
        "--base-url",
        envvar="PHONECOM_BASE_URL",
        metavar="URL",
        help="Where the API is.",
    ),
]
LinqBaseUrl = Annotated[
    str,
    typer.Option(
        "--base-url",
        envvar="LINQ_API_V3_BASE_URL",
        metavar="URL",
        help="Where the API is.",
    ),
]
Verbose = Annotated[
    int,
    typer.Option(
        "-v",
        "--verbose",
        count=True,
        show_default=False,
        help="Log retries to stderr; given twice, every request.",
    ),
]
Bom = Annotated[
    bool,
    typer.Option(
        "--bom",
        help="Begin CSV with a byte order mark, for spreadsheets that take UTF-8 for"
        " something else without one.",
    ),
]
PageSize = Annotated[
    int,
    typer.Option(
        "--page-size", min=1, max=500, help="How many to ask for in one request."
    ),
]
MaxItems = Annotated[
    int | None,
    typer.Option("--max-items", min=0, metavar="N", help="Stop after so many."),
]
Order = Annotated[
    OrderChoice | None, typer.Option("--order", help="By id; else as the API likes.")
]


@frozen(kw_only=True)
class OutputOptions:
    """Hold the options that say how items are written."""

    form: Annotated[
        Format,
        typer.Option(
            "--format",
            help="table and csv are for people and have ISO times; json and ndjson are"
            " as the API writes it.",
        ),
    ] = Format.TABLE
    bom: Bom = False

    def __attrs_post_init__(self) -> None:
        check_bom(self.form, bom=self.bom)


def check_bom(form: str, *, bom: bool) -> None:
    """Refuse ``--bom`` where it would break what is written.

    Raises:
        typer.BadParameter: the format is not CSV.
    """
    if bom and form != Format.CSV:
        raise typer.BadParameter("it goes with --format csv", param_hint="--bom")


def id_or_none(option: str, text: str | None) -> int | None | Unset:
    """Read an option that takes an id or ``none``; without it, `UNSET`.

    Raises:
        typer.BadParameter: it is neither.
    """
    if text is None:
        return UNSET
    if text == "none":
        return None
    if not is_id(text):
        raise typer.BadParameter(
            f"{text!r} is neither an id nor none", param_hint=option
        )
    return int(text)


def is_id(text: str) -> bool:
    """Tell whether *text* is a whole number over 0."""
    # By length first: Python reads no number of thousands of digits.
    return (
        text.isascii()
        and text.isdecimal()
        and len(text) <= _MOST_DIGITS
        and int(text) > 0
    )
