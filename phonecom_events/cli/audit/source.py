"""Where an audit gets its clients and accounts from."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from attrs import frozen

from ...linq import LinqClient
from ...phonecom import PhoneComClient
from ..input.clients import (
    ACCOUNTS,
    NetworkOptions,
    accounts_from_env,
    has_linq_key,
    linq_base_url,
    linq_client,
    phonecom_client,
)
from ..sandbox import filled_sandbox


@frozen(kw_only=True)
class Source:
    """Hold open clients, and the accounts to audit with them."""

    phonecom: PhoneComClient
    linq: LinqClient | None
    accounts: Sequence[int]


@asynccontextmanager
async def real_source(
    accounts: Sequence[int],
    usual: Sequence[int],
    *,
    base_url: str,
    network: NetworkOptions,
    with_linq: bool,
) -> AsyncIterator[Source]:
    """Open the services that the environment names.

    Args:
        accounts: to audit; if none, those in the environment.
        usual: the accounts if there are none there either.
        base_url: Phone.com's.
        network: how to reach both.
        with_linq: open Linq's client too, if there is a key for it.
    """
    async with AsyncExitStack() as stack:
        phonecom = await stack.enter_async_context(phonecom_client(base_url, network))
        linq = None
        if with_linq and has_linq_key():
            linq = await stack.enter_async_context(
                linq_client(linq_base_url(), network)
            )
        # What a file in the directory says counts less than what this shell was told.
        if not accounts:
            in_env = os.environ.get(ACCOUNTS, "").strip()
            accounts = usual if usual and not in_env else accounts_from_env()
        yield Source(phonecom=phonecom, linq=linq, accounts=accounts)


@asynccontextmanager
async def sandbox_source(
    accounts: Sequence[int], *, now: datetime, with_linq: bool
) -> AsyncIterator[Source]:
    """Start a local server with the made-up estate, and open that.

    Args:
        accounts: to audit; if none, all of the estate.
        now: the moment that its expiry times are counted from.
        with_linq: open Linq's client too.
    """
    async with (
        filled_sandbox(now=now) as sandbox,
        PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url) as phonecom,
        LinqClient(sandbox.api_key, base_url=sandbox.linq_url) as linq,
    ):
        yield Source(
            phonecom=phonecom,
            linq=linq if with_linq else None,
            accounts=accounts or sandbox.accounts,
        )
