"""The commands under ``phonecom-events accounts``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Final

import typer

from ..phonecom import BASE_URL, Accounts, AccountSummary
from .clients import phonecom_client
from .command import command
from .conditions import filter_option, read_filters
from .items import Pages, add_get, write_listing
from .options import BaseUrl, Format, Output
from .views import View

_FIELDS: Final = ("name", "username", "email", "phone")
_VIEW: Final[View[AccountSummary]] = View(
    row=AccountSummary, columns=("id", "name", "username", "timezone")
)

app: typer.Typer = typer.Typer(
    name="accounts",
    help="Find the accounts that the token can read.",
    no_args_is_help=True,
)


@asynccontextmanager
async def _accounts(*, base_url: BaseUrl = BASE_URL) -> AsyncIterator[Accounts]:
    async with phonecom_client(base_url) as phonecom:
        yield phonecom.accounts


@command(app, "list", _accounts)
async def list_accounts(
    accounts: Accounts,
    *,
    conditions: Annotated[list[str] | None, filter_option(_FIELDS)] = None,
    pages: Pages,
    form: Output = Format.TABLE,
) -> None:
    """List the accounts; an id is what --account takes."""
    listing = accounts.list(**read_filters(conditions, _FIELDS), **pages.paging)
    await write_listing(listing, form, _VIEW, pages)


add_get(app, "account", lambda accounts: accounts, _VIEW, opens=_accounts)
