"""Callbacks, subscriptions, filters, overview and discovery, against the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from phonecom_events import Conflict, InvalidArgument, NotFound, PhoneComClient
from phonecom_events.phonecom import (
    CallbackMode,
    EmailConfig,
    FilterType,
    Header,
    HttpConfig,
    NewCallback,
    NewFilter,
    NewProfile,
    NumberFilter,
    ScheduleFilter,
    Tag,
    UnknownConfig,
)
from phonecom_events.phonecom.conditions import contains, one_of
from phonecom_events.sandbox import Sandbox

from .conftest import ACCOUNT


@pytest.mark.parametrize("of_extension", [False, True])
async def test_life_of_a_callback(
    sandbox: Sandbox, phonecom: PhoneComClient, *, of_extension: bool
) -> None:
    """A callback is created, read, changed, listed and deleted."""
    sandbox.add_extension(ACCOUNT, 500)
    account = phonecom.account(ACCOUNT)
    callbacks = account.extension(500).callbacks if of_extension else account.callbacks
    secret = Header(name="Authorization", value="Basic canary")

    created = await callbacks.create(
        name="CRM, live",
        config=HttpConfig(url="https://crm.example.org", headers=(secret,)),
    )
    read = await callbacks.get(created.id)
    with pytest.raises(InvalidArgument, match="masked"):
        await callbacks.update(created.id, config=read.config)
    mailed = await callbacks.update(
        created.id, config=EmailConfig(email="crm@example.org"), enabled=False
    )
    named = await callbacks.list(name="CRM, live").collect()
    await callbacks.delete(created.id)

    assert read == created
    assert isinstance(read.config, HttpConfig)
    assert read.config.headers is not None
    assert read.config.headers[0].masked
    assert (mailed.mode, mailed.enabled) == (CallbackMode.EMAIL, False)
    assert named == [mailed]
    assert await callbacks.list().collect() == []


async def test_callbacks_by_condition(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A condition in a filter is honoured."""
    for name in ("crm one", "billing", "crm two"):
        sandbox.add_callback(ACCOUNT, name=name)
    callbacks = phonecom.account(ACCOUNT).callbacks

    found = await callbacks.list(name=contains("crm"), order="asc").collect()

    assert [callback.name for callback in found] == ["crm one", "crm two"]


