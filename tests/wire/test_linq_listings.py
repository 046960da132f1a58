"""What Linq offers and assigns on the wire: event types and phone numbers."""

from __future__ import annotations

from typing import Any

import pytest
from aioresponses import aioresponses

from phonecom_events import DecodeError, LinqClient, WebhookEventType
from phonecom_events.linq import LineType, PhoneNumber, Reputation, ReputationStatus

from .conftest import only_request

V3 = "https://api.linqapp.com/api/partner/v3"
EVENTS = f"{V3}/webhook-events"
NUMBERS = f"{V3}/phone_numbers"
OFFERED = {
    "events": ["message.sent", "poll.sent", "moon.rose"],
    "doc_url": "https://docs.linqapp.com/guides/webhooks/events",
}
NUMBER: dict[str, Any] = {
    "id": "b0f8",
    "phone_number": "+12025550101",
    "reputation": {"status": "AT_RISK", "doc_url": "https://docs.linqapp.com/x"},
    "forwarding_number": "+12025550102",
    "line_type": "RCS",
}


async def test_event_types(wire: aioresponses, linq: LinqClient) -> None:
    """One request without a query; types that are not known here are strings."""
    wire.get(EVENTS, payload=OFFERED)

    found = await linq.webhook_events.list().collect()

    assert found == ["message.sent", "poll.sent", "moon.rose"]
    assert found[0] is WebhookEventType.MESSAGE_SENT
    method, url, body, headers = only_request(wire)
    assert (method, str(url), body) == ("GET", EVENTS, None)
    assert headers["Authorization"] == "Bearer canary-key"


async def test_phone_numbers(wire: aioresponses, linq: LinqClient) -> None:
    """What is nullable may be absent, and what is new is kept as a string."""
    bare = {"id": "c", "phone_number": "+12025550103"}
    newer = {**NUMBER, "line_type": "SMS", "reputation": {"status": "NEW"}, "x": 1}
    wire.get(NUMBERS, payload={"phone_numbers": [NUMBER, bare, newer]})

    first, second, third = await linq.phone_numbers.list().collect()

    assert first == PhoneNumber(
        id="b0f8",
        phone_number="+12025550101",
        line_type=LineType.RCS,
        forwarding_number="+12025550102",
        reputation=Reputation(
            status=ReputationStatus.AT_RISK, doc_url="https://docs.linqapp.com/x"
        ),
    )
    assert second == PhoneNumber(id="c", phone_number="+12025550103")
    assert third.line_type == "SMS"
    assert third.reputation == Reputation(status="NEW")
    assert str(only_request(wire)[1]) == NUMBERS


@pytest.mark.parametrize("name", ["webhook_events", "phone_numbers"])
async def test_they_have_the_faces_of_any_listing(
    wire: aioresponses, linq: LinqClient, name: str
) -> None:
    """One unpaged answer can be awaited, iterated, collected and cut, and is whole."""
    wire.get(EVENTS, payload=OFFERED, repeat=True)
    wire.get(NUMBERS, payload={"phone_numbers": [NUMBER] * 3}, repeat=True)
    resource = getattr(linq, name)
    listing = resource.list()

    assert len(await listing) == 3
    assert len([item async for item in listing]) == 3
    assert [len(page) async for page in listing.pages()] == [3]
    assert listing.report.proven
    assert await listing.first() is not None
    assert len(await resource.list(max_items=2).collect()) == 2
    assert repr(listing) == f"<Paginator of {name.replace('_', ' ')}>"


async def test_odd_rows_are_reported(wire: aioresponses, linq: LinqClient) -> None:
    """Those of numbers have their ids, those of types have none."""
    wire.get(NUMBERS, payload={"phone_numbers": [{"id": "x"}, NUMBER]})
    wire.get(EVENTS, payload={"events": ["a.b", 5]})
    numbers = linq.phone_numbers.list(odd_rows="report")
    events = linq.webhook_events.list(odd_rows="report")

    assert [number.id for number in await numbers.collect()] == ["b0f8"]
    assert [row.id for row in numbers.report.odd_rows] == ["x"]
    assert await events.collect() == ["a.b"]
    assert [(row.id, row.raw) for row in events.report.odd_rows] == [(None, 5)]


@pytest.mark.parametrize(
    ("url", "payload", "path"),
    [
        (EVENTS, {"events": ["a.b", 5]}, r"\$\.events\[1\]"),
        (NUMBERS, {"phone_numbers": [{"id": "x"}]}, r"\$\.phone_numbers\[0\]"),
        (NUMBERS, {"numbers": []}, r"\$\.phone_numbers"),
    ],
)
async def test_another_answer_is_an_error(
    wire: aioresponses, linq: LinqClient, url: str, payload: Any, path: str
) -> None:
    """It says where the answer is not as documented."""
    wire.get(url, payload=payload)
    resource = linq.webhook_events if url == EVENTS else linq.phone_numbers

    with pytest.raises(DecodeError, match=path):
        await resource.list()
