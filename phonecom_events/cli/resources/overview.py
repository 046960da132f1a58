"""The commands under ``phonecom-events overview``."""

from __future__ import annotations

from typing import Annotated

import typer

from ...phonecom import NewCallback
from ...phonecom.client import EventsScope
from ...resources import UNSET
from ..input.clients import events_scope
from ..input.options import Format, Output
from ..running import CannotRun
from .callback_options import ConfigOptions, NewCallbackOptions
from .callbacks import OVERVIEW
from .filters import HELP, read_rule
from .listeners import ExpiresAt, Version, expiry
from .resource import Pages, command, write_listing

app: typer.Typer = typer.Typer(
    name="overview",
    help="List or create listeners with all that hangs on them.",
    no_args_is_help=True,
)


@command(app, "list", events_scope)
async def list_overview(
    scope: EventsScope, *, pages: Pages, form: Output = Format.TABLE
) -> None:
    """List listeners with callback, profile, fallback and subscriptions.

    The value of a header is never shown, not in JSON either: true stands for it.
    """
    await write_listing(scope.overview.list(**pages.paging), form, OVERVIEW, pages)


@command(app, "create", events_scope)
async def create_overview(
    scope: EventsScope,
    *,
    subscription: Annotated[
        list[str],
        typer.Option(
            "--subscription",
            metavar="TAG,TAG",
            help="Events that have all of these tags; give it once for each"
            " subscription.",
        ),
    ],
    callback_id: Annotated[
        int | None,
        typer.Option(
            "--callback-id", min=1, metavar="ID", help="A callback that exists."
        ),
    ] = None,
    config: ConfigOptions,
    new_callback: NewCallbackOptions,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="RULE", help=HELP)
    ] = None,
    version: Version = None,
    expires_at: ExpiresAt = None,
    form: Output = Format.TABLE,
) -> None:
    """Create a listener with its subscriptions and callback.

    Give --callback-id, or --url, --email or --config for a new callback.
    """
    listener = await scope.overview.create(
        subscriptions=[each.split(",") for each in subscription],
        callback_id=callback_id,
        callback=_callback(callback_id, config, new_callback),
        version=UNSET if version is None else version,
        expires_at=expiry(expires_at),
        filters=[read_rule("--rule", each) for each in rule or ()],
    )
    OVERVIEW.write_one(listener, form)


def _callback(
    callback_id: int | None, config: ConfigOptions, new: NewCallbackOptions
) -> NewCallback | None:
    if callback_id is None and config.given:
        return new.callback(config.config())
    if callback_id is None:
        raise CannotRun(
            "say where events go: give --callback-id, or --url, --email or --config"
            " for a new callback"
        )
    if config.given or new.given:
        raise CannotRun("--callback-id does not go with options of a new callback")
    return None
