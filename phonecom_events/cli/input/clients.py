"""Where commands get their clients from: the environment, never the arguments.

Arguments are visible to every user of the machine, and stay in shell histories.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from attrs import frozen

from ... import linq, phonecom
from ...lazy import LazyModule
from ...phonecom.scopes import EventsScope
from ...transport import ca_context, given_proxy
from ..exits import CannotRun
from .options import (
    SOURCES,
    Account,
    BaseUrl,
    Extension,
    LinqBaseUrl,
    is_source,
    read_source,
)

if TYPE_CHECKING:
    from ... import client
else:
    # It imports aiohttp, and every command's help and completion come past here.
    client = LazyModule("...client", __package__)

# The same names as `PhoneComClient.from_env` and `LinqClient.from_env` read.
TOKEN: Final = "PHONECOM_TOKEN"  # noqa: S105 - its name
KEY: Final = "LINQ_API_V3_API_KEY"
ACCOUNTS: Final = "PHONECOM_ACCOUNTS"


@frozen(kw_only=True)
class NetworkOptions:
    """Hold the options that say how to reach an API."""

    proxy: Annotated[
        str | None,
        typer.Option(
            "--proxy",
            metavar="URL",
            help="Go through this proxy, or through none; by default through that of"
            f" HTTPS_PROXY and ALL_PROXY. {SOURCES} if it holds a password.",
        ),
    ] = None
    ca_file: Annotated[
        Path | None,
        typer.Option(
            "--ca-file",
            envvar="PHONECOM_CA_FILE",
            metavar="FILE",
            help="Trust the certificates in this PEM file as well.",
        ),
    ] = None

    def arguments(self) -> client.Options:
        """Return the same as arguments of a client.

        Raises:
            CannotRun, InvalidArgument: one of them cannot be used.
        """
        arguments: client.Options = {}
        if self.proxy == "none":
            arguments["proxy"] = None
        elif self.proxy is not None:
            from_source = is_source(self.proxy)
            text = read_source("--proxy", self.proxy) if from_source else self.proxy
            arguments["proxy"] = given_proxy(text, "--proxy")
        if self.ca_file is not None:
            arguments["ssl_context"] = ca_context(self.ca_file, "--ca-file")
        return arguments


def phonecom_client(base_url: str, network: NetworkOptions) -> phonecom.PhoneComClient:
    """Make a Phone.com client with the token from the environment."""
    token = _secret(TOKEN, "your Phone.com API token")
    return phonecom.PhoneComClient(token, base_url=base_url, **network.arguments())


def linq_client(base_url: str, network: NetworkOptions) -> linq.LinqClient:
    """Make a Linq client with the API key from the environment."""
    key = _secret(KEY, "your Linq API key")
    return linq.LinqClient(key, base_url=base_url, **network.arguments())


def linq_base_url() -> str:
    """Read the Linq base URL from the environment, if it is there."""
    return os.environ.get("LINQ_API_V3_BASE_URL") or linq.BASE_URL


def has_linq_key() -> bool:
    """Tell whether the environment holds a Linq API key."""
    return bool(os.environ.get(KEY, "").strip())


def accounts_from_env() -> list[int]:
    """Read the accounts in PHONECOM_ACCOUNTS.

    Raises:
        CannotRun: there are none, or one is no voip id.
    """
    texts = os.environ.get(ACCOUNTS, "").replace(",", " ").split()
    if not texts:
        raise CannotRun(
            f"no accounts: give --account or --accounts-from, or set {ACCOUNTS} to voip ids separated by"
            " commas; `phonecom-events audit --sandbox` needs none"
        )
    for text in texts:
        if not (text.isascii() and text.isdecimal() and int(text) > 0):
            raise CannotRun(
                f"{ACCOUNTS}: {text!r} is no voip id; expected numbers, separated by"
                " commas"
            )
    return [int(text) for text in texts]


@asynccontextmanager
async def events_scope(
    *,
    account: Account,
    extension: Extension = None,
    base_url: BaseUrl = phonecom.BASE_URL,
    network: NetworkOptions,
) -> AsyncIterator[EventsScope]:
    """Open the events resources of an account, or of an extension in it."""
    async with phonecom_client(base_url, network) as opened:
        scope = opened.account(account)
        yield scope if extension is None else scope.extension(extension)


@asynccontextmanager
async def account_scope(
    *, account: Account, base_url: BaseUrl = phonecom.BASE_URL, network: NetworkOptions
) -> AsyncIterator[phonecom.Account]:
    """Open the resources of an account as a whole."""
    async with phonecom_client(base_url, network) as opened:
        yield opened.account(account)


@asynccontextmanager
async def webhook_subscriptions(
    *, base_url: LinqBaseUrl = linq.BASE_URL, network: NetworkOptions
) -> AsyncIterator[linq.WebhookSubscriptions]:
    """Open Linq's webhook subscriptions."""
    async with linq_client(base_url, network) as opened:
        yield opened.webhook_subscriptions


@asynccontextmanager
async def webhook_events(
    *, base_url: LinqBaseUrl = linq.BASE_URL, network: NetworkOptions
) -> AsyncIterator[linq.WebhookEvents]:
    """Open the event types that Linq offers."""
    async with linq_client(base_url, network) as opened:
        yield opened.webhook_events


@asynccontextmanager
async def phone_numbers(
    *, base_url: LinqBaseUrl = linq.BASE_URL, network: NetworkOptions
) -> AsyncIterator[linq.PhoneNumbers]:
    """Open the phone numbers of the Linq account that the API key is of."""
    async with linq_client(base_url, network) as opened:
        yield opened.phone_numbers


def _secret(name: str, what: str) -> str:
    text = os.environ.get(name, "").strip()
    if not text:
        raise CannotRun(f"{name} is not set: set it to {what} and try again")
    return text
