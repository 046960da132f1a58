"""Linq's webhook subscriptions over the socket."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from .box import NOW, Box, open_box

PATH = "/v3/webhook-subscriptions"
BODY: dict[str, Any] = {
    "target_url": "https://hooks.example.com/linq?version=2026-02-03",
    "subscribed_events": ["message.received", "call.ended"],
}


async def test_create_shows_the_secret_once(box: Box) -> None:
    """A create answers 201 with the signing secret; nothing shows it again."""
    made = await box.linq("POST", PATH, json=BODY)
    assert made.status == 201
    row = {k: v for k, v in made.json.items() if k != "signing_secret"}
    secret = made.json["signing_secret"]
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert row == {
        **BODY,
        "id": row["id"],
        "phone_numbers": None,
        "is_active": True,
        "routing_key_header": None,
        "routing_id_header": None,
        "created_at": "2023-11-14T22:13:20Z",
        "updated_at": "2023-11-14T22:13:20Z",
    }
    assert (await box.linq("GET", f"{PATH}/{row['id']}")).json == row
    assert (await box.linq("GET", PATH)).json == {"subscriptions": [row]}


async def test_list_holds_inactive_ones_too(box: Box) -> None:
    """The list is whole and unpaged, in the order of creation."""
    made = [
        box.sandbox.add_linq_subscription(f"https://example.com/{n}", is_active=n != 1)
        for n in range(3)
    ]
    answer = await box.linq("GET", PATH)
    assert answer.json == {"subscriptions": made}


async def test_update_changes_only_what_is_given() -> None:
    """A PUT leaves what it does not name, and moves `updated_at`."""
    times = iter(range(NOW, NOW + 60))
    async with open_box(clock=lambda: float(next(times))) as box:
        row = box.sandbox.add_linq_subscription(
            phone_numbers=["+12025550100"], created_at=NOW - 60
        )
        answer = await box.linq("PUT", f"{PATH}/{row['id']}", json={"is_active": False})
        assert answer.status == 200
        assert answer.json["updated_at"] > row["updated_at"]
        changed = {"is_active": False, "updated_at": answer.json["updated_at"]}
        assert answer.json == {**row, **changed}


@pytest.mark.parametrize("none", [None, []])
async def test_update_removes_the_number_filter(box: Box, none: Any) -> None:
    """Null and an empty list both mean: all numbers."""
    row = box.sandbox.add_linq_subscription(phone_numbers=["+12025550100"])
    answer = await box.linq("PUT", f"{PATH}/{row['id']}", json={"phone_numbers": none})
    assert answer.json["phone_numbers"] is None


async def test_update_resets_a_routing_header(box: Box) -> None:
    """An empty text resets a routing header as null does."""
    row = box.sandbox.add_linq_subscription()
    path = f"{PATH}/{row['id']}"
    named = await box.linq("PUT", path, json={"routing_id_header": "X-Chat"})
    reset = await box.linq("PUT", path, json={"routing_id_header": ""})
    assert named.json["routing_id_header"] == "X-Chat"
    assert reset.json["routing_id_header"] is None


async def test_delete_answers_204(box: Box) -> None:
    """A delete answers an empty 204, and the subscription is gone."""
    key = box.sandbox.add_linq_subscription()["id"]
    deleted = await box.linq("DELETE", f"{PATH}/{key}")
    again = await box.linq("DELETE", f"{PATH}/{key}")
    assert (deleted.status, deleted.body) == (204, b"")
    assert (again.status, again.json["error"]["code"]) == (404, 2010)


async def test_ids_are_whole_path_segments(box: Box) -> None:
    """An id with a slash is found under its percent-encoded form alone."""
    box.sandbox.add_linq_subscription(id="s/1")
    async with box.linq.session.get(
        f"{box.linq.base_url}{PATH}/s%2F1",
        headers={"Authorization": f"Bearer {box.linq.credential}"},
    ) as response:
        assert response.status == 200
    assert (await box.linq("GET", f"{PATH}/s/1")).status == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"target_url": "https://example.com"}, 1001),
        ({"subscribed_events": ["call.ended"]}, 1001),
        ({**BODY, "target_url": "http://example.com"}, 1005),
        ({**BODY, "target_url": "https://"}, 1005),
        ({**BODY, "target_url": "https://[example"}, 1005),
        ({**BODY, "target_url": 5}, 1005),
        ({**BODY, "subscribed_events": []}, 1005),
        ({**BODY, "subscribed_events": "call.ended"}, 1005),
        ({**BODY, "subscribed_events": ["call.began"]}, 1005),
        ({**BODY, "subscribed_events": [5]}, 1005),
        ({**BODY, "phone_numbers": ["2025550100"]}, 1002),
        ({**BODY, "phone_numbers": [5]}, 1002),
        ({**BODY, "phone_numbers": "+12025550100"}, 1005),
        ({**BODY, "routing_key_header": 5}, 1005),
        ({**BODY, "routing_key_header": "X Key"}, 1005),
        ({**BODY, "routing_id_header": "X-Id:"}, 1005),
        ({**BODY, "is_active": True}, 1005),
        ({**BODY, "url": "https://example.com"}, 1005),
    ],
)
async def test_create_refuses_a_bad_field(
    box: Box, body: dict[str, Any], code: int
) -> None:
    """A bad field gets 400 with the documented code, and nothing is created."""
    answer = await box.linq("POST", PATH, json=body)
    assert (answer.status, answer.json["error"]["code"]) == (400, code)
    assert (await box.linq("GET", PATH)).json == {"subscriptions": []}


@pytest.mark.parametrize(
    "body", [{"is_active": None}, {"target_url": None}, {"id": "x"}]
)
async def test_update_refuses_a_bad_field(box: Box, body: dict[str, Any]) -> None:
    """A bad field in a PUT gets 400, and nothing is changed."""
    row = box.sandbox.add_linq_subscription()
    answer = await box.linq("PUT", f"{PATH}/{row['id']}", json=body)
    assert answer.status == 400
    assert (await box.linq("GET", f"{PATH}/{row['id']}")).json == row


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", pytest.param(b"[" * 9999, id="deep")]
)
async def test_create_refuses_what_is_no_json_object(box: Box, data: bytes) -> None:
    """A body that is no JSON object gets 400 with the code for that."""
    answer = await box.linq("POST", PATH, data=data)
    assert (answer.status, answer.json["error"]["code"]) == (400, 1003)


async def test_target_url_is_taken_once(box: Box) -> None:
    """One URL serves one subscription; a subscription may keep its own."""
    first = box.sandbox.add_linq_subscription("https://example.com/a")
    second = box.sandbox.add_linq_subscription("https://example.com/b")
    taken = {"target_url": first["target_url"]}
    made = await box.linq("POST", PATH, json={**BODY, **taken})
    moved = await box.linq("PUT", f"{PATH}/{second['id']}", json=taken)
    kept = await box.linq("PUT", f"{PATH}/{first['id']}", json=taken)
    assert [made.status, moved.status, kept.status] == [400, 400, 200]


async def test_numbers_and_headers_are_kept(box: Box) -> None:
    """A create keeps its numbers and routing headers; an empty list means all."""
    more = {"phone_numbers": ["+12025550100"], "routing_key_header": "X-Key"}
    made = await box.linq("POST", PATH, json={**BODY, **more})
    assert made.json["phone_numbers"] == ["+12025550100"]
    assert made.json["routing_key_header"] == "X-Key"
    elsewhere = {"target_url": "https://example.com/b", "phone_numbers": []}
    second = await box.linq("POST", PATH, json={**BODY, **elsewhere})
    assert second.json["phone_numbers"] is None


async def test_the_list_sees_later_changes(box: Box) -> None:
    """A list asked for again shows what was changed and removed since."""
    keys = [
        box.sandbox.add_linq_subscription(f"https://example.com/{n}")["id"]
        for n in range(2)
    ]
    listed = [(await box.linq("GET", PATH)).body for _ in range(2)]
    assert listed[0] == listed[1]
    await box.linq("PUT", f"{PATH}/{keys[0]}", json={"is_active": False})
    box.sandbox.remove_linq_subscription(keys[1])
    (left,) = (await box.linq("GET", PATH)).json["subscriptions"]
    assert (left["id"], left["is_active"]) == (keys[0], False)


@pytest.mark.parametrize(("status", "code"), [(409, 2015), (None, None)])
async def test_duplicates_answer_as_the_option_says(
    status: int | None, code: int | None
) -> None:
    """A duplicate gets the status of the option, or is taken if that is None."""
    async with open_box(linq_duplicate_status=status) as box:
        box.sandbox.add_linq_subscription(BODY["target_url"])
        answer = await box.linq("POST", PATH, json=BODY)
    assert answer.status == (status or 201)
    assert answer.json.get("error", {}).get("code") == code


async def test_options_let_more_through() -> None:
    """Options take http targets, unknown events and no events, and set statuses."""
    async with open_box(
        linq_http_targets=True,
        linq_unknown_events=True,
        linq_no_events=True,
        linq_create_status=200,
        linq_delete_status=200,
    ) as box:
        made = [
            await box.linq(
                "POST", PATH, json={"target_url": url, "subscribed_events": events}
            )
            for url, events in (
                ("http://example.com/a", []),
                ("https://example.com/b", ["call.began"]),
            )
        ]
        deleted = await box.linq("DELETE", f"{PATH}/{made[0].json['id']}")
    assert [answer.status for answer in (*made, deleted)] == [200, 200, 200]


async def test_webhook_events_are_listed(box: Box) -> None:
    """The event types come as one list, with a documentation URL."""
    answer = await box.linq("GET", "/v3/webhook-events")
    assert answer.json.keys() == {"events", "doc_url"}
    assert len(answer.json["events"]) == 75
    assert {"message.received", "call.no_answer"} <= set(answer.json["events"])


async def test_webhook_events_can_lag(box: Box) -> None:
    """What is listed can be changed, without what is taken being so."""
    box.sandbox.linq_event_types.remove("call.ended")
    listed = await box.linq("GET", "/v3/webhook-events")
    made = await box.linq("POST", PATH, json=BODY)
    assert len(listed.json["events"]) == 74
    assert made.status == 201


async def test_phone_numbers_are_listed(box: Box) -> None:
    """They come as one list, in the order they were added."""
    rows = [
        box.sandbox.add_linq_phone_number(),
        box.sandbox.add_linq_phone_number(
            "+12025550102",
            line_type="RCS",
            forwarding_number="+12025550199",
            reputation="CRITICAL",
            id="n2",
        ),
    ]
    assert (await box.linq("GET", "/v3/phone_numbers")).json == {"phone_numbers": rows}
    assert rows[1].keys() == {
        *("id", "phone_number", "line_type", "forwarding_number", "reputation")
    }
    assert rows[1]["reputation"]["status"] == "CRITICAL"
    box.sandbox.remove_linq_phone_number("n2")
    left = await box.linq("GET", "/v3/phone_numbers")
    assert left.json == {"phone_numbers": rows[:1]}
    with pytest.raises(ValueError, match="is taken"):
        box.sandbox.add_linq_phone_number()


async def test_every_answer_has_its_own_trace_id(box: Box) -> None:
    """Good and bad answers carry a trace id of 32 hex digits; errors repeat it."""
    good = await box.linq("GET", PATH)
    bad = await box.linq("GET", f"{PATH}/none")
    ids = [good.headers["X-Trace-ID"], bad.headers["X-Trace-ID"]]
    assert all(re.fullmatch("[0-9a-f]{32}", trace_id) for trace_id in ids)
    assert ids[0] != ids[1] == bad.json["trace_id"]
    assert bad.json["success"] is False
    assert bad.json["error"]["status"] == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", PATH, 405),
        ("PATCH", f"{PATH}/s1", 405),
        ("GET", "/v3/chats", 404),
        ("GET", "/v2/webhook-subscriptions", 404),
        ("GET", f"{PATH}?limit=5", 400),
        ("POST", "/v3/phone_numbers", 405),
        ("POST", "/v3/webhook-events", 405),
        ("GET", "/v3/phone_numbers/x", 404),
        ("GET", "/v3/phonenumbers", 404),
    ],
)
async def test_what_is_not_there_is_refused(
    box: Box, method: str, path: str, status: int
) -> None:
    """Unknown paths, methods and parameters are refused."""
    box.sandbox.add_linq_subscription(id="s1")
    assert (await box.linq(method, path)).status == status
