"""What the commands of Phone.com's resources have in common: list, get, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, cast

import typer
from attrs import frozen

from ...pagination import Paginator
from ...phonecom import Paging
from ..command import Opens, command
from ..input.clients import events_scope
from ..input.options import MaxItems, Order, OutputOptions, PageSize
from ..output.formats import write_items
from ..output.terminal import note
from ..output.views import View

ItemId = Annotated[int, typer.Argument(min=1, metavar="ID", help="Its id.")]


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

    @property
    def paging(self) -> Paging:
        """The same as arguments of a listing."""
        return {
            "page_size": self.page_size,
            "max_items": self.max_items,
            "order": cast(
                "Literal['asc', 'desc'] | None", self.order and self.order.value
            ),
            "include_subaccounts": self.include_subaccounts,
        }


async def write_listing(
    listing: Paginator[Any], output: OutputOptions, view: View[Any], pages: Pages
) -> None:
    """Write a listing out; if it cannot be proven complete, say so on stderr."""
    if pages.include_subaccounts:
        view = view.of_many_accounts()
    await write_items(listing, view.writer(output))
    if not listing.report.proven:
        note(f"the list cannot be proven complete: {listing.report.reason}")


def add_get(
    app: typer.Typer,
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

    async def get(opened: Any, item_id: ItemId, output: OutputOptions) -> None:
        view.write_one(await resource(opened).get(item_id), output)

    get.__doc__ = f"Show {_article(noun)} {noun}."
    command(app, "get", opens)(get)


def add_delete(
    app: typer.Typer,
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
