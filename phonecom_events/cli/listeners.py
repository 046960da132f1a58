"""The commands under ``phonecom-events listeners``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import typer

from ..phonecom import Listener
from ..phonecom.client import EventsScope
from ..resources import UNSET, Unset
from .clients import events_scope
from .command import command
from .formats import write_one
from .items import ItemId, add_delete, add_get, list_options, write_listing
from .options import Format, MaxItems, Order, Output, PageSize, moment

_COLUMNS: Final = (
    "id",
    "callback_id",
    "version",
    "extension_id",
    "created_at",
    "expires_at",
)

CallbackId = Annotated[
    int | None,
    typer.Option("--callback-id", min=1, metavar="ID", help="What gets the events."),
]
Version = Annotated[
    str | None,
    typer.Option("--version", metavar="TEXT", help="Of the events, such as 2.0.0."),
]
ExpiresAt = Annotated[
    str | None,
    typer.Option(
        "--expires-at",
        metavar="TIME",
        help="ISO 8601 with an offset, such as 2027-01-31T09:00Z; or never.",
    ),
]

app = typer.Typer(
    name="listeners",
    help="List, show, create, change and delete listeners.",
    no_args_is_help=True,
)


@command(app, "list", events_scope)
async def list_listeners(
    scope: EventsScope,
    *,
    callback_id: Annotated[
        int | None,
        typer.Option(
            "--callback-id", min=1, metavar="ID", help="Only those of this callback."
        ),
    ] = None,
    form: Output = Format.TABLE,
    page_size: PageSize = 500,
    max_items: MaxItems = None,
    order: Order = None,
) -> None:
    """List the listeners of an account or extension."""
    listing = scope.listeners.list(
        callback_id=callback_id, **list_options(page_size, max_items, order)
    )
    await write_listing(listing, form, Listener, _COLUMNS)


add_get(app, "listener", lambda scope: scope.listeners)


@command(app, "create", events_scope)
async def create_listener(
    scope: EventsScope,
    callback_id: Annotated[
        int,
        typer.Option(
            "--callback-id", min=1, metavar="ID", help="What gets the events."
        ),
    ],
    version: Version = None,
    expires_at: ExpiresAt = None,
    form: Output = Format.TABLE,
) -> None:
    """Create a listener; it can take five minutes to become active."""
    listener = await scope.listeners.create(
        callback_id=callback_id,
        version=UNSET if version is None else version,
        expires_at=_expiry(expires_at),
    )
    write_one(listener, form)


@command(app, "update", events_scope)
async def update_listener(
    scope: EventsScope,
    item_id: ItemId,
    *,
    callback_id: CallbackId = None,
    version: Version = None,
    expires_at: ExpiresAt = None,
    form: Output = Format.TABLE,
) -> None:
    """Change a listener; what is not given stays as it is."""
    listener = await scope.listeners.update(
        item_id,
        callback_id=UNSET if callback_id is None else callback_id,
        version=UNSET if version is None else version,
        expires_at=_expiry(expires_at),
    )
    write_one(listener, form)


add_delete(app, "listener", lambda scope: scope.listeners)


def _expiry(text: str | None) -> datetime | None | Unset:
    if text is None:
        return UNSET
    return None if text == "never" else moment("--expires-at", text)
