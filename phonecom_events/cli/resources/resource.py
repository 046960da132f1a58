"""What the commands of Phone.com's resources have in common: list, get, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final, Literal, cast

import typer
from attrs import frozen

from ...display.words import more_odd_rows
from ...errors import DecodeError
from ...pagination import Paginator, ScanReport
from ...phonecom import Paging
from ..command import Opens, command
from ..exits import ODD_ROWS, CannotRun
from ..input.clients import events_scope
from ..input.options import MaxItems, Order, OutputOptions, PageSize
from ..late import Group
from ..output.formats import write_items, write_raw
from ..output.streams import note
from ..output.views import View

_ODD_ROWS_SHOWN: Final = 20

ItemId = Annotated[int, typer.Argument(min=1, metavar="ID", help="Its id.")]


Strict = Annotated[
    bool,
    typer.Option("--strict", help="Exit with 3 if a row is not as documented."),
]
Reconcile = Annotated[
    bool,
    typer.Option(
        "--reconcile",
        help="If no answer tells whether it was created: look, and send it again if not.",
    ),
]
Raw = Annotated[
    bool,
    typer.Option("--raw", help="Print the JSON as it came, whatever it looks like."),
]


@frozen(kw_only=True)
class Pages:
    """Hold the options of a list command that are about its pages."""

    page_size: PageSize = 500
    max_items: MaxItems = None
    order: Order = None
    include_subaccounts: Annotated[
        bool,
        typer.Option("--include-subaccounts", help="Those of subaccounts, too."),
    ] = False

    strict: Strict = False

    @property
    def paging(self) -> Paging:
        """The same as arguments of a listing."""
        return {
            # One row that is not as documented must not hide all others.
            "odd_rows": "report",
            "page_size": self.page_size,
            "max_items": self.max_items,
            "order": cast(
                "Literal['asc', 'desc'] | None", self.order and self.order.value
            ),
            "include_subaccounts": self.include_subaccounts,
        }


@contextmanager
def raw_advised() -> Iterator[None]:
    """Let who meets an item that is not as documented know how to look at it."""
    try:
        yield
    except DecodeError as error:
        problem = str(error)
    else:
        return
    raise CannotRun(f"{problem} (--raw prints it as it came)")


async def write_listing(
    listing: Paginator[Any], output: OutputOptions, view: View[Any], pages: Pages
) -> int:
    """Write a listing out; if it cannot be proven complete, say so on stderr.

    Returns:
        The exit code, see `note_odd_rows`.
    """
    if pages.include_subaccounts:
        view = view.of_many_accounts()
    await write_items(listing, view.writer(output))
    if not listing.report.proven:
        note(f"the list cannot be proven complete: {listing.report.reason}")
    return note_odd_rows(listing.report, strict=pages.strict)


def note_odd_rows(report: ScanReport, *, strict: bool) -> int:
    """Say on stderr which rows are not as documented, a line each, and how many more.

    Returns:
        The exit code: 3 with *strict* if there are any, else 0.
    """
    for row in report.odd_rows[:_ODD_ROWS_SHOWN]:
        name = "a row without an id" if row.id is None else f"row {row.id}"
        note(f"{name} is not as documented: {'; '.join(row.problems)}")
    more = report.odd_row_count - min(_ODD_ROWS_SHOWN, len(report.odd_rows))
    if more:
        note(more_odd_rows(more))
    return ODD_ROWS if strict and report.odd_row_count else 0


def add_get(
    app: Group,
    noun: str,
    resource: Callable[[Any], Any],
    view: View[Any],
    *,
    opens: Opens = events_scope,
) -> None:
    """Add the command that shows one item.

    Args:
        app: gets the command.
        noun: what an item is called.
        resource: takes what *opens* gives, returns what has the `get`.
        view: what to show of the item.
        opens: opens what the command works on.
    """

    async def get(
        opened: Any, item_id: ItemId, output: OutputOptions, *, raw: Raw = False
    ) -> None:
        items = resource(opened)
        with raw_advised():
            if raw:
                write_raw(await items.get_raw(item_id))
            else:
                view.write_one(await items.get(item_id), output)

    get.__doc__ = f"Show {_article(noun)} {noun}."
    command(app, "get", opens)(get)


def add_delete(
    app: Group,
    noun: str,
    resource: Callable[[Any], Any],
    *,
    opens: Opens = events_scope,
) -> None:
    """Add the command that deletes one item; see `add_get`."""

    async def delete(opened: Any, item_id: ItemId) -> None:
        await resource(opened).delete(item_id)
        note(f"deleted {noun} {item_id}")

    delete.__doc__ = f"Delete {_article(noun)} {noun}, without asking."
    command(app, "delete", opens)(delete)


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"
