"""Accounts, subaccounts and extensions."""

from __future__ import annotations

import pytest

from .box import Box


@pytest.fixture
def family(box: Box) -> Box:
    """Make account 1 with child 2 and grandchild 3, and account 4 beside them."""
    box.sandbox.add_account(1, name="North", email="n@example.com")
    box.sandbox.add_account(2, name="South", parent=1, phone="+12025550100")
    box.sandbox.add_account(3, name="East", parent=2)
    box.sandbox.add_account(4, name="West")
    return box


async def test_accounts_are_those_on_top(family: Box) -> None:
    """The list has accounts that are nobody's subaccount; a parameter adds the rest."""
    top = await family.phonecom("GET", "/accounts")
    everyone = await family.phonecom(
        "GET", "/accounts", params={"include_subaccounts": 1, "sort[id]": "asc"}
    )
    assert top.ids == [4, 1]
    assert everyone.ids == list(family.sandbox.accounts) == [1, 2, 3, 4]


async def test_an_account_names_its_master(family: Box) -> None:
    """An account's id is its voip id; a subaccount names the one above it."""
    north = (await family.phonecom("GET", "/accounts/1")).json
    south = (await family.phonecom("GET", "/accounts/2")).json
    assert (north["id"], north["name"], north["master_account"]) == (1, "North", None)
    assert south["master_account"] == {"id": 1, "name": "North"}
    assert south["contact"]["phone"] == "+12025550100"
    assert "phone" not in south
    listed = await family.phonecom("GET", "/accounts")
    assert listed.json["items"][1] == north


async def test_subaccounts_are_one_level_down(family: Box) -> None:
    """The subaccounts of an account are those right below it."""
    assert (await family.phonecom("GET", "/accounts/1/subaccounts")).ids == [2]
    assert (await family.phonecom("GET", "/accounts/4/subaccounts")).ids == []


@pytest.mark.parametrize(
    ("name", "value", "ids"),
    [
        ("name", "contains:t", [4, 3, 2, 1]),
        ("name", "starts-with:n", [1]),
        ("username", "user3", [3]),
        ("email", "n@example.com", [1]),
        ("phone", "+12025550100", [2]),
    ],
)
async def test_accounts_are_filtered(
    family: Box, name: str, value: str, ids: list[int]
) -> None:
    """Name, user name, email and phone can be filtered by."""
    params = {f"filters[{name}]": value, "include_subaccounts": "1"}
    assert (await family.phonecom("GET", "/accounts", params=params)).ids == ids


async def test_extension_ids_are_the_accounts_own(family: Box) -> None:
    """Two accounts may have an extension of one id; the dialled number is another."""
    family.sandbox.add_extension(1, 7, name="Sales", extension=200)
    family.sandbox.add_extension(4, 7, name="Support")
    north = await family.phonecom("GET", "/accounts/1/extensions")
    west = await family.phonecom("GET", "/accounts/4/extensions")
    assert north.json["items"] == [
        {
            "id": 7,
            "voip_id": 1,
            "extension": 200,
            "name": "Sales",
            "full_name": "Sales",
        }
    ]
    assert (west.ids, west.json["items"][0]["extension"]) == ([7], 100)


@pytest.mark.parametrize(
    ("name", "value", "ids"),
    [
        ("extension", "200", [7]),
        ("name", "support", [8]),
        ("name-or-extension", "200", [7]),
        ("name-or-extension", "starts-with:supp", [8]),
        ("name-or-extension", "ne:200", [8]),
        ("role", "empty", [8, 7]),
    ],
)
async def test_extensions_are_filtered(
    family: Box, name: str, value: str, ids: list[int]
) -> None:
    """Extensions are filtered by name, number, or either of the two."""
    family.sandbox.add_extension(1, 7, name="Sales", extension=200)
    family.sandbox.add_extension(1, 8, name="Support", extension=201)
    params = {f"filters[{name}]": value}
    answer = await family.phonecom("GET", "/accounts/1/extensions", params=params)
    assert answer.ids == ids


async def test_brief_accounts_are_ids(family: Box) -> None:
    """`mode=brief` leaves the id of accounts and extensions too."""
    brief = {"mode": "brief"}
    family.sandbox.add_extension(1, 7)
    single = await family.phonecom("GET", "/accounts/1", params=brief)
    listed = await family.phonecom("GET", "/accounts/1/extensions", params=brief)
    assert single.json == {"id": 1}
    assert listed.json["items"] == [{"id": 7}]
