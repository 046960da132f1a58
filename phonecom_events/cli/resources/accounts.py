"""The commands ``accounts list`` and ``get``, and ``extensions list``.

They find the ids that the options --account and --extension take.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Final

from ...phonecom import BASE_URL, Account, Accounts, AccountSummary, ExtensionSummary
from ..command import command
from ..input.clients import NetworkOptions, account_scope, phonecom_client
from ..input.conditions import filter_option, read_filters
from ..input.options import BaseUrl, OutputOptions
from ..late import Group
from ..output.views import View
from .resource import Pages, add_get, write_listing

_ACCOUNT_FIELDS: Final = ("name", "username", "email", "phone")
_ACCOUNT_VIEW: Final[View[AccountSummary]] = View(
    row=AccountSummary, columns=("id", "name", "username", "timezone")
)
_EXTENSION_FIELDS: Final = ("name", "extension")
_EXTENSION_VIEW: Final[View[ExtensionSummary]] = View(
    row=ExtensionSummary, columns=("id", "extension", "name")
)

app: Group = Group("accounts")


@asynccontextmanager
async def _accounts(
    *, base_url: BaseUrl = BASE_URL, network: NetworkOptions
) -> AsyncIterator[Accounts]:
    async with phonecom_client(base_url, network) as phonecom:
        yield phonecom.accounts


@command(app, "list", _accounts)
async def list_accounts(
    accounts: Accounts,
    *,
    conditions: Annotated[list[str] | None, filter_option(_ACCOUNT_FIELDS)] = None,
    pages: Pages,
    output: OutputOptions,
) -> int:
    """List the accounts; an id is what --account takes."""
    listing = accounts.list(**read_filters(conditions, _ACCOUNT_FIELDS), **pages.paging)
    return await write_listing(listing, output, _ACCOUNT_VIEW, pages)


add_get(app, "account", lambda accounts: accounts, _ACCOUNT_VIEW, opens=_accounts)


extensions_app: Group = Group("extensions")


@command(extensions_app, "list", account_scope)
async def list_extensions(
    account: Account,
    *,
    conditions: Annotated[list[str] | None, filter_option(_EXTENSION_FIELDS)] = None,
    pages: Pages,
    output: OutputOptions,
) -> int:
    """List the extensions of an account; an id is what --extension takes."""
    listing = account.extensions.list(
        **read_filters(conditions, _EXTENSION_FIELDS), **pages.paging
    )
    return await write_listing(listing, output, _EXTENSION_VIEW, pages)
