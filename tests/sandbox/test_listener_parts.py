"""Subscriptions and filters: what hangs on a listener."""

from __future__ import annotations

from typing import Any

import pytest

from .box import EVENTS, EXTENSION_EVENTS, Box, open_box

LISTENER = f"{EVENTS}/listeners/1001"
SUBSCRIPTIONS = f"{LISTENER}/subscriptions"
FILTERS = f"{LISTENER}/filters"


@pytest.fixture
def filled(box: Box) -> Box:
    """Give account 1 the listeners 1001 and 1002."""
    box.sandbox.add_listener(1, id=1001)
    box.sandbox.add_listener(1, id=1002)
    return box


async def test_a_subscription_shows_no_listener(filled: Box) -> None:
    """A subscription is an id and its tags, under a key that begins with a colon."""
    body = {":tags": ["call", "inbound"]}
    made = await filled.phonecom("POST", SUBSCRIPTIONS, json=body)
    assert (made.status, made.json) == (201, {"id": 5001, **body})
    assert (await filled.phonecom("GET", f"{SUBSCRIPTIONS}/5001")).json == made.json
    listed = await filled.phonecom("GET", SUBSCRIPTIONS)
    assert listed.json["items"] == [made.json]


async def test_a_listener_shows_only_its_own(filled: Box) -> None:
    """What hangs on one listener is not found under another."""
    key = filled.sandbox.add_subscription(1002)["id"]
    assert (await filled.phonecom("GET", SUBSCRIPTIONS)).ids == []
    assert (await filled.phonecom("GET", f"{SUBSCRIPTIONS}/{key}")).status == 404


async def test_a_missing_listener_is_a_404(filled: Box) -> None:
    """Listing or creating under a listener that is not there answers 404."""
    path = SUBSCRIPTIONS.replace("1001", "1003")
    assert (await filled.phonecom("GET", path)).status == 404
    body = {":tags": ["call"]}
    assert (await filled.phonecom("POST", path, json=body)).status == 404


async def test_subscription_tags_can_be_changed_on_extensions(box: Box) -> None:
    """PATCH exists on the extension path and writes new tags."""
    listener = box.sandbox.add_listener(1, extension_id=7)["id"]
    key = box.sandbox.add_subscription(listener, ["call"])["id"]
    path = f"{EXTENSION_EVENTS}/listeners/{listener}/subscriptions/{key}"
    answer = await box.phonecom("PATCH", path, json={":tags": ["message"]})
    assert (answer.status, answer.json) == (200, {"id": key, ":tags": ["message"]})


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, ":tags"),
        ({"tags": ["call"]}, ":tags"),
        ({":tags": "call"}, ":tags"),
        ({":tags": ["call", 5]}, ":tags.1"),
        ({":tags": ["call", "fax"]}, ":tags.1"),
    ],
)
async def test_bad_tags_are_named(
    filled: Box, body: dict[str, Any], place: str
) -> None:
    """Tags that are missing, misspelt or unknown get 422 under their place."""
    answer = await filled.phonecom("POST", SUBSCRIPTIONS, json=body)
    assert (answer.status, next(iter(answer.fields))) == (422, place)


async def test_unknown_tags_can_be_taken() -> None:
    """Without `known_tags_only`, tags that only the prose names are taken."""
    async with open_box(known_tags_only=False) as box:
        box.sandbox.add_listener(1, id=1001)
        answer = await box.phonecom("POST", SUBSCRIPTIONS, json={":tags": ["fax"]})
    assert answer.status == 201


async def test_a_filter_shows_its_listener(filled: Box) -> None:
    """A filter carries its listener's id; `not_logic` only if it was given."""
    body: dict[str, Any] = {"filter_type": "schedule", "filter_value": {"id": 5}}
    made = await filled.phonecom("POST", FILTERS, json=body)
    assert made.json == {"id": 8001, "listener_id": 1001, **body}
    changed = await filled.phonecom(
        "PATCH", f"{FILTERS}/8001", json={"not_logic": True}
    )
    assert changed.json == {**made.json, "not_logic": True}


@pytest.mark.parametrize(
    ("kind", "value", "place"),
    [
        ("number", {"eq": "+12025550100"}, None),
        ("number", {"in": ["+12025550100"]}, None),
        ("number", {"match": "+1202%"}, None),
        ("schedule", {"id": 5}, None),
        ("number", {}, "filter_value"),
        ("number", {"eq": "+1", "match": "%"}, "filter_value"),
        ("number", {"id": 5}, "filter_value"),
        ("number", {"eq": 12025550100}, "filter_value.eq"),
        ("number", {"in": ["+1", 5]}, "filter_value.in.1"),
        ("schedule", {"id": "5"}, "filter_value.id"),
        ("schedule", {"eq": "+1"}, "filter_value"),
        ("time", {"id": 5}, "filter_type"),
        ("number", [], "filter_value"),
    ],
)
async def test_a_filter_value_fits_its_type(
    filled: Box, kind: str, value: Any, place: str | None
) -> None:
    """A number filter has one of eq, in and match; a schedule filter an id."""
    body = {"filter_type": kind, "filter_value": value}
    answer = await filled.phonecom("POST", FILTERS, json=body)
    if place is None:
        assert answer.status == 201
    else:
        assert (answer.status, list(answer.fields)) == (422, [place])


async def test_parts_go_with_their_listener(filled: Box) -> None:
    """Deleting a listener deletes its subscriptions and filters, and no others."""
    filled.sandbox.add_subscription(1001)
    filled.sandbox.add_filter(1001)
    kept = filled.sandbox.add_subscription(1002)["id"]
    assert (await filled.phonecom("DELETE", LISTENER)).status == 200
    tables = filled.sandbox.tables
    assert (len(tables.subscriptions), len(tables.listener_filters)) == (1, 0)
    filled.sandbox.remove_subscription(kept)
    assert len(tables.subscriptions) == 0


def test_parts_need_a_listener(filled: Box) -> None:
    """Hanging something on a listener that is not there is a KeyError."""
    with pytest.raises(KeyError):
        filled.sandbox.add_subscription(404)
    key = filled.sandbox.add_filter(1001, not_logic=False)["id"]
    filled.sandbox.remove_filter(key)
    with pytest.raises(KeyError):
        filled.sandbox.remove_filter(key)
