"""How like a row is to what was sent."""

from __future__ import annotations

from typing import Any

import pytest

from phonecom_events.reconcile import Decision, Likeness, decide, is_new, likeness

EQUAL, UNSURE, OTHER = Likeness.EQUAL, Likeness.UNSURE, Likeness.OTHER


def header(value: object, name: str = "X-Api-Key") -> dict[str, Any]:
    return {"config": {"headers": [{"name": name, "value": value}]}}


def tagged(*subscriptions: str) -> dict[str, Any]:
    return {":subscriptions": [{":tags": tags.split()} for tags in subscriptions]}


@pytest.mark.parametrize(
    ("sent", "row", "like"),
    [
        ({"name": "a"}, {"id": 1, "name": "a", "extra": 3}, EQUAL),
        ({"name": "a"}, {"name": "A"}, OTHER),
        ({"name": "a"}, {"id": 1}, UNSURE),
        ({"name": None}, {"id": 1}, EQUAL),
        ({"name": None}, {"name": "a"}, OTHER),
        ({"enabled": True}, {"enabled": 1}, OTHER),
        ({"phone_numbers": []}, {"phone_numbers": None}, EQUAL),
        ({"parameters": {}}, {"parameters": []}, EQUAL),
        ({":tags": ["call", "inbound"]}, {":tags": ["inbound", "call"]}, EQUAL),
        ({":tags": ["call"]}, {":tags": ["call", "inbound"]}, OTHER),
        ({"rate-limit": {"number": 1}}, {"rate_limit": {"number": 1}}, EQUAL),
        ({"rate_limit": {"number": 1}}, {"rate-limit": {"number": 2}}, OTHER),
        (header("secret"), header(True), EQUAL),
        (header("secret"), header("other"), OTHER),
        (header("secret"), header(True, "Authorization"), OTHER),
        (tagged("call", "message"), tagged("message", "call"), EQUAL),
        (tagged("call", "call"), tagged("call", "message"), OTHER),
        (tagged("call", "message"), tagged("message"), UNSURE),
        (tagged("call"), tagged("call", "message"), OTHER),
        (tagged("call"), tagged(), UNSURE),
    ],
)
def test_likeness(sent: dict[str, Any], row: dict[str, Any], like: Likeness) -> None:
    """All that was sent is compared, but for what comes back changed by design."""
    assert likeness(sent, row) is like


@pytest.mark.parametrize(
    ("row", "like"),
    [
        ({"callback_id": 7}, EQUAL),
        ({"callback_id": 7, "version": "1.0.0"}, EQUAL),
        ({"callback_id": 7, "expires_at": 99}, UNSURE),
        ({"callback_id": 7, "extension_id": 5}, UNSURE),
        ({"callback_id": 8, "extension_id": 5}, OTHER),
    ],
)
def test_what_was_not_sent(row: dict[str, Any], like: Likeness) -> None:
    """A row with more than was sent, or of another owner, is not taken for ours."""
    found = likeness(
        {"callback_id": 7},
        row,
        defaults={"version": "2.0.0", "expires_at": None},
        expected={"extension_id": None},
    )

    assert found is like


def test_what_a_row_leaves_out() -> None:
    """A field that a row leaves out has its default."""
    defaults = {"version": "2.0.0", "not_logic": False}

    assert likeness({"version": "2.0.0"}, {}, defaults=defaults) is EQUAL
    assert likeness({"version": "1.0.0"}, {}, defaults=defaults) is OTHER
    assert likeness({"not_logic": False}, {}, defaults=defaults) is EQUAL


@pytest.mark.parametrize(
    ("rows", "decision"),
    [
        ([], Decision()),
        ([(1, OTHER), (2, OTHER)], Decision()),
        ([(1, OTHER), (2, EQUAL), (3, UNSURE)], Decision(found=2)),
        ([(1, EQUAL), (2, EQUAL), (3, UNSURE)], Decision(candidates=(1, 2))),
        ([(1, OTHER), (3, UNSURE)], Decision(candidates=(3,))),
    ],
)
def test_decision(rows: list[tuple[int, Likeness]], decision: Decision) -> None:
    """One equal row is it, no possible one means again, all else is for people."""
    assert decide(rows) == decision


def test_what_is_new() -> None:
    """Nothing is new that existed before, by its number or by its name."""
    assert [is_new(5, id_) for id_ in (4, 5, 6)] == [False, False, True]
    known = frozenset({"a", "b"})
    assert [is_new(known, id_) for id_ in ("a", "c")] == [False, True]
