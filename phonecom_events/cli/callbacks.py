"""The commands under ``phonecom-events callbacks``."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from ..phonecom.client import EventsScope
from ..resources import UNSET
from .callback_options import ConfigOptions
from .callback_views import CALLBACKS
from .clients import events_scope
from .command import command
from .conditions import filter_option, read_filters
from .ids import id_or_none
from .items import ItemId, Pages, add_delete, add_get, write_listing
from .mappings import write_mappings
from .options import Format, Output

_FIELDS: Final = ("name", "profile_id", "fallback_callback_id")

Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="For people.")]
ProfileId = Annotated[
    str | None,
    typer.Option(
        "--profile-id", metavar="ID", help="Who gets notices of problems; or none."
    ),
]
FallbackId = Annotated[
    str | None,
    typer.Option(
        "--fallback-callback-id",
        metavar="ID",
        help="The callback to deliver to if this one fails; or none.",
    ),
]
Enabled = Annotated[
    bool | None,
    typer.Option("--enabled/--disabled", help="Deliver events, or do not."),
]

app: typer.Typer = typer.Typer(
    name="callbacks",
    help="List, show, create, change and delete callbacks.",
    no_args_is_help=True,
)


@command(app, "list", events_scope)
async def list_callbacks(
    scope: EventsScope,
    *,
    conditions: Annotated[list[str] | None, filter_option(_FIELDS)] = None,
    pages: Pages,
    form: Output = Format.TABLE,
) -> None:
    """List the callbacks of an account or extension.

    The value of a header is never shown, not in JSON either: true stands for it.
    """
    listing = scope.callbacks.list(**read_filters(conditions, _FIELDS), **pages.paging)
    await write_listing(listing, form, CALLBACKS, pages)


add_get(app, "callback", lambda scope: scope.callbacks, CALLBACKS)


@command(app, "create", events_scope)
async def create_callback(
    scope: EventsScope,
    *,
    options: ConfigOptions,
    name: Name = None,
    profile_id: ProfileId = None,
    fallback_callback_id: FallbackId = None,
    enabled: Enabled = None,
    form: Output = Format.TABLE,
) -> None:
    """Create a callback.

    Say what it does with an event: --url, --email or --config. Phone.com posts a
    test to the URL, and creates nothing if that is not answered with 200 or 201.
    """
    callback = await scope.callbacks.create(
        config=options.config(),
        name=UNSET if name is None else name,
        enabled=UNSET if enabled is None else enabled,
        profile_id=id_or_none("--profile-id", profile_id),
        fallback_callback_id=id_or_none("--fallback-callback-id", fallback_callback_id),
    )
    CALLBACKS.write_one(callback, form)


@command(app, "update", events_scope)
async def update_callback(
    scope: EventsScope,
    item_id: ItemId,
    *,
    options: ConfigOptions,
    name: Name = None,
    profile_id: ProfileId = None,
    fallback_callback_id: FallbackId = None,
    enabled: Enabled = None,
    form: Output = Format.TABLE,
) -> None:
    """Change a callback; what is not given stays as it is.

    The config is changed as a whole: give all its options, headers too.
    """
    callback = await scope.callbacks.update(
        item_id,
        config=options.config() if options.given else UNSET,
        name=UNSET if name is None else name,
        enabled=UNSET if enabled is None else enabled,
        profile_id=id_or_none("--profile-id", profile_id),
        fallback_callback_id=id_or_none("--fallback-callback-id", fallback_callback_id),
    )
    CALLBACKS.write_one(callback, form)


add_delete(app, "callback", lambda scope: scope.callbacks)


@command(app, "health", events_scope)
async def show_health(
    scope: EventsScope, item_id: ItemId, *, pages: Pages, form: Output = Format.TABLE
) -> None:
    """Show a callback's statistics by period of time.

    What they hold is not documented; they are shown as the API gives them.
    """
    await write_mappings(scope.callbacks.health(item_id, **pages.paging), form)
