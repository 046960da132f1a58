"""Callbacks over the socket: modes, masking, use by others, the create-time probe."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from .box import EVENTS, Box, open_box

CALLBACKS = f"{EVENTS}/callbacks"
URL = "https://hooks.example.com/a"


async def test_create_fills_in_the_defaults(box: Box) -> None:
    """A create needs only a config; the rest has the documented defaults."""
    box.sandbox.add_account(1)
    made = await box.phonecom("POST", CALLBACKS, json={"config": {"url": URL}})
    assert made.status == 201
    assert made.json == {
        "id": 1701,
        "voip_id": 1,
        "extension_id": None,
        "name": None,
        "fallback_callback_id": None,
        "profile_id": None,
        "enabled": True,
        "mode": "HTTPS",
        "config": {"url": URL},
    }


@pytest.mark.parametrize(
    ("mode", "config"),
    [
        (
            "HTTP",
            {
                "url": "http://example.com",
                "method": "PUT",
                "headers": [{"name": "X-A", "value": "1"}],
                "timeout": 5,
                "rate_limit": {"number": 1000, "period": 10},
            },
        ),
        ("HTTPS", {"url": URL, "headers": None, "timeout": None}),
        (
            "EMAIL",
            {
                "email": "a@example.com",
                "mode": "text",
                "rate-limit": {"number": 1, "period": 3600},
            },
        ),
        (
            "APPLICATION",
            {"application": "sms-autoresponder", "parameters": {"message": "Hello"}},
        ),
    ],
)
async def test_each_mode_keeps_its_config(
    box: Box, mode: str, config: dict[str, Any]
) -> None:
    """A config comes back as it was given, for every mode."""
    box.sandbox.add_account(1)
    body = {"mode": mode, "config": config}
    made = await box.phonecom("POST", CALLBACKS, json=body)
    assert (made.status, made.json["config"]) == (201, config)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "config"),
        ({"config": None}, "config"),
        ({"config": {}}, "config.url"),
        ({"mode": "EMAIL", "config": {"url": URL}}, "config.email"),
        ({"mode": "APPLICATION", "config": {"application": "x"}}, "config.application"),
        (
            {"mode": "APPLICATION", "config": {"application": "google-analytics"}},
            "config.parameters",
        ),
        ({"mode": "https", "config": {"url": URL}}, "mode"),
        ({"name": "", "config": {"url": URL}}, "name"),
        ({"name": "x" * 129, "config": {"url": URL}}, "name"),
        ({"enabled": 1, "config": {"url": URL}}, "enabled"),
        ({"profile_id": -1, "config": {"url": URL}}, "profile_id"),
        ({"config": {"url": URL, "method": "HEAD"}}, "config.method"),
        ({"config": {"url": URL, "timeout": "5"}}, "config.timeout"),
        ({"config": {"url": URL, "headers": {"X-A": "1"}}}, "config.headers"),
        (
            {"config": {"url": URL, "headers": [{"name": "X-A"}]}},
            "config.headers.0.value",
        ),
        (
            {"config": {"url": URL, "rate_limit": {"number": 1001, "period": 10}}},
            "config.rate_limit.number",
        ),
        (
            {"config": {"url": URL, "rate_limit": {"number": 1, "period": 9}}},
            "config.rate_limit.period",
        ),
    ],
)
async def test_create_names_the_field_that_is_wrong(
    box: Box, body: dict[str, Any], place: str
) -> None:
    """A bad field gets 422 under its path, and nothing is created."""
    box.sandbox.add_account(1)
    answer = await box.phonecom("POST", CALLBACKS, json=body)
    assert (answer.status, list(answer.fields)) == (422, [place])
    assert (await box.phonecom("GET", CALLBACKS)).ids == []


async def test_secret_headers_are_masked(box: Box) -> None:
    """Values of secret headers are answered as true, others as they are."""
    box.sandbox.add_account(1)
    headers = [
        {"name": "Authorization", "value": "Bearer abc"},
        {"name": "x-api-key", "value": "abc"},
        {"name": "X-Trace", "value": "on"},
    ]
    body = {"config": {"url": URL, "headers": headers}}
    made = await box.phonecom("POST", CALLBACKS, json=body)
    read = await box.phonecom("GET", f"{CALLBACKS}/{made.json['id']}")
    listed = await box.phonecom("GET", CALLBACKS)
    masked = [
        {"name": "Authorization", "value": True},
        {"name": "x-api-key", "value": True},
        {"name": "X-Trace", "value": "on"},
    ]
    assert made.json["config"]["headers"] == masked
    assert read.json == made.json == listed.json["items"][0]


async def test_a_masked_value_cannot_be_written_back(box: Box) -> None:
    """Sending the mask back is a 422: a header value is a string."""
    row = box.sandbox.add_callback(
        1,
        config={"url": URL, "headers": [{"name": "Authorization", "value": "secret"}]},
    )
    answer = await box.phonecom(
        "PATCH", f"{CALLBACKS}/{row['id']}", json={"config": row["config"]}
    )
    assert list(answer.fields) == ["config.headers.0.value"]


@pytest.mark.parametrize(
    ("option", "config"),
    [
        ("replace", {"url": "https://b.example.com"}),
        ("merge", {"url": "https://b.example.com", "timeout": 5}),
    ],
)
async def test_patched_config_replaces_or_merges(
    option: str, config: dict[str, Any]
) -> None:
    """A partial config replaces the old one, or is merged into it by option."""
    async with open_box(config_patch=option) as box:
        row = box.sandbox.add_callback(1, config={"url": URL, "timeout": 5})
        path = f"{CALLBACKS}/{row['id']}"
        body = {"config": {"url": "https://b.example.com"}}
        answer = await box.phonecom("PATCH", path, json=body)
        renamed = await box.phonecom("PATCH", path, json={"name": "B"})
    assert answer.json["config"] == renamed.json["config"] == config


async def test_patch_is_checked_against_the_whole_row(box: Box) -> None:
    """A new mode without the config it needs is refused, and nothing changes."""
    row = box.sandbox.add_callback(1)
    path = f"{CALLBACKS}/{row['id']}"
    answer = await box.phonecom("PATCH", path, json={"mode": "EMAIL"})
    assert list(answer.fields) == ["config.email"]
    assert (await box.phonecom("GET", path)).json == row


async def test_callback_in_use_cannot_be_deleted(box: Box) -> None:
    """A listener's callback and another's fallback stay until they are free."""
    used = box.sandbox.add_callback(1)["id"]
    fallback = box.sandbox.add_callback(1)["id"]
    box.sandbox.add_callback(1, fallback_callback_id=fallback)
    itself = box.sandbox.add_callback(1, id=1800, fallback_callback_id=1800)["id"]
    listener = box.sandbox.add_listener(1, callback_id=used)["id"]
    for key in (used, fallback):
        refused = await box.phonecom("DELETE", f"{CALLBACKS}/{key}")
        assert refused.status == refused.json["@error"]["@httpStatusCode"] == 409
    box.sandbox.remove_listener(listener)
    for key in (used, itself):
        assert (await box.phonecom("DELETE", f"{CALLBACKS}/{key}")).status == 200


async def test_profile_in_use_cannot_be_deleted(box: Box) -> None:
    """A profile stays as long as a callback names it."""
    profile = box.sandbox.add_profile(1)["id"]
    callback = box.sandbox.add_callback(1, profile_id=profile)["id"]
    path = f"{EVENTS}/profiles/{profile}"
    assert (await box.phonecom("DELETE", path)).status == 409
    box.sandbox.remove_callback(callback)
    assert (await box.phonecom("DELETE", path)).status == 200


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"filters[name]": "contains:crm"}, ["New CRM", "crm"]),
        ({"filters[profile_id]": "301"}, ["crm"]),
        ({"filters[fallback_callback_id]": "1701"}, ["New CRM"]),
        ({"filters[name]": "empty"}, [None]),
    ],
)
async def test_callbacks_are_filtered_by_three_fields(
    box: Box, query: dict[str, str], names: list[str | None]
) -> None:
    """Name, profile and fallback can be filtered by."""
    box.sandbox.add_callback(1, name="crm", profile_id=301)
    box.sandbox.add_callback(1, name="New CRM", fallback_callback_id=1701)
    box.sandbox.add_callback(1)
    answer = await box.phonecom("GET", CALLBACKS, params=query)
    assert [item["name"] for item in answer.json["items"]] == names


async def test_references_are_checked_only_if_asked() -> None:
    """With the two options, fallback and profile must be the account's own."""
    async with open_box(check_callback_exists=True, check_profile_exists=True) as box:
        own = box.sandbox.add_callback(1)["id"]
        body = {"config": {"url": URL}, "fallback_callback_id": own, "profile_id": 9}
        wrong = await box.phonecom("POST", CALLBACKS, json=body)
        box.sandbox.add_profile(1, id=9)
        right = await box.phonecom("POST", CALLBACKS, json=body)
    assert list(wrong.fields) == ["profile_id"]
    assert right.status == 201


