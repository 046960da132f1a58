"""The commands that find accounts and extensions."""

from __future__ import annotations

import json

import pytest

from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli
from ..sent import asked


async def test_accounts_are_listed(cli: Cli, sandbox: Sandbox) -> None:
    """Subaccounts are there if asked for; the id is what --account takes."""
    sandbox.add_account(1000009, name="Branch", parent=ACCOUNT)
    top = await cli("accounts", "list")
    assert [line.split()[0] for line in top.out.splitlines()] == ["id", str(ACCOUNT)]
    every = await cli("accounts", "list", "--include-subaccounts", "--order", "asc")
    assert every.out.splitlines()[2].split() == [
        *("1000009", "Branch", "user1000009", "UTC"),
    ]


@pytest.mark.parametrize("field", ["name", "username", "email", "phone"])
async def test_accounts_are_filtered(cli: Cli, sandbox: Sandbox, field: str) -> None:
    """Every field that the API can filter accounts by can be given."""
    result = await cli("accounts", "list", "--filter", f"{field}=starts-with:a")
    assert result.code == 0
    assert asked(sandbox) == {f"filters[{field}]": "starts-with:a"}


async def test_an_account_is_shown(cli: Cli, sandbox: Sandbox) -> None:
    """A subaccount says which account it belongs to."""
    sandbox.add_account(1000009, name="Branch", parent=ACCOUNT)
    result = await cli("accounts", "get", 1000009)
    assert result.out.splitlines() == [
        "id              1000009",
        "name            Branch",
        "username        user1000009",
        "timezone        UTC",
        f'master_account  {{"id": {ACCOUNT}, "name": "Account {ACCOUNT}"}}',
    ]


async def test_extensions_are_listed(cli: Cli, sandbox: Sandbox) -> None:
    """The id and the number that is dialled are not the same."""
    sandbox.add_extension(ACCOUNT, 500, extension=201, name="Desk")
    sandbox.add_extension(ACCOUNT, 501, extension=202, name="Lab")
    command = ("extensions", "list", "--account", ACCOUNT)
    result = await cli(*command, "--filter", "extension=201")
    assert result.out.splitlines() == ["id   extension  name", "500  201        Desk"]
    assert asked(sandbox) == {"filters[extension]": "201"}
    shown = await cli(*command, "--order", "desc", "--format", "json")
    assert [each["id"] for each in json.loads(shown.out)] == [501, 500]


async def test_extensions_have_no_extension(cli: Cli, sandbox: Sandbox) -> None:
    """They belong to an account, so there is no such option."""
    result = await cli("extensions", "list", "--account", ACCOUNT, "--extension", 5)
    assert result.code == 2
    assert "No such option" in result.err
