"""The commands under ``phonecom-events listeners subscriptions``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Final

import typer

from ...phonecom import BASE_URL, ExtensionSubscriptions, Subscription, Subscriptions
from ..command import command
from ..exits import CannotRun
from ..input.clients import NetworkOptions, phonecom_client
from ..input.options import Account, BaseUrl, Extension, ListenerId, OutputOptions
from ..late import Group
from ..output.views import View
from .resource import ItemId, Pages, Reconcile, add_delete, add_get, write_listing

Tags = Annotated[
    list[str],
    typer.Option(
        "--tag",
        metavar="TAG",
        help="What an event must be about, such as call; give it once for each: it"
        " must have them all.",
    ),
]

_VIEW: Final[View[Subscription]] = View(row=Subscription, columns=("id", "tags"))

app: Group = Group(
    "subscriptions", help="Work with a listener's subscriptions: what it hears."
)


@asynccontextmanager
async def _subscriptions(
    *,
    account: Account,
    listener: ListenerId,
    extension: Extension = None,
    base_url: BaseUrl = BASE_URL,
    network: NetworkOptions,
) -> AsyncIterator[Subscriptions]:
    async with phonecom_client(base_url, network) as phonecom:
        scope = phonecom.account(account)
        if extension is None:
            yield scope.listeners.subscriptions(listener)
        else:
            yield scope.extension(extension).listeners.subscriptions(listener)


@command(app, "list", _subscriptions)
async def list_subscriptions(
    subscriptions: Subscriptions, *, pages: Pages, output: OutputOptions
) -> int:
    """List the subscriptions of a listener; one that matches is enough."""
    return await write_listing(subscriptions.list(**pages.paging), output, _VIEW, pages)


add_get(app, "subscription", lambda opened: opened, _VIEW, opens=_subscriptions)


@command(app, "create", _subscriptions)
async def create_subscription(
    subscriptions: Subscriptions,
    *,
    tag: Tags,
    reconcile: Reconcile = False,
    output: OutputOptions,
) -> None:
    """Subscribe a listener to the events that have all the tags."""
    created = await subscriptions.create(tags=tag, reconcile=reconcile)
    _VIEW.write_one(created, output)


@command(app, "update", _subscriptions)
async def update_subscription(
    subscriptions: Subscriptions,
    item_id: ItemId,
    *,
    tag: Tags,
    output: OutputOptions,
) -> None:
    """Replace the tags; only for a listener of an extension.

    The API has no such call for a whole account's listeners.
    """
    if not isinstance(subscriptions, ExtensionSubscriptions):
        raise CannotRun(
            "the API changes subscriptions of an extension's listeners only: give"
            " --extension, or create another subscription and delete this one"
        )
    _VIEW.write_one(await subscriptions.update(item_id, tags=tag), output)


add_delete(app, "subscription", lambda opened: opened, opens=_subscriptions)
