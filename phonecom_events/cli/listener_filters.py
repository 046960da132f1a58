"""The commands under ``phonecom-events listeners filters``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Final

import typer

from ..phonecom import BASE_URL, ListenerFilter, ListenerFilters
from .clients import phonecom_client
from .command import command
from .items import ItemId, Pages, add_delete, add_get, write_listing
from .options import Account, BaseUrl, Format, ListenerId, Output
from .rules import HELP, FilterRow, filter_row, read_rule
from .views import View

Rule = Annotated[str, typer.Option("--rule", metavar="RULE", help=HELP)]

_VIEW: Final[View[ListenerFilter]] = View(
    row=FilterRow, columns=("id", "rule"), make=filter_row
)

app: typer.Typer = typer.Typer(
    name="filters",
    help="Work with a listener's filters: what it passes on.",
    no_args_is_help=True,
)


@asynccontextmanager
async def _filters(
    *, account: Account, listener: ListenerId, base_url: BaseUrl = BASE_URL
) -> AsyncIterator[ListenerFilters]:
    """Open the filters of one listener; the API has none for an extension's."""
    async with phonecom_client(base_url) as phonecom:
        yield phonecom.account(account).listeners.filters(listener)


@command(app, "list", _filters)
async def list_filters(
    filters: ListenerFilters, *, pages: Pages, form: Output = Format.TABLE
) -> None:
    """List the filters of a listener; an event must match them all."""
    await write_listing(filters.list(**pages.paging), form, _VIEW, pages)


add_get(app, "filter", lambda opened: opened, _VIEW, opens=_filters)


@command(app, "create", _filters)
async def create_filter(
    filters: ListenerFilters, *, rule: Rule, form: Output = Format.TABLE
) -> None:
    """Create a filter of a listener."""
    new = read_rule("--rule", rule)
    created = await filters.create(
        filter_value=new.filter_value, not_logic=new.not_logic
    )
    _VIEW.write_one(created, form)


@command(app, "update", _filters)
async def update_filter(
    filters: ListenerFilters,
    item_id: ItemId,
    *,
    rule: Rule,
    form: Output = Format.TABLE,
) -> None:
    """Replace a filter's rule; the same one has its schedule read again."""
    new = read_rule("--rule", rule)
    updated = await filters.update(
        item_id, filter_value=new.filter_value, not_logic=new.not_logic
    )
    _VIEW.write_one(updated, form)


add_delete(app, "filter", lambda opened: opened, opens=_filters)
