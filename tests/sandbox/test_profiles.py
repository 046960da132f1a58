"""Profiles over the socket: what can be done with them, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from .box import EVENTS, EXTENSION_EVENTS, NOW, Box, open_box

PROFILES = f"{EVENTS}/profiles"


async def test_create_answers_the_whole_row(box: Box) -> None:
    """A create answers 201 with the row as a get answers it."""
    box.sandbox.add_account(1)
    made = await box.phonecom(
        "POST", PROFILES, json={"name": "Ops", "support_email": "ops@example.com"}
    )
    assert made.status == 201
    assert made.json == {
        "id": 301,
        "voip_id": 1,
        "extension_id": None,
        "name": "Ops",
        "support_email": "ops@example.com",
        "created_at": NOW,
    }
    assert (await box.phonecom("GET", f"{PROFILES}/301")).json == made.json


async def test_patch_stores_null_for_the_email(box: Box) -> None:
    """Null for support_email is stored: the account's own email holds then."""
    row = box.sandbox.add_profile(1, name="Ops")
    answer = await box.phonecom(
        "PATCH", f"{PROFILES}/{row['id']}", json={"support_email": None}
    )
    assert answer.json == {**row, "support_email": None}


async def test_null_email_can_be_refused() -> None:
    """Without `null_support_email`, null is a 422, as the schema has it."""
    async with open_box(null_support_email=False) as box:
        row = box.sandbox.add_profile(1)
        answer = await box.phonecom(
            "PATCH", f"{PROFILES}/{row['id']}", json={"support_email": None}
        )
    assert list(answer.fields) == ["support_email"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["name", "support_email"]),
        ({"name": "Ops"}, ["support_email"]),
        ({"name": None, "support_email": "a@example.com"}, ["name"]),
        ({"name": 5, "support_email": 6}, ["name", "support_email"]),
        ({"name": "Ops", "support_email": "a@example.com", "email": ""}, ["email"]),
    ],
)
async def test_create_names_every_field_that_is_wrong(
    box: Box, body: dict[str, Any], fields: list[str]
) -> None:
    """All bad fields of a body are told in one answer."""
    box.sandbox.add_account(1)
    answer = await box.phonecom("POST", PROFILES, json=body)
    assert (answer.status, list(answer.fields)) == (422, fields)


async def test_field_messages_can_be_one_text() -> None:
    """With `field_messages="text"`, each field has a text and not a list."""
    async with open_box(field_messages="text") as box:
        box.sandbox.add_account(1)
        answer = await box.phonecom("POST", PROFILES, json={"name": "Ops"})
    assert answer.fields == {"support_email": "is required"}


async def test_unknown_fields_can_be_ignored() -> None:
    """Without `refuse_unknown`, unknown fields are dropped."""
    async with open_box(refuse_unknown=False) as box:
        box.sandbox.add_account(1)
        body = {"name": "Ops", "support_email": None, "colour": "red"}
        answer = await box.phonecom("POST", PROFILES, json=body)
    assert answer.status == 201
    assert "colour" not in answer.json


async def test_extension_lists_only_its_own(box: Box) -> None:
    """The extension path lists the extension's rows, the account path all."""
    own = box.sandbox.add_profile(1, extension_id=7)["id"]
    other = box.sandbox.add_profile(1, extension_id=8)["id"]
    shared = box.sandbox.add_profile(1)["id"]
    on_extension = await box.phonecom("GET", f"{EXTENSION_EVENTS}/profiles")
    on_account = await box.phonecom("GET", PROFILES)
    assert on_extension.ids == [own]
    assert on_account.ids == [shared, other, own]
