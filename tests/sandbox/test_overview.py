"""Overview: listeners with all they hang on, and creating all of it at once."""

from __future__ import annotations

from typing import Any

import pytest

from .box import EVENTS, EXTENSION_EVENTS, NOW, Box, open_box

OVERVIEW = f"{EVENTS}/overview"
URL = "https://hooks.example.com/a"
CALLS = {":tags": ["call"]}


async def test_items_hold_what_the_listener_hangs_on(box: Box) -> None:
    """An item is the listener with callback, profile, fallback and subscriptions."""
    sandbox = box.sandbox
    profile = sandbox.add_profile(1)
    fallback = sandbox.add_callback(1, name="B")
    callback = sandbox.add_callback(
        1,
        name="A",
        profile_id=profile["id"],
        fallback_callback_id=fallback["id"],
        config={"url": URL, "headers": [{"name": "X-Api-Key", "value": "abc"}]},
    )
    listener = sandbox.add_listener(1, callback_id=callback["id"])
    subscriptions = [sandbox.add_subscription(listener["id"]) for _ in range(2)]
    answer = await box.phonecom("GET", OVERVIEW)
    (item,) = answer.json["items"]
    assert item == {
        **listener,
        ":callback": {**callback, ":profile": profile, ":fallback": fallback},
        ":subscriptions": subscriptions,
    }
    assert item[":callback"]["config"]["headers"][0]["value"] is True


async def test_what_is_missing_is_null(box: Box) -> None:
    """A callback that is gone, and one without profile and fallback, show null."""
    alone = box.sandbox.add_callback(1)["id"]
    box.sandbox.add_listener(1, callback_id=404)
    box.sandbox.add_listener(1, callback_id=alone)
    items = (await box.phonecom("GET", OVERVIEW)).json["items"]
    assert items[0][":callback"][":profile"] is None
    assert items[0][":callback"][":fallback"] is None
    assert (items[1][":callback"], items[1][":subscriptions"]) == (None, [])


async def test_overview_is_a_list_like_any_other(box: Box) -> None:
    """Paging, order, brief mode, levels and subaccounts work as for listeners."""
    box.sandbox.add_account(2, parent=1)
    ids = [box.sandbox.add_listener(1, extension_id=7)["id"]]
    ids += [box.sandbox.add_listener(voip_id)["id"] for voip_id in (1, 2)]
    page = await box.phonecom(
        "GET",
        OVERVIEW,
        params={"limit": 1, "offset": 1, "sort[id]": "asc", "mode": "brief"},
    )
    extension = await box.phonecom("GET", f"{EXTENSION_EVENTS}/overview")
    family = await box.phonecom("GET", OVERVIEW, params={"include_subaccounts": 1})
    assert page.json["items"] == [{"id": ids[1]}]
    assert extension.ids == ids[:1]
    assert family.ids == ids[::-1]


async def test_create_makes_everything_at_once(box: Box) -> None:
    """One POST makes profile, callback, listener, subscriptions and filters."""
    box.sandbox.add_account(1)
    body = {
        "expires_at": NOW + 60,
        ":callback": {
            "name": "A",
            "config": {"url": URL},
            ":profile": {"name": "Ops", "support_email": "ops@example.com"},
        },
        ":subscriptions": [CALLS, {":tags": ["message"]}],
        ":filters": [{"filter_type": "number", "filter_value": {"match": "+1%"}}],
    }
    made = await box.phonecom("POST", OVERVIEW, json=body)
    assert made.status == 201
    assert (await box.phonecom("GET", OVERVIEW)).json["items"] == [made.json]
    assert made.json["expires_at"] == NOW + 60
    assert made.json["version"] == "2.0.0"
    assert made.json["callback_id"] == made.json[":callback"]["id"]
    profile = made.json[":callback"][":profile"]
    assert made.json[":callback"]["profile_id"] == profile["id"]
    assert [s[":tags"] for s in made.json[":subscriptions"]] == [["call"], ["message"]]
    filters = f"{EVENTS}/listeners/{made.json['id']}/filters"
    assert len((await box.phonecom("GET", filters)).ids) == 1


async def test_create_can_use_a_callback_that_is_there(box: Box) -> None:
    """With `callback_id`, only listener and subscriptions are made."""
    key = box.sandbox.add_callback(1, extension_id=7)["id"]
    body = {"callback_id": key, ":subscriptions": [CALLS]}
    made = await box.phonecom("POST", f"{EXTENSION_EVENTS}/overview", json=body)
    assert made.json["extension_id"] == 7
    assert made.json[":callback"]["id"] == key
    assert len(box.sandbox.tables.callbacks) == 1


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"callback_id": 1}, ":subscriptions"),
        ({"callback_id": 1, ":subscriptions": []}, ":subscriptions"),
        ({":subscriptions": [CALLS]}, "callback_id"),
        (
            {"callback_id": 1, ":callback": {}, ":subscriptions": [CALLS]},
            "callback_id",
        ),
        ({"callback_id": 0, ":subscriptions": [CALLS]}, "callback_id"),
        ({"callback_id": 1, ":subscriptions": [{}]}, ":subscriptions.0.:tags"),
        (
            {"callback_id": 1, ":subscriptions": [{":tags": ["fax"]}]},
            ":subscriptions.0.:tags.0",
        ),
        (
            {":callback": {"config": {}}, ":subscriptions": [CALLS]},
            ":callback.config.url",
        ),
        (
            {
                ":callback": {
                    "config": {"url": URL},
                    "profile_id": 1,
                    ":profile": {"name": "Ops", "support_email": "a@example.com"},
                },
                ":subscriptions": [CALLS],
            },
            ":callback.profile_id",
        ),
        (
            {
                ":callback": {"config": {"url": URL}, ":profile": {"name": "Ops"}},
                ":subscriptions": [CALLS],
            },
            ":callback.:profile.support_email",
        ),
        (
            {
                "callback_id": 1,
                ":subscriptions": [CALLS],
                ":filters": [{"filter_type": "number", "filter_value": {}}],
            },
            ":filters.0.filter_value",
        ),
        ({"callback_id": 1, "subscriptions": [CALLS]}, ":subscriptions"),
    ],
)
async def test_a_bad_create_makes_nothing(
    box: Box, body: dict[str, Any], place: str
) -> None:
    """Whatever part is wrong, the answer names it and nothing at all is made."""
    box.sandbox.add_account(1)
    answer = await box.phonecom("POST", OVERVIEW, json=body)
    assert (answer.status, next(iter(answer.fields))) == (422, place)
    tables = box.sandbox.tables
    kept = (tables.profiles, tables.callbacks, tables.listeners, tables.subscriptions)
    assert [len(table) for table in kept] == [0, 0, 0, 0]


async def test_create_checks_and_probes_like_the_parts() -> None:
    """The options that check callbacks hold for the express create as well."""
    async with open_box(check_callback_exists=True, probe_callbacks=True) as box:
        box.sandbox.add_account(1)
        missing = {"callback_id": 404, ":subscriptions": [CALLS]}
        unreachable = {
            ":callback": {"config": {"url": "http://127.0.0.1:9/"}},
            ":subscriptions": [CALLS],
        }
        first = await box.phonecom("POST", OVERVIEW, json=missing)
        second = await box.phonecom("POST", OVERVIEW, json=unreachable)
        assert len(box.sandbox.tables.listeners) == 0
    assert (first.status, second.status) == (422, 422)
