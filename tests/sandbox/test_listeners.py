"""Listeners over the socket: what can be done with them, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from .box import EVENTS, EXTENSION_EVENTS, NOW, Box, open_box

LISTENERS = f"{EVENTS}/listeners"


async def test_create_answers_the_whole_row(box: Box) -> None:
    """A create answers 201 with defaults filled in and the time of creation."""
    box.sandbox.add_account(1)
    answer = await box.phonecom("POST", LISTENERS, json={"callback_id": 5})
    assert answer.status == 201
    assert answer.json == {
        "id": 1001,
        "voip_id": 1,
        "extension_id": None,
        "version": "2.0.0",
        "callback_id": 5,
        "created_at": NOW,
        "expires_at": None,
    }


async def test_created_row_can_be_read(box: Box) -> None:
    """What a create answered is what a get answers."""
    box.sandbox.add_account(1)
    made = await box.phonecom("POST", LISTENERS, json={"callback_id": 5})
    read = await box.phonecom("GET", f"{LISTENERS}/{made.json['id']}")
    assert (read.status, read.json) == (200, made.json)


async def test_create_on_an_extension_belongs_to_it(box: Box) -> None:
    """A listener made on the extension path carries the extension's id."""
    box.sandbox.add_extension(1, 7)
    made = await box.phonecom(
        "POST", f"{EXTENSION_EVENTS}/listeners", json={"callback_id": 5}
    )
    assert (made.json["voip_id"], made.json["extension_id"]) == (1, 7)


async def test_patch_changes_only_what_is_given(box: Box) -> None:
    """A field that a PATCH leaves out stays; one given as null becomes null."""
    row = box.sandbox.add_listener(1, callback_id=5, expires_at=NOW + 60)
    path = f"{LISTENERS}/{row['id']}"
    first = await box.phonecom("PATCH", path, json={"version": "1.1.0"})
    assert first.json == {**row, "version": "1.1.0"}
    second = await box.phonecom("PATCH", path, json={"expires_at": None})
    assert second.json == {**row, "version": "1.1.0", "expires_at": None}


async def test_patch_can_demand_what_create_demands() -> None:
    """With `full_patch`, a PATCH without callback_id is refused."""
    async with open_box(full_patch=True) as box:
        row = box.sandbox.add_listener(1)
        answer = await box.phonecom(
            "PATCH", f"{LISTENERS}/{row['id']}", json={"version": "1.1.0"}
        )
    assert answer.fields == {"callback_id": ["is required"]}


async def test_delete_takes_the_row_out(box: Box) -> None:
    """A delete answers success, and the row is gone."""
    row = box.sandbox.add_listener(1)
    path = f"{LISTENERS}/{row['id']}"
    deleted = await box.phonecom("DELETE", path)
    assert (deleted.status, deleted.json) == (200, {"success": True})
    assert (await box.phonecom("GET", path)).status == 404
    assert (await box.phonecom("DELETE", path)).status == 404


@pytest.mark.parametrize(
    ("option", "status", "body"),
    [("success", 200, b'{"success":true}'), ("empty", 200, b""), ("204", 204, b"")],
)
async def test_delete_answers_as_the_option_says(
    option: str, status: int, body: bytes
) -> None:
    """A delete answers JSON, nothing, or 204."""
    async with open_box(delete_answer=option) as box:
        row = box.sandbox.add_listener(1)
        answer = await box.phonecom("DELETE", f"{LISTENERS}/{row['id']}")
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "callback_id"),
        ({"callback_id": True}, "callback_id"),
        ({"callback_id": "5"}, "callback_id"),
        ({"callback_id": 5.0}, "callback_id"),
        ({"callback_id": 0}, "callback_id"),
        ({"callback_id": None}, "callback_id"),
        ({"callback_id": 5, "version": "3.0.0"}, "version"),
        ({"callback_id": 5, "version": None}, "version"),
        ({"callback_id": 5, "expires_at": 0}, "expires_at"),
        ({"callback_id": 5, "expires_at": "2030-01-01"}, "expires_at"),
        ({"callback_id": 5, "callbackId": 5}, "callbackId"),
    ],
)
async def test_create_names_the_field_that_is_wrong(
    box: Box, body: dict[str, Any], field: str
) -> None:
    """A bad field gets 422 under its own name, and nothing is created."""
    box.sandbox.add_account(1)
    answer = await box.phonecom("POST", LISTENERS, json=body)
    assert answer.status == 422
    assert list(answer.fields) == [field]
    assert (await box.phonecom("GET", LISTENERS)).ids == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"a":\xff}', b"NaN", b"[" * 9999]
)
async def test_create_refuses_what_is_no_json_object(box: Box, body: bytes) -> None:
    """A body that is no JSON object gets 400."""
    box.sandbox.add_account(1)
    answer = await box.phonecom("POST", LISTENERS, data=body)
    assert answer.status == 400
    assert answer.json["@error"]["@httpStatusCode"] == 400


async def test_create_checks_the_callback_only_if_asked() -> None:
    """With `check_callback_exists`, an unknown callback is refused, on PATCH too."""
    async with open_box(check_callback_exists=True) as box:
        row = box.sandbox.add_listener(1, callback_id=404)
        made = await box.phonecom("POST", LISTENERS, json={"callback_id": 404})
        changed = await box.phonecom(
            "PATCH", f"{LISTENERS}/{row['id']}", json={"callback_id": 405}
        )
    assert list(made.fields) == list(changed.fields) == ["callback_id"]


async def test_create_takes_no_query_parameters(box: Box) -> None:
    """A POST with a query parameter gets 422."""
    box.sandbox.add_account(1)
    answer = await box.phonecom(
        "POST", LISTENERS, json={"callback_id": 5}, params={"mode": "full"}
    )
    assert list(answer.fields) == ["mode"]


async def test_a_row_is_found_only_where_it_belongs(box: Box) -> None:
    """A listener is found on its account and its extension, and nowhere else."""
    box.sandbox.add_account(2)
    box.sandbox.add_extension(1, 8)
    key = box.sandbox.add_listener(1, extension_id=7)["id"]
    found = {
        base: (await box.phonecom("GET", f"{base}/listeners/{key}")).status
        for base in (
            EVENTS,
            EXTENSION_EVENTS,
            EVENTS.replace("/1/", "/2/"),
            EXTENSION_EVENTS.replace("/7/", "/8/"),
        )
    }
    assert list(found.values()) == [200, 200, 404, 404]
