"""The overview commands: listeners with all that hangs on them."""

from __future__ import annotations

import json

import pytest

from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli
from ..sent import sent

HERE = ("--account", ACCOUNT)
URL = "https://hooks.example.com/crm"
LISTEN = ("overview", "create", *HERE, "--subscription", "call,inbound")


async def test_everything_is_created_at_once(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Listener, subscriptions, filters, callback and profile go in one request."""
    monkeypatch.setenv("CRM_KEY", "s3cr3t")
    result = await cli(
        *LISTEN,
        *("--subscription", "message", "--rule", "not:schedule=5"),
        *("--url", URL, "--header", "X-Api-Key=env:CRM_KEY", "--callback-name", "CRM"),
        *("--profile-name", "Ops", "--support-email", "ops@example.com"),
        *("--expires-at", "2027-01-31T07:00Z", "--format", "json"),
    )
    assert (result.code, result.err) == (0, "")
    method, path, body = sent(sandbox)
    assert (method, path) == ("POST", "/overview")
    assert body == {
        "expires_at": 1801378800,
        ":subscriptions": [{":tags": ["call", "inbound"]}, {":tags": ["message"]}],
        ":filters": [
            {"filter_type": "schedule", "filter_value": {"id": 5}, "not_logic": True}
        ],
        ":callback": {
            "mode": "HTTPS",
            "enabled": True,
            "name": "CRM",
            "config": {
                "url": URL,
                "method": "POST",
                "headers": [{"name": "X-Api-Key", "value": "s3cr3t"}],
            },
            ":profile": {"name": "Ops", "support_email": "ops@example.com"},
        },
    }
    created = json.loads(result.out)
    assert created[":callback"][":profile"]["name"] == "Ops"
    assert "s3cr3t" not in result.out


async def test_a_callback_that_exists_can_be_used(cli: Cli, sandbox: Sandbox) -> None:
    """The block says of it where events go."""
    key = sandbox.add_callback(ACCOUNT, config={"url": URL}, enabled=False)["id"]
    result = await cli(*LISTEN, "--callback-id", key)
    assert result.code == 0
    assert sent(sandbox)[2] == {
        "callback_id": key,
        ":subscriptions": [{":tags": ["call", "inbound"]}],
    }
    lines = result.out.splitlines()
    assert "enabled               false" in lines
    assert f"target                {URL}" in lines
    assert "subscriptions         call,inbound" in lines


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ([], "say where events go"),
        (["--callback-name", "CRM"], "say where events go"),
        (["--callback-id", 5, "--url", URL], "does not go with options of a new"),
        (["--callback-id", 5, "--profile-id", 5], "does not go with options of a new"),
        (["--url", URL, "--profile-name", "Ops"], "needs --profile-name and"),
        (["--url", URL, "--support-email", "a@b.example"], "needs --profile-name and"),
        (
            [
                *("--url", URL, "--profile-name", "Ops"),
                *("--support-email", "a@b.example", "--profile-id", 5),
            ],
            "not both",
        ),
    ],
)
async def test_options_that_do_not_fit_together_are_refused(
    cli: Cli, sandbox: Sandbox, options: list[object], problem: str
) -> None:
    """One line says so, and nothing is sent."""
    result = await cli(*LISTEN, *options)
    assert (result.code, result.out) == (2, "")
    assert problem in result.err
    assert sandbox.requests == ()


async def test_listeners_are_listed_with_what_hangs_on_them(
    cli: Cli, sandbox: Sandbox
) -> None:
    """A missing callback is a dash; several subscriptions stand side by side."""
    callback = sandbox.add_callback(ACCOUNT, id=1768, config={"url": URL})
    sandbox.add_listener(ACCOUNT, id=1001, callback_id=callback["id"])
    for tags in (["message"], ["call", "inbound"]):
        sandbox.add_subscription(1001, tags)
    sandbox.add_listener(ACCOUNT, id=1002, callback_id=9)
    result = await cli("overview", "list", *HERE, "--order", "asc")
    assert [line.split() for line in result.out.splitlines()] == [
        ["id", "callback_id", "expires_at", "enabled", "subscriptions", "target"],
        ["1001", "1768", "-", "true", "message", "call,inbound", URL],
        ["1002", "9", "-", "-", "-", "-"],
    ]


async def test_headers_are_masked_however_deep(cli: Cli, sandbox: Sandbox) -> None:
    """Those of a callback and of its fallback, whether the API masks them or not."""
    headers = [
        {"name": "Authorization", "value": "s3cr3t"},
        {"name": "X-Source", "value": "s0urce"},
    ]
    config = {"url": URL, "headers": headers}
    fallback = sandbox.add_callback(ACCOUNT, config=config)["id"]
    callback = sandbox.add_callback(
        ACCOUNT, config=config, fallback_callback_id=fallback
    )
    sandbox.add_listener(ACCOUNT, callback_id=callback["id"])
    result = await cli("overview", "list", *HERE, "--format", "ndjson")
    shown = json.loads(result.out)[":callback"]
    for each in (shown, shown[":fallback"]):
        values = [header["value"] for header in each["config"]["headers"]]
        assert values == [True, True]


async def test_what_is_missing_is_null_in_json(cli: Cli, sandbox: Sandbox) -> None:
    """A callback or a fallback that is not there is shown as the API shows it."""
    callback = sandbox.add_callback(ACCOUNT, fallback_callback_id=77)
    sandbox.add_listener(ACCOUNT, callback_id=callback["id"])
    sandbox.add_listener(ACCOUNT, callback_id=9)
    result = await cli("overview", "list", *HERE, "--order", "asc", "--format", "json")
    present, missing = json.loads(result.out)
    assert present[":callback"][":fallback"] is None
    assert missing[":callback"] is None


async def test_a_new_callback_needs_no_profile(cli: Cli, sandbox: Sandbox) -> None:
    """Without one it is not sent."""
    assert (await cli(*LISTEN, "--email", "a@example.com")).code == 0
    (request,) = sandbox.requests
    assert request.json[":callback"] == {
        "mode": "EMAIL",
        "enabled": True,
        "config": {"email": "a@example.com", "mode": "json"},
    }