async def test_health_answers_what_was_put_in(box: Box) -> None:
    """Health is a list of items as a test gave them; it goes with the callback."""
    key = box.sandbox.add_callback(1)["id"]
    for hour in range(3):
        box.sandbox.add_health(key, {"hour": hour, "failed": 0})
    path = f"{CALLBACKS}/{key}/health"
    answer = await box.phonecom("GET", path, params={"limit": 2})
    assert [item["hour"] for item in answer.json["items"]] == [2, 1]
    box.sandbox.remove_callback(key)
    box.sandbox.add_callback(1, id=key)
    assert (await box.phonecom("GET", path)).json["items"] == []
    with pytest.raises(KeyError):
        box.sandbox.add_health(404, {})


@pytest.mark.parametrize(("status", "made"), [(200, 201), (201, 201), (204, 422)])
async def test_probe_decides_about_a_create(status: int, made: int) -> None:
    """With `probe_callbacks`, the URL must answer the test with 200 or 201."""
    bodies: list[Any] = []

    async def receive(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/hook", receive)
    async with TestServer(app) as server, open_box(probe_callbacks=True) as box:
        box.sandbox.add_account(1)
        body = {"mode": "HTTP", "config": {"url": str(server.make_url("/hook"))}}
        answer = await box.phonecom("POST", CALLBACKS, json=body)
    assert (answer.status, bodies) == (made, [{"test": 1}])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/hook", "no url"])
async def test_failed_probe_answers_as_the_option_says(url: str) -> None:
    """A URL that cannot be reached is refused with the status of the option."""
    async with open_box(probe_callbacks=True, probe_refusal=409) as box:
        box.sandbox.add_account(1)
        body = {"mode": "HTTP", "config": {"url": url}}
        answer = await box.phonecom("POST", CALLBACKS, json=body)
    assert (answer.status, list(answer.fields)) == (409, ["config.url"])


async def test_other_modes_are_not_probed() -> None:
    """Only HTTP and HTTPS callbacks have a URL to probe."""
    async with open_box(probe_callbacks=True) as box:
        box.sandbox.add_account(1)
        body = {"mode": "EMAIL", "config": {"email": "a@example.com"}}
        assert (await box.phonecom("POST", CALLBACKS, json=body)).status == 201
