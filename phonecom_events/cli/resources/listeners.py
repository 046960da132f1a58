"""The commands under ``phonecom-events listeners``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import typer

from ...phonecom import Listener
from ...phonecom.scopes import EventsScope
from ...resources import UNSET, Unset
from ..command import command
from ..exits import CannotRun
from ..input.clients import events_scope
from ..input.conditions import filter_option, read_filters
from ..input.options import TIME_HELP, OutputOptions, read_time
from ..late import Group
from ..output.views import View
from . import filters, subscriptions
from .resource import ItemId, Pages, Reconcile, add_delete, add_get, write_listing

_FIELDS: Final = ("callback_id",)
_VIEW: Final[View[Listener]] = View(
    row=Listener,
    columns=(
        "id",
        "callback_id",
        "version",
        "extension_id",
        "created_at",
        "expires_at",
    ),
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
        help=TIME_HELP,
    ),
]

app: Group = Group("listeners")


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
    conditions: Annotated[list[str] | None, filter_option(_FIELDS)] = None,
    pages: Pages,
    output: OutputOptions,
) -> int:
    """List the listeners of an account or extension."""
    wanted = read_filters(conditions, _FIELDS)
    if callback_id is not None:
        if wanted:
            raise CannotRun("give --callback-id or --filter, not both")
        wanted = {"callback_id": callback_id}
    listing = scope.listeners.list(**wanted, **pages.paging)
    return await write_listing(listing, output, _VIEW, pages)


add_get(app, "listener", lambda scope: scope.listeners, _VIEW)


@command(app, "create", events_scope)
async def create_listener(
    scope: EventsScope,
    *,
    callback_id: Annotated[
        int,
        typer.Option(
            "--callback-id", min=1, metavar="ID", help="What gets the events."
        ),
    ],
    version: Version = None,
    expires_at: ExpiresAt = None,
    reconcile: Reconcile = False,
    output: OutputOptions,
) -> None:
    """Create a listener, active within five minutes."""
    listener = await scope.listeners.create(
        callback_id=callback_id,
        version=UNSET if version is None else version,
        expires_at=expiry(expires_at),
        reconcile=reconcile,
    )
    _VIEW.write_one(listener, output)


@command(app, "update", events_scope)
async def update_listener(
    scope: EventsScope,
    item_id: ItemId,
    *,
    callback_id: CallbackId = None,
    version: Version = None,
    expires_at: ExpiresAt = None,
    output: OutputOptions,
) -> None:
    """Change a listener; what is not given stays as it is."""
    listener = await scope.listeners.update(
        item_id,
        callback_id=UNSET if callback_id is None else callback_id,
        version=UNSET if version is None else version,
        expires_at=expiry(expires_at),
    )
    _VIEW.write_one(listener, output)


add_delete(app, "listener", lambda scope: scope.listeners)
app.add_command(subscriptions.app)
app.add_command(filters.app)


def expiry(text: str | None) -> datetime | None | Unset:
    """Read ``--expires-at``; without it, `UNSET`.

    Raises:
        typer.BadParameter: it is no time.
    """
    return UNSET if text is None else read_time("--expires-at", text)
