"""Every operation against the sandbox: what is written can be read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phonecom_events import (
    Conflict,
    LinqClient,
    NotFound,
    PhoneComClient,
    Unauthorized,
    ValidationFailed,
)
from phonecom_events.sandbox import Sandbox

from .conftest import ACCOUNT, linq_client, phonecom_client

IN_2031 = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


async def test_life_of_a_listener(phonecom: PhoneComClient) -> None:
    """A listener is created, read, changed, listed and deleted."""
    listeners = phonecom.account(ACCOUNT).listeners

    created = await listeners.create(callback_id=7, expires_at=IN_2031)
    read = await listeners.get(created.id)
    changed = await listeners.update(created.id, expires_at=None, version="1.1.0")
    other = await listeners.create(callback_id=8)
    of_7 = await listeners.list(callback_id=7).collect()
    await listeners.delete(created.id)

    assert read == created
    assert (created.expires_at, created.version) == (IN_2031, "2.0.0")
    assert (changed.expires_at, changed.version) == (None, "1.1.0")
    assert changed.callback_id == 7
    assert of_7 == [changed]
    assert await listeners.list().collect() == [other]
    with pytest.raises(NotFound):
        await listeners.get(created.id)


async def test_listeners_of_an_extension(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """An extension has its own listeners, which the account sees, too."""
    sandbox.add_extension(ACCOUNT, 500)
    account = phonecom.account(ACCOUNT)
    extension = account.extension(500)

    mine = await extension.listeners.create(callback_id=7)
    await account.listeners.create(callback_id=7)

    assert mine.extension_id == 500
    assert await extension.listeners.list().collect() == [mine]
    assert await extension.listeners.get(mine.id) == mine
    assert await extension.listeners.update(mine.id, callback_id=9) != mine
    assert len(await account.listeners.list().collect()) == 2
    await extension.listeners.delete(mine.id)
    assert await extension.listeners.list().collect() == []


@pytest.mark.parametrize("of_extension", [False, True])
async def test_life_of_a_profile(
    sandbox: Sandbox, phonecom: PhoneComClient, *, of_extension: bool
) -> None:
    """A profile is created, read, changed, listed and deleted."""
    sandbox.add_extension(ACCOUNT, 500)
    account = phonecom.account(ACCOUNT)
    profiles = account.extension(500).profiles if of_extension else account.profiles

    created = await profiles.create(name="Ops", support_email="ops@example.org")
    read = await profiles.get(created.id)
    changed = await profiles.update(created.id, support_email=None)
    listed = await profiles.list(order="asc").collect()
    await profiles.delete(created.id)

    assert read == created
    assert created.extension_id == (500 if of_extension else None)
    assert (changed.name, changed.support_email) == ("Ops", None)
    assert listed == [changed]
    assert await profiles.list().first() is None


async def test_a_profile_in_use(sandbox: Sandbox, phonecom: PhoneComClient) -> None:
    """A profile that a callback uses cannot be deleted."""
    profile = sandbox.add_profile(ACCOUNT)
    sandbox.add_callback(ACCOUNT, profile_id=profile["id"])

    with pytest.raises(Conflict):
        await phonecom.account(ACCOUNT).profiles.delete(profile["id"])


async def test_life_of_a_webhook_subscription(linq: LinqClient) -> None:
    """A subscription is created, read, changed, listed and deleted."""
    subscriptions = linq.webhook_subscriptions

    created = await subscriptions.create(
        target_url="https://hooks.example.org/a",
        subscribed_events=["message.sent"],
        phone_numbers=["+15550100"],
    )
    read = await subscriptions.get(created.id)
    paused = await subscriptions.update(created.id, is_active=False, phone_numbers=None)
    listed = await subscriptions.list().collect()
    await subscriptions.delete(created.id)

    assert created.signing_secret.startswith("whsec_")
    assert (read.id, read.phone_numbers) == (created.id, ("+15550100",))
    assert (paused.is_active, paused.phone_numbers or None) == (False, None)
    assert paused.target_url == created.target_url
    assert listed == [paused]
    assert await subscriptions.list().collect() == []
    with pytest.raises(NotFound) as raised:
        await subscriptions.get(created.id)
    assert raised.value.trace_id


async def test_a_wrong_token(sandbox: Sandbox) -> None:
    """A token that is not the one is a 401 from either service."""
    async with phonecom_client(sandbox, token="other") as phonecom:
        with pytest.raises(Unauthorized):
            await phonecom.account(ACCOUNT).listeners.list()
    async with linq_client(sandbox, api_key="other") as linq:
        with pytest.raises(Unauthorized):
            await linq.webhook_subscriptions.list()


async def test_an_unknown_account(phonecom: PhoneComClient) -> None:
    """An account that does not exist is not found."""
    with pytest.raises(NotFound, match="/accounts/99/"):
        await phonecom.account(99).listeners.list()


async def test_a_refused_value(phonecom: PhoneComClient) -> None:
    """A 422 says which field was refused."""
    with pytest.raises(ValidationFailed) as raised:
        await phonecom.account(ACCOUNT).listeners.create(callback_id=7, version="9")

    assert list(raised.value.fields) == ["version"]
    assert "version" in str(raised.value)


async def test_10_000_listeners(sandbox: Sandbox, phonecom: PhoneComClient) -> None:
    """A long listing comes whole, in order, in as many pages as it has to."""
    for _ in range(10_000):
        sandbox.add_listener(ACCOUNT, callback_id=7)
    listing = phonecom.account(ACCOUNT).listeners.list()

    ids = [listener.id async for listener in listing]

    assert len(ids) == 10_000
    assert ids == sorted(ids, reverse=True)
    assert len(sandbox.requests) == 21
    assert listing.report.complete
    assert listing.report.proven