async def test_listeners_by_condition(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Several callbacks' listeners can be asked for at once."""
    for callback_id in (7, 8, 9):
        sandbox.add_listener(ACCOUNT, callback_id=callback_id)

    found = await phonecom.account(ACCOUNT).listeners.list(callback_id=one_of(7, 9))

    assert sorted(listener.callback_id for listener in found) == [7, 9]


async def test_a_callback_in_use(sandbox: Sandbox, phonecom: PhoneComClient) -> None:
    """A callback that a listener uses cannot be deleted."""
    callback = sandbox.add_callback(ACCOUNT)
    sandbox.add_listener(ACCOUNT, callback_id=callback["id"])

    with pytest.raises(Conflict, match="in use"):
        await phonecom.account(ACCOUNT).callbacks.delete(callback["id"])


async def test_health(sandbox: Sandbox, phonecom: PhoneComClient) -> None:
    """Statistics come as they are."""
    callback = sandbox.add_callback(ACCOUNT)
    sandbox.add_health(callback["id"], {"period": "2026-01-01", "delivered": 12})
    listing = phonecom.account(ACCOUNT).callbacks.health(callback["id"])

    [row] = await listing.collect()

    assert (row["period"], row["delivered"]) == ("2026-01-01", 12)


@pytest.mark.parametrize("of_extension", [False, True])
async def test_life_of_a_subscription(
    sandbox: Sandbox, phonecom: PhoneComClient, *, of_extension: bool
) -> None:
    """A listener's subscription is created, read, listed and deleted."""
    sandbox.add_extension(ACCOUNT, 500)
    row = sandbox.add_listener(
        ACCOUNT, callback_id=7, extension_id=500 if of_extension else None
    )
    account = phonecom.account(ACCOUNT)
    listeners = account.extension(500).listeners if of_extension else account.listeners
    subscriptions = listeners.subscriptions(row["id"])

    created = await subscriptions.create(tags=[Tag.CALL, "inbound"])
    read = await subscriptions.get(created.id)
    listed = await subscriptions.list().collect()
    await subscriptions.delete(created.id)

    assert created.tags == (Tag.CALL, Tag.INBOUND)
    assert read == created
    assert listed == [created]
    with pytest.raises(NotFound):
        await subscriptions.get(created.id)


async def test_subscriptions_of_an_extension_can_be_changed(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Only there the API has an update for them."""
    sandbox.add_extension(ACCOUNT, 500)
    row = sandbox.add_listener(ACCOUNT, callback_id=7, extension_id=500)
    listeners = phonecom.account(ACCOUNT).extension(500).listeners
    created = await listeners.subscriptions(row["id"]).create(tags=["call"])

    changed = await listeners.subscriptions(row["id"]).update(
        created.id, tags=["message"]
    )

    assert changed.tags == (Tag.MESSAGE,)


async def test_life_of_a_filter(sandbox: Sandbox, phonecom: PhoneComClient) -> None:
    """A listener's filter is created, read, changed, listed and deleted."""
    row = sandbox.add_listener(ACCOUNT, callback_id=7)
    filters = phonecom.account(ACCOUNT).listeners.filters(row["id"])

    created = await filters.create(filter_value=NumberFilter(in_=("+15550100",)))
    read = await filters.get(created.id)
    changed = await filters.update(
        created.id, filter_value=ScheduleFilter(id=3), not_logic=True
    )
    listed = await filters.list().collect()
    await filters.delete(created.id)

    assert created.filter_value == NumberFilter(in_=("+15550100",))
    assert read == created
    assert changed.filter_type is FilterType.SCHEDULE
    assert changed.filter_value == ScheduleFilter(id=3)
    assert changed.not_logic
    assert listed == [changed]


@pytest.mark.parametrize(
    "wrong",
    [
        NumberFilter(),
        NumberFilter(eq="+1", match="%"),
        NumberFilter(in_="+15550100"),  # type: ignore[arg-type]
        "+15550100",
        None,
    ],
)
async def test_a_filter_has_one_condition(
    phonecom: PhoneComClient, wrong: NumberFilter
) -> None:
    """A filter by number has exactly one of its conditions."""
    with pytest.raises(InvalidArgument):
        await phonecom.account(ACCOUNT).listeners.filters(1).create(filter_value=wrong)


async def test_everything_in_one_request(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A listener, its callback, profile, subscriptions and filters are created."""
    account = phonecom.account(ACCOUNT)
    expiry = datetime(2031, 1, 1, tzinfo=UTC)

    created = await account.overview.create(
        subscriptions=[["call", "inbound"], [Tag.MESSAGE]],
        callback=NewCallback(
            config=HttpConfig(url="https://crm.example.org"),
            profile=NewProfile(name="Ops", support_email="ops@example.org"),
        ),
        filters=[NewFilter(filter_value=NumberFilter(match="+1%"), not_logic=True)],
        expires_at=expiry,
    )
    requests = len(sandbox.requests)
    [listed] = await account.overview.list().collect()
    [passed_on] = await account.listeners.filters(created.id).list().collect()

    assert requests == 1
    assert listed == created
    assert created.expires_at == expiry
    assert created.callback is not None
    assert created.callback.profile is not None
    assert created.callback.profile.support_email == "ops@example.org"
    assert {sub.tags for sub in created.subscriptions} == {
        (Tag.CALL, Tag.INBOUND),
        (Tag.MESSAGE,),
    }
    assert passed_on.not_logic


async def test_overview_of_a_callback_that_exists(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A listener can be created for a callback that is there, with its fallback."""
    spare = sandbox.add_callback(ACCOUNT, name="spare")
    main = sandbox.add_callback(ACCOUNT, fallback_callback_id=spare["id"])

    created = await phonecom.account(ACCOUNT).overview.create(
        subscriptions=[["call"]], callback_id=main["id"]
    )

    assert created.callback is not None
    assert created.callback.fallback is not None
    assert created.callback.fallback.name == "spare"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"subscriptions": [["call"]]}, "either callback_id or callback"),
        ({"subscriptions": [], "callback_id": 4}, "at least one"),
        ({"subscriptions": ["call"], "callback_id": 4}, "expected a list"),
        ({"subscriptions": [["call"]], "callback_id": 0}, "callback_id"),
        ({"subscriptions": [[1]], "callback_id": 4}, "expected a string"),
        (
            {
                "subscriptions": [["call"]],
                "callback": NewCallback(config=EmailConfig(), enabled="no"),
            },
            "enabled: expected a boolean",
        ),
        (
            {
                "subscriptions": [["call"]],
                "callback": NewCallback(config=EmailConfig(), profile_id=-1),
            },
            "profile_id must be",
        ),
        (
            {
                "subscriptions": [["call"]],
                "callback": NewCallback(
                    config=UnknownConfig(
                        extra={"headers": [{"name": "A", "value": True}]}
                    )
                ),
            },
            "masked",
        ),
        (
            {
                "subscriptions": [["call"]],
                "callback_id": 4,
                "filters": [
                    NewFilter(filter_value=NumberFilter(eq="+1"), not_logic="false")
                ],
            },
            "not_logic: expected a boolean",
        ),
    ],
    ids=str,
)
async def test_overview_is_checked_first(
    sandbox: Sandbox, phonecom: PhoneComClient, given: dict[str, Any], words: str
) -> None:
    """What cannot be created is refused before anything is sent."""
    with pytest.raises(InvalidArgument, match=words):
        await phonecom.account(ACCOUNT).overview.create(**given)

    assert not sandbox.requests


async def test_discovery(sandbox: Sandbox, phonecom: PhoneComClient) -> None:
    """Accounts and extensions can be found, and asked for what they hold."""
    sandbox.add_account(2000001, name="Child", parent=ACCOUNT)
    sandbox.add_extension(ACCOUNT, 500)
    sandbox.add_listener(2000001, callback_id=7)
    sandbox.add_listener(ACCOUNT, callback_id=8)
    account = phonecom.account(ACCOUNT)

    [mine] = await phonecom.accounts.list().collect()
    [extension] = await account.extensions.list().collect()
    all_listeners = await account.listeners.list(include_subaccounts=True).collect()

    assert mine == await phonecom.accounts.get(ACCOUNT)
    assert mine.id == ACCOUNT
    assert (extension.id, extension.voip_id) == (500, ACCOUNT)
    assert {listener.voip_id for listener in all_listeners} == {ACCOUNT, 2000001}
    assert len(await account.listeners.list().collect()) == 1
