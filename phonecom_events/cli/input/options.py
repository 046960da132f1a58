"""The options that more than one command has, and how their texts are read."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from attrs import frozen

from ...resources import UNSET, Unset


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
    return text.isascii() and text.isdecimal() and int(text) > 0
