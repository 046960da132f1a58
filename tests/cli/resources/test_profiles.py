"""The profiles commands."""

from __future__ import annotations

import json

import pytest

from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli

HERE = ("--account", ACCOUNT)


@pytest.mark.parametrize(
    ("email", "sent"), [("ops@example.com", "ops@example.com"), ("none", None)]
)
async def test_a_profile_is_created(
    cli: Cli, sandbox: Sandbox, email: str, sent: str | None
) -> None:
    """`none` is null: the account's default address."""
    result = await cli(
        *("profiles", "create", *HERE, "--name", "Ops", "--support-email", email),
        *("--format", "json"),
    )
    assert result.code == 0
    assert json.loads(result.out)["support_email"] == sent
    assert sandbox.requests[0].json == {"name": "Ops", "support_email": sent}


async def test_a_profile_needs_both_fields(cli: Cli, sandbox: Sandbox) -> None:
    """The API wants an email, so leaving it out is a usage error."""
    result = await cli("profiles", "create", *HERE, "--name", "Ops")
    assert result.code == 2
    assert "--support-email" in result.err
    assert sandbox.requests == ()


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (["--name", "New"], {"name": "New"}),
        (["--support-email", "none"], {"support_email": None}),
        (["--support-email", "a@example.com"], {"support_email": "a@example.com"}),
    ],
)
async def test_an_update_sends_only_what_is_given(
    cli: Cli, sandbox: Sandbox, options: list[str], body: dict[str, object]
) -> None:
    """What has no option is left alone."""
    row = sandbox.add_profile(ACCOUNT)
    result = await cli("profiles", "update", row["id"], *HERE, *options)
    assert result.code == 0
    assert sandbox.requests[0].json == body


async def test_profiles_are_listed(cli: Cli, sandbox: Sandbox) -> None:
    """The table has the columns that people look for."""
    sandbox.add_profile(ACCOUNT, id=389, name="Ops", created_at=1591869178)
    result = await cli("profiles", "list", *HERE)
    assert result.out.splitlines() == [
        "id   extension_id  created_at         name  support_email",
        "389  -             2020-06-11 09:52Z  Ops   support@example.com",
    ]


async def test_a_profile_is_shown_and_deleted(cli: Cli, sandbox: Sandbox) -> None:
    """Get and delete work as for listeners."""
    row = sandbox.add_profile(ACCOUNT)
    shown = await cli("profiles", "get", row["id"], *HERE, "--format", "json")
    assert json.loads(shown.out) == row
    assert (await cli("profiles", "delete", row["id"], *HERE)).code == 0
    with pytest.raises(KeyError):
        sandbox.remove_profile(row["id"])


async def test_a_profile_in_use_is_not_deleted(cli: Cli, sandbox: Sandbox) -> None:
    """The refusal is told with what to do about it."""
    row = sandbox.add_profile(ACCOUNT)
    sandbox.add_callback(ACCOUNT, profile_id=row["id"])
    result = await cli("profiles", "delete", row["id"], *HERE)
    assert result.code == 2
    assert "409" in result.err
    assert "Remove what still uses it first." in result.err
