"""`--reconcile`, with every command that creates something."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phonecom_events.sandbox import Fault, Sandbox

from ..conftest import ACCOUNT, Cli

HERE = ("--account", str(ACCOUNT))
LISTENER = ("--listener", "31")
LINQ = (
    "linq",
    "subscriptions",
    "create",
    "--target-url",
    "https://hooks.example.com/1",
)
SUBSCRIPTIONS = ("listeners", "subscriptions")
COMMANDS = [
    ("listeners", "create", *HERE, "--callback-id", "7"),
    ("profiles", "create", *HERE, "--name", "Ops", "--support-email", "none"),
    ("callbacks", "create", *HERE, "--url", "https://hooks.example.com/7"),
    (*SUBSCRIPTIONS, "create", *HERE, *LISTENER, "--tag", "call"),
    ("listeners", "filters", "create", *HERE, *LISTENER, "--rule", "number=+1202"),
    ("overview", "create", *HERE, "--callback-id", "7", "--subscription", "call"),
    (*LINQ, "--event", "call.ended", "--show-secret"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("cut", ["before", "after"])
async def test_it_is_created_once(
    cli: Cli, sandbox: Sandbox, command: tuple[str, ...], cut: str
) -> None:
    """Cut before or after its effect, the command creates one, and shows it."""
    sandbox.add_callback(ACCOUNT, id=7)
    sandbox.add_listener(ACCOUNT, callback_id=7, id=31)
    sandbox.fault(Fault(method="POST", cut=cut))  # type: ignore[arg-type]

    result = await cli(*command, "--reconcile", "--format", "json")

    assert result.code == 0, result.err
    assert "id" in json.loads(result.out)
    posts = [each for each in sandbox.requests if each.method == "POST"]
    assert len(posts) == (2 if cut == "before" else 1)


async def test_without_it_the_way_to_look_is_told(cli: Cli, sandbox: Sandbox) -> None:
    """Without the option an ambiguous create ends with 2, and says how to look."""
    sandbox.fault(Fault(method="POST", cut="after"))

    result = await cli(*COMMANDS[1])

    assert result.code == 2
    assert f"phonecom.account({ACCOUNT}).profiles.list" in result.err


async def test_a_secret_that_is_lost(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    """A subscription that is found has no secret to write: that is an error."""
    sandbox.fault(Fault(method="POST", cut="after"))
    path = tmp_path / "secret"

    result = await cli(
        *LINQ, "--event", "call.ended", "--reconcile", "--secret-file", path
    )

    assert result.code == 2
    assert "signing secret is lost" in result.err
    assert not path.exists()
