"""A canary for a token: it must be found nowhere but in the request itself."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from phonecom_events import (
    Account,
    Extension,
    InvalidArgument,
    LinqClient,
    PhoneComClient,
    RetryPolicy,
)
from phonecom_events.sandbox import Fault, LoggedRequest, Sandbox

from .conftest import ACCOUNT, fault_id, linq_client, phonecom_client
from .exposure import views

CANARY = "canary-token"


def assert_clean(error: BaseException) -> None:
    assert not [text[:500] for _, text in views(error) if CANARY in text]


def echo(request: LoggedRequest) -> Fault:
    """Answer as a debug page would, with the request's own headers."""
    return Fault(status=500, body=f"<pre>Authorization: Bearer {CANARY}</pre>")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=401),
        Fault(status=422),
        Fault(status=503),
        Fault(cut="before"),
        Fault(cut="body"),
        Fault(delay=5),
        Fault(body=b"<html>"),
        Fault(body=b'{"id": "x"}'),
        Fault(gzip_bomb=80_000_000),
        Fault(redirect="http://localhost:9/"),
        Fault(retry_after=500),
        Fault(respond=echo),
    ],
    ids=fault_id,
)
@pytest.mark.parametrize("method", ["get", "create"])
async def test_no_error_shows_the_token(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, fault: Fault, method: str
) -> None:
    """No error, whatever its cause, shows the token; nor does the log at DEBUG."""
    caplog.set_level(logging.DEBUG)
    sandbox.fault(fault)

    async with phonecom_client(
        sandbox, timeout=0.2, retry=RetryPolicy(attempts=1)
    ) as phonecom:
        listeners = phonecom.account(ACCOUNT).listeners
        with pytest.raises(Exception) as raised:  # noqa: PT011 any of them
            await (
                listeners.get(1) if method == "get" else listeners.create(callback_id=1)
            )

    assert_clean(raised.value)
    assert CANARY not in caplog.text
    assert caplog.text


@pytest.mark.parametrize("how", ["cancel", "timeout"])
async def test_no_cancel_shows_the_token(sandbox: Sandbox, how: str) -> None:
    """What a caller's own cancel or timeout raises shows no token either."""
    sandbox.fault(Fault(delay=5))

    async with phonecom_client(sandbox) as phonecom:

        async def call() -> None:
            async with asyncio.timeout(0.5 if how == "timeout" else None):
                await phonecom.account(ACCOUNT).listeners.get(1)

        task = asyncio.create_task(call())
        while not (sandbox.requests or task.done()):
            await asyncio.sleep(0.001)
        if how == "cancel":
            task.cancel()
        await asyncio.wait([task])
        try:
            await task
        except (asyncio.CancelledError, TimeoutError) as error:
            seen = error

    assert_clean(seen)
    assert type(seen) is (TimeoutError if how == "timeout" else asyncio.CancelledError)


@pytest.mark.parametrize(
    "options",
    [
        {"base_url": "http://example.org"},
        {"base_url": ""},
        {"timeout": -1},
        {"deadline": 0},
    ],
    ids=str,
)
@pytest.mark.parametrize("client", [PhoneComClient, LinqClient])
def test_no_refused_client_shows_the_token(client: Any, options: Any) -> None:
    """A client that cannot be made does not show the token it was given."""
    with pytest.raises(InvalidArgument) as raised:
        client(CANARY, **options)

    assert_clean(raised.value)


@pytest.mark.parametrize("client", [PhoneComClient, LinqClient])
def test_no_bad_token_is_shown(client: Any) -> None:
    """A token that cannot be used is not shown by the error that says so."""
    with pytest.raises(InvalidArgument) as raised:
        client(f"{CANARY}\n")

    assert_clean(raised.value)


async def test_no_client_shows_the_token(sandbox: Sandbox) -> None:
    """Neither a client nor what it gives out shows the token in its repr."""
    async with phonecom_client(sandbox) as phonecom, linq_client(sandbox) as linq:
        account = phonecom.account(ACCOUNT)
        page = await account.listeners.list()
        things = [phonecom, linq, account, account.listeners, page, page.response]
        things += [account.extension(5), linq.webhook_subscriptions]
        things += [vars(phonecom), vars(account)]

    assert not [thing for thing in things if "canary" in f"{thing!r}{thing!s}"]
    for kind in (PhoneComClient, LinqClient, Account, Extension):
        half_built = kind.__new__(kind)
        assert kind.__name__ in repr(half_built)


async def test_a_redirect_takes_no_token_along(sandbox: Sandbox) -> None:
    """Another host, named in a redirect, is never asked."""
    async with Sandbox() as other:
        sandbox.fault(Fault(redirect=f"{other.phonecom_url}/accounts", times=None))
        async with phonecom_client(sandbox) as phonecom:
            with pytest.raises(Exception, match="302"):
                await phonecom.account(ACCOUNT).listeners.list()

        assert len(other.requests) == 0
