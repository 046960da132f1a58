"""The commands for the subscriptions of a listener."""

from __future__ import annotations

import json

from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli
from ..sent import sent


def here(listener_id: int) -> tuple[object, ...]:
    """Return the options that say which listener."""
    return ("--account", ACCOUNT, "--listener", listener_id)


async def test_a_subscription_is_created(cli: Cli, sandbox: Sandbox) -> None:
    """The tags are those of one subscription: an event must have them all."""
    key = sandbox.add_listener(ACCOUNT)["id"]
    result = await cli(
        *("listeners", "subscriptions", "create", *here(key)),
        *("--tag", "call", "--tag", "inbound", "--format", "json"),
    )
    assert result.code == 0
    body = {":tags": ["call", "inbound"]}
    assert sent(sandbox) == ("POST", f"/listeners/{key}/subscriptions", body)
    assert json.loads(result.out)[":tags"] == ["call", "inbound"]


async def test_subscriptions_are_listed_shown_and_deleted(
    cli: Cli, sandbox: Sandbox
) -> None:
    """A table has the tags side by side."""
    key = sandbox.add_listener(ACCOUNT)["id"]
    one = sandbox.add_subscription(key, ["call", "inbound"], id=31)
    sandbox.add_subscription(key, ["message"], id=32)
    group = ("listeners", "subscriptions")
    listed = await cli(*group, "list", *here(key), "--order", "asc")
    assert listed.out.splitlines() == [
        "id  tags",
        "31  call inbound",
        "32  message",
    ]
    shown = await cli(*group, "get", 31, *here(key))
    assert shown.out.splitlines() == ["id    31", "tags  call inbound"]
    deleted = await cli(*group, "delete", one["id"], *here(key))
    assert deleted.err == "phonecom-events: deleted subscription 31\n"
    assert len(sandbox.tables.subscriptions) == 1


async def test_only_an_extensions_subscription_is_updated(
    cli: Cli, sandbox: Sandbox
) -> None:
    """The API has no such call for an account's listeners, and none is sent."""
    key = sandbox.add_listener(ACCOUNT, extension_id=500)["id"]
    row = sandbox.add_subscription(key, ["call"])
    command = ("listeners", "subscriptions", "update", row["id"], *here(key))
    refused = await cli(*command, "--tag", "message")
    assert refused.code == 2
    assert "give --extension" in refused.err
    assert sandbox.requests == ()
    assert (await cli(*command, "--tag", "message", "--extension", 500)).code == 0
    path = f"/extensions/500/listeners/{key}/subscriptions/{row['id']}"
    assert sent(sandbox) == ("PATCH", path, {":tags": ["message"]})
