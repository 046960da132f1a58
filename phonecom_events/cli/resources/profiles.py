"""The commands under ``phonecom-events profiles``."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from ...phonecom import Profile
from ...phonecom.scopes import EventsScope
from ...resources import UNSET
from ..command import command
from ..input.clients import events_scope
from ..input.options import OutputOptions
from ..late import Group
from ..output.views import View
from .resource import ItemId, Pages, Reconcile, add_delete, add_get, write_listing

_VIEW: Final[View[Profile]] = View(
    row=Profile,
    columns=("id", "extension_id", "created_at", "name", "support_email"),
)
_NAME_HELP: Final = "For people."
_EMAIL_HELP: Final = (
    "Gets the notices of a callback's problems; none for the account's default address."
)

app: Group = Group("profiles")


@command(app, "list", events_scope)
async def list_profiles(
    scope: EventsScope,
    *,
    pages: Pages,
    output: OutputOptions,
) -> int:
    """List the profiles of an account or extension."""
    return await write_listing(
        scope.profiles.list(**pages.paging), output, _VIEW, pages
    )


add_get(app, "profile", lambda scope: scope.profiles, _VIEW)


@command(app, "create", events_scope)
async def create_profile(
    scope: EventsScope,
    *,
    name: Annotated[str, typer.Option("--name", help=_NAME_HELP)],
    support_email: Annotated[
        str, typer.Option("--support-email", metavar="EMAIL", help=_EMAIL_HELP)
    ],
    reconcile: Reconcile = False,
    output: OutputOptions,
) -> None:
    """Create a profile."""
    profile = await scope.profiles.create(
        name=name, support_email=_email(support_email), reconcile=reconcile
    )
    _VIEW.write_one(profile, output)


@command(app, "update", events_scope)
async def update_profile(
    scope: EventsScope,
    item_id: ItemId,
    *,
    name: Annotated[str | None, typer.Option("--name", help=_NAME_HELP)] = None,
    support_email: Annotated[
        str | None, typer.Option("--support-email", metavar="EMAIL", help=_EMAIL_HELP)
    ] = None,
    output: OutputOptions,
) -> None:
    """Change a profile; what is not given stays as it is."""
    profile = await scope.profiles.update(
        item_id,
        name=UNSET if name is None else name,
        support_email=UNSET if support_email is None else _email(support_email),
    )
    _VIEW.write_one(profile, output)


add_delete(app, "profile", lambda scope: scope.profiles)


def _email(text: str) -> str | None:
    return None if text == "none" else text
