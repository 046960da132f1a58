"""The tests of a program that uses the package, as its author would write them."""

from __future__ import annotations

ASYNC = """
import time
import pytest
from phonecom_events import PhoneComClient, RetryPolicy
from phonecom_events.sandbox import Fault

{mark}

ACCOUNT = 1000002
SEEN = set()


async def test_state(phonecom_sandbox, phonecom_client):
    phonecom_sandbox.add_listener(ACCOUNT, callback_id=1768)
    listeners = await phonecom_client.account(ACCOUNT).listeners.list()
    assert [each.callback_id for each in listeners] == [1768]
    assert [each.method for each in phonecom_sandbox.requests] == ["GET"]
    SEEN.add(phonecom_sandbox.phonecom_url)


async def test_fresh_state_and_same_address(phonecom_sandbox, phonecom_client):
    phonecom_sandbox.add_account(ACCOUNT)
    assert list(await phonecom_client.account(ACCOUNT).listeners.list()) == []
    assert len(phonecom_sandbox.requests) == 1
    assert SEEN <= {{phonecom_sandbox.phonecom_url}}


async def test_no_waiting(phonecom_sandbox, phonecom_client, linq_client):
    phonecom_sandbox.add_account(ACCOUNT)
    phonecom_sandbox.fault(Fault(status=429, retry_after=60, times=2))
    started = time.monotonic()
    await phonecom_client.account(ACCOUNT).profiles.list()
    await linq_client.webhook_subscriptions.list()
    assert time.monotonic() - started < 10
    assert phonecom_client.statistics.throttled >= 120


@pytest.mark.phonecom_sandbox(rate_limits=True)
async def test_limits(phonecom_sandbox, phonecom_client, phonecom_no_wait):
    phonecom_sandbox.add_account(ACCOUNT)
    for _ in range(40):
        await phonecom_client.account(ACCOUNT).profiles.list()
    assert {{each.status for each in phonecom_sandbox.requests}} == {{200}}
    assert 20 < phonecom_no_wait.seconds < 60


async def test_left_open(phonecom_sandbox, phonecom_environment):
    phonecom_sandbox.add_account(ACCOUNT)
    client = PhoneComClient.from_env()
    await client.account(ACCOUNT).profiles.list()


async def test_closed_by_the_test(phonecom_client, phonecom_sandbox):
    phonecom_sandbox.add_account(ACCOUNT)
    async with phonecom_client as client:
        await client.account(ACCOUNT).profiles.list()


async def test_mock(phonecom_wire):
    from phonecom_events.testing import bodies
    phonecom_wire.phonecom("GET", "/accounts/7/integrations/events/listeners",
                           bodies.page(bodies.listener(7, id=3)))
    async with PhoneComClient("token") as client:
        assert [each.id for each in await client.account(7).listeners.list()] == [3]
"""
"""Seven tests, all of which pass; `mark` is what makes them run."""

COUNT = 7
