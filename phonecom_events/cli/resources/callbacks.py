"""The commands under ``phonecom-events callbacks``, and what they show of one.

A header's value is never shown: it may be a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer
from attrs import frozen

from ...converter import converter
from ...phonecom import (
    Callback,
    CallbackConfig,
    EmailConfig,
    GoogleAnalyticsConfig,
    HttpConfig,
    RateLimit,
    SmsAutoresponderConfig,
)
from ...phonecom.scopes import EventsScope
from ...resources import UNSET
from ..command import command
from ..input.clients import events_scope
from ..input.conditions import filter_option, read_filters
from ..input.options import OutputOptions, id_or_none
from ..late import Group
from ..output.formats import write_mappings
from ..output.views import View, masked, masked_callback
from .callback_options import ConfigOptions
from .resource import ItemId, Pages, Reconcile, add_delete, add_get, write_listing


@frozen(kw_only=True)
class CallbackRow:
    """Show a callback as one row.

    Attributes:
        target: the URL, the address or the application.
        headers: each with ``(masked)`` for its value.
        rate_limit: how many in how many seconds.
        other: what else is in the config.
    """

    id: int
    voip_id: int
    extension_id: int | None
    name: str | None
    enabled: bool
    mode: str
    target: str | None = None
    method: str | None = None
    headers: tuple[str, ...] = ()
    timeout: int | None = None
    rate_limit: str | None = None
    other: Mapping[str, Any] | None = None
    profile_id: int | None
    fallback_callback_id: int | None


def callback_row(callback: Callback) -> CallbackRow:
    """Make a row of a callback."""
    return CallbackRow(
        id=callback.id,
        voip_id=callback.voip_id,
        extension_id=callback.extension_id,
        name=callback.name,
        enabled=callback.enabled,
        mode=str(callback.mode),
        profile_id=callback.profile_id,
        fallback_callback_id=callback.fallback_callback_id,
        **_config_cells(callback.config),
    )


def _config_cells(config: CallbackConfig) -> dict[str, Any]:
    match config:
        case HttpConfig():
            return {
                "target": config.url,
                "method": config.method,
                # Shown even where the API sends the value: see `output.masking`.
                "headers": tuple(f"{h.name}=(masked)" for h in config.headers or ()),
                "timeout": config.timeout,
                "rate_limit": _rate(config.rate_limit),
                "other": masked(config.extra),
            }
        case EmailConfig():
            return {
                "target": config.email,
                "rate_limit": _rate(config.rate_limit),
                "other": masked({"mode": config.mode, **config.extra}),
            }
        case SmsAutoresponderConfig() | GoogleAnalyticsConfig():
            parameters = converter.unstructure(config.parameters)
            other = masked({**parameters, **config.extra})
            return {"target": config.application, "other": other}
    return {"other": masked(config.extra)}


def _rate(limit: RateLimit | None) -> str | None:
    return None if limit is None else f"{limit.number}/{limit.period}"


_VIEW: Final[View[Callback]] = View(
    row=CallbackRow,
    columns=("id", "enabled", "mode", "profile_id", "name", "target"),
    make=callback_row,
    plain=masked_callback,
)
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

app: Group = Group("callbacks")


@command(app, "list", events_scope)
async def list_callbacks(
    scope: EventsScope,
    *,
    conditions: Annotated[list[str] | None, filter_option(_FIELDS)] = None,
    pages: Pages,
    output: OutputOptions,
) -> int:
    """List the callbacks of an account or extension.

    The value of a header is never shown, not in JSON either: true stands for it.
    """
    listing = scope.callbacks.list(**read_filters(conditions, _FIELDS), **pages.paging)
    return await write_listing(listing, output, _VIEW, pages)


add_get(app, "callback", lambda scope: scope.callbacks, _VIEW)


@command(app, "create", events_scope)
async def create_callback(
    scope: EventsScope,
    *,
    options: ConfigOptions,
    name: Name = None,
    profile_id: ProfileId = None,
    fallback_callback_id: FallbackId = None,
    enabled: Enabled = None,
    reconcile: Reconcile = False,
    output: OutputOptions,
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
        reconcile=reconcile,
    )
    _VIEW.write_one(callback, output)


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
    output: OutputOptions,
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
    _VIEW.write_one(callback, output)


add_delete(app, "callback", lambda scope: scope.callbacks)


@command(app, "health", events_scope)
async def show_health(
    scope: EventsScope, item_id: ItemId, *, pages: Pages, output: OutputOptions
) -> None:
    """Show a callback's statistics by period of time.

    What they hold is not documented; they are shown as the API gives them.
    """
    await write_mappings(scope.callbacks.health(item_id, **pages.paging), output)
