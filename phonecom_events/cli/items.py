"""What the commands of Phone.com's resources have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypedDict

import typer

from ..pagination import Paginator
from ..phonecom.client import EventsScope
from ..phonecom.resource import EventsResource
from .clients import events_scope
from .command import command
from .formats import write_one, writer
from .options import Format, OrderChoice, Output
from .terminal import note

Resource = Callable[[EventsScope], EventsResource[Any]]
ItemId = Annotated[int, typer.Argument(min=1, metavar="ID", help="Its id.")]


class ListOptions(TypedDict):
    """What a list command passes on to the listing."""

    page_size: int
    max_items: int | None
    order: Any


def list_options(
    page_size: int, max_items: int | None, order: OrderChoice | None
) -> ListOptions:
    """Return the arguments of a listing for the options of a list command."""
    return {
        "page_size": page_size,
        "max_items": max_items,
        "order": None if order is None else str(order),
    }


async def write_listing(
    listing: Paginator[Any], form: Format, model: type[Any], columns: Sequence[str]
) -> None:
    """Write a listing out; if it cannot be proven complete, say so on stderr."""
    out = writer(form, model, columns)
    async with listing:
        async for item in listing:
            out.write(item)
    out.end()
    if not listing.report.proven:
        note(f"the list cannot be proven complete: {listing.report.reason}")


def add_get(app: typer.Typer, noun: str, resource: Resource) -> None:
    """Add the command that shows one item."""

    async def get(
        scope: EventsScope, item_id: ItemId, form: Output = Format.TABLE
    ) -> None:
        write_one(await resource(scope).get(item_id), form)

    get.__doc__ = f"Show a {noun}."
    command(app, "get", events_scope)(get)


def add_delete(app: typer.Typer, noun: str, resource: Resource) -> None:
    """Add the command that deletes one item."""

    async def delete(scope: EventsScope, item_id: ItemId) -> None:
        await resource(scope).delete(item_id)
        note(f"deleted {noun} {item_id}")

    delete.__doc__ = f"Delete a {noun}, without asking."
    command(app, "delete", events_scope)(delete)
