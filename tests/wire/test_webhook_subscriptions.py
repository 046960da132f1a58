"""Linq's webhook subscriptions on the wire, and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses
from yarl import URL

from phonecom_events import (
    CreatedWebhookSubscription,
    DecodeError,
    InvalidArgument,
    LinqClient,
    NotFound,
    ResponseError,
    Unauthorized,
    WebhookEventType,
    WebhookSubscription,
)

from .conftest import LINQ, only_request

ROW: dict[str, Any] = {
    "id": "7d0f6a3c-55aa-4c61-9b0e-2f8f3f3ad001",
    "created_at": "2026-02-03T04:05:06.789Z",
    "is_active": True,
    "subscribed_events": ["message.received", "poll.sent"],
    "target_url": "https://hooks.example.org/linq?version=2026-02-03",
    "updated_at": "2026-02-03T05:05:06+01:00",
    "phone_numbers": ["+15550100"],
    "routing_key_header": "X-Cluster",
    "routing_id_header": None,
}
SUBSCRIPTION = WebhookSubscription(
    id="7d0f6a3c-55aa-4c61-9b0e-2f8f3f3ad001",
    created_at=datetime(2026, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC),
    is_active=True,
    subscribed_events=(WebhookEventType.MESSAGE_RECEIVED, "poll.sent"),
    target_url="https://hooks.example.org/linq?version=2026-02-03",
    updated_at=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
    phone_numbers=("+15550100",),
    routing_key_header="X-Cluster",
)


async def test_list(wire: aioresponses, linq: LinqClient) -> None:
    """The listing is one request without a query; unknown event types survive."""
    newer = {"phone_numbers", "routing_key_header", "routing_id_header"}
    bare = {name: ROW[name] for name in ROW if name not in newer}
    wire.get(LINQ, payload={"subscriptions": [ROW, bare]})

    found = [item async for item in linq.webhook_subscriptions.list()]

    assert found[0] == SUBSCRIPTION
    assert found[0].subscribed_events[0] is WebhookEventType.MESSAGE_RECEIVED
    assert found[1].phone_numbers is found[1].routing_key_header is None
    method, url, body, headers = only_request(wire)
    assert (method, str(url), body) == ("GET", LINQ, None)
    assert headers["Authorization"] == "Bearer canary-key"


async def test_list_has_the_same_faces(wire: aioresponses, linq: LinqClient) -> None:
    """One unpaged answer can be awaited, iterated, collected and cut."""
    payload = {"subscriptions": [ROW, {**ROW, "id": "b"}, {**ROW, "id": "c"}]}
    wire.get(LINQ, payload=payload, repeat=True)
    listing = linq.webhook_subscriptions.list()

    assert len(await listing) == 3
    assert [page.total async for page in listing.pages()] == [None]
    assert len(await listing.collect()) == 3
    assert await listing.first() == SUBSCRIPTION
    assert len(await linq.webhook_subscriptions.list(max_items=2).collect()) == 2
    assert len(wire.requests["GET", URL(LINQ)]) == 5


@pytest.mark.parametrize("event", list(WebhookEventType))
async def test_known_events(
    wire: aioresponses, linq: LinqClient, event: WebhookEventType
) -> None:
    """Each known event type is read as its member."""
    wire.get(LINQ, payload={"subscriptions": [{**ROW, "subscribed_events": [event]}]})

    [found] = await linq.webhook_subscriptions.list().collect()

    assert found.subscribed_events[0] is event


async def test_get_quotes_the_id(wire: aioresponses, linq: LinqClient) -> None:
    """An id of any form stays one segment of the path."""
    wire.get(URL(f"{LINQ}/s%2F1%3Fx", encoded=True), payload={**ROW, "id": "s/1?x"})

    assert (await linq.webhook_subscriptions.get("s/1?x")).id == "s/1?x"
    assert str(only_request(wire)[1]).endswith("/s%2F1%3Fx")


@pytest.mark.parametrize("wrong", ["", " ", ".", "..", "\ud800", None, 5, b"x"])
async def test_ids_are_checked_first(
    wire: aioresponses, linq: LinqClient, wrong: Any
) -> None:
    """What is no id is refused before anything is sent."""
    subscriptions = linq.webhook_subscriptions

    for call in (
        lambda: subscriptions.get(wrong),
        lambda: subscriptions.delete(wrong),
        lambda: subscriptions.update(wrong, is_active=True),
    ):
        with pytest.raises(InvalidArgument, match="subscription id"):
            await call()
    assert not wire.requests


async def test_create(wire: aioresponses, linq: LinqClient) -> None:
    """The answer to a create has the signing secret, and no repr shows it."""
    wire.post(LINQ, payload={**ROW, "signing_secret": "whsec_canary"}, status=201)

    created = await linq.webhook_subscriptions.create(
        target_url="https://hooks.example.org/linq",
        subscribed_events=[WebhookEventType.MESSAGE_RECEIVED, "poll.sent"],
    )

    assert isinstance(created, CreatedWebhookSubscription)
    assert isinstance(created, WebhookSubscription)
    assert created.signing_secret == "whsec_canary"
    assert "canary" not in repr(created)
    assert "canary" not in f"{created}"
    assert only_request(wire)[2] == {
        "target_url": "https://hooks.example.org/linq",
        "subscribed_events": ["message.received", "poll.sent"],
    }


NEW: dict[str, Any] = {
    "target_url": "https://hooks.example.org/linq",
    "subscribed_events": ("call.ended",),
}


async def test_create_with_routing_headers(
    wire: aioresponses, linq: LinqClient
) -> None:
    """Both go out under their own names, in any form that a header's name has."""
    wire.post(LINQ, payload={**ROW, "signing_secret": "whsec_canary"}, status=201)

    await linq.webhook_subscriptions.create(
        **NEW, routing_key_header="x-Cluster_1!", routing_id_header="X-Chat"
    )

    sent = only_request(wire)[2]
    assert sent["routing_key_header"] == "x-Cluster_1!"
    assert sent["routing_id_header"] == "X-Chat"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"routing_id_header": "X-Chat"}, "Linq ignores routing_id_header"),
        ({"routing_key_header": "X Key"}, "routing_key_header: 'X Key' is no name"),
        (
            {"routing_key_header": "X-Key", "routing_id_header": ""},
            "routing_id_header: '' is no name",
        ),
    ],
)
async def test_create_with_headers_that_cannot_be(
    wire: aioresponses, linq: LinqClient, given: dict[str, str], words: str
) -> None:
    """What is no name of a header, or would be ignored, is refused before it is sent."""
    with pytest.raises(InvalidArgument, match=words):
        await linq.webhook_subscriptions.create(**NEW, **given)

    assert not wire.requests


@pytest.mark.parametrize(
    ("given", "answered", "told"),
    [
        ({"routing_id_header": "X-Id"}, {"routing_key_header": None}, True),
        ({"routing_id_header": "X-Id"}, {"routing_key_header": "X-Key"}, False),
        ({"routing_key_header": None}, {"routing_key_header": None}, True),
        ({"is_active": True}, {"routing_key_header": None}, False),
    ],
)
async def test_an_update_tells_of_a_header_that_linq_ignores(
    wire: aioresponses,
    linq: LinqClient,
    caplog: pytest.LogCaptureFixture,
    given: dict[str, Any],
    answered: dict[str, Any],
    *,
    told: bool,
) -> None:
    """The answer shows what there is besides; only who sets headers is warned."""
    row = {**ROW, "id": "abc", "routing_id_header": "X-Id", **answered}
    wire.put(f"{LINQ}/abc", payload=row)

    await linq.webhook_subscriptions.update("abc", **given)

    assert ("Linq ignores routing_id_header" in caplog.text) is told


async def test_create_that_cannot_be_read(wire: aioresponses, linq: LinqClient) -> None:
    """An answer without the secret is an error that says it was created."""
    wire.post(LINQ, payload=ROW, status=201)

    with pytest.raises(DecodeError, match=r"missing @ \$\.signing_secret; .*did take"):
        await linq.webhook_subscriptions.create(
            target_url="https://hooks.example.org/", subscribed_events=("call.ended",)
        )


@pytest.mark.parametrize(
    ("given", "body"),
    [
        ({"is_active": False}, {"is_active": False}),
        ({"phone_numbers": None}, {"phone_numbers": None}),
        ({"phone_numbers": []}, {"phone_numbers": []}),
        ({"routing_key_header": "X-Key"}, {"routing_key_header": "X-Key"}),
        ({"routing_id_header": "X-Id"}, {"routing_id_header": "X-Id"}),
        (
            {"routing_key_header": None, "routing_id_header": None},
            {"routing_key_header": None, "routing_id_header": None},
        ),
        (
            {"subscribed_events": iter(["call.ended"]), "target_url": "https://x.org"},
            {"subscribed_events": ["call.ended"], "target_url": "https://x.org"},
        ),
    ],
)
async def test_update(
    wire: aioresponses, linq: LinqClient, given: Any, body: dict[str, Any]
) -> None:
    """An update is a PUT of what is given and nothing else."""
    wire.put(f"{LINQ}/{SUBSCRIPTION.id}", payload=ROW)

    updated = await linq.webhook_subscriptions.update(SUBSCRIPTION.id, **given)

    assert updated == SUBSCRIPTION

    method, _, sent, _ = only_request(wire)
    assert (method, sent) == ("PUT", body)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "nothing to update"),
        ({"subscribed_events": "call.ended"}, "subscribed_events: expected a list"),
        ({"phone_numbers": "+15550100"}, "phone_numbers: expected a list"),
        ({"phone_numbers": [15550100]}, r"phone_numbers: .* got an integer @ \$\[0\]"),
        ({"subscribed_events": None}, "subscribed_events: expected a list"),
        ({"is_active": "no"}, "is_active: expected a boolean"),
        ({"target_url": b"https://x.org"}, "target_url: expected a string"),
        ({"routing_key_header": 5}, "routing_key_header: expected a string"),
        ({"routing_key_header": ""}, "routing_key_header: '' is no name of a header"),
        ({"routing_id_header": "X Id"}, "routing_id_header: 'X Id' is no name"),
        ({"routing_id_header": "X-Id:"}, "routing_id_header: 'X-Id:' is no name"),
        ({"routing_id_header": "X-Id\n"}, "is no name of a header"),
        ({"routing_id_header": "X-Idé"}, "is no name of a header"),
        (
            {"routing_id_header": "X-Id", "routing_key_header": None},
            "Linq ignores routing_id_header",
        ),
    ],
    ids=str,
)
async def test_values_are_checked_first(
    wire: aioresponses, linq: LinqClient, given: dict[str, Any], words: str
) -> None:
    """A value of the wrong kind is refused by name before anything is sent."""
    with pytest.raises(InvalidArgument, match=words):
        await linq.webhook_subscriptions.update("abc", **given)

    assert not wire.requests


async def test_delete(wire: aioresponses, linq: LinqClient) -> None:
    """A delete is answered with nothing."""
    wire.delete(f"{LINQ}/abc", status=204)

    await linq.webhook_subscriptions.delete("abc")

    assert only_request(wire)[0] == "DELETE"


@pytest.mark.parametrize("words", [{"success": False}, {"success": False, "error": {}}])
async def test_delete_that_did_not_succeed(
    wire: aioresponses, linq: LinqClient, words: dict[str, Any]
) -> None:
    """A 200 that says that it did not succeed is an error."""
    wire.delete(f"{LINQ}/abc", payload=words)

    with pytest.raises(ResponseError, match="did not succeed") as raised:
        await linq.webhook_subscriptions.delete("abc")

    assert raised.value.status == 200


@pytest.mark.parametrize(
    ("status", "code", "kind"), [(401, 2004, Unauthorized), (404, 2010, NotFound)]
)
async def test_errors(
    wire: aioresponses,
    linq: LinqClient,
    status: int,
    code: int,
    kind: type[ResponseError],
) -> None:
    """An error has the vendor's code, words and trace id."""
    error = {"status": status, "code": code, "message": "No such thing"}
    payload = {"success": False, "error": error, "trace_id": "c0ffee"}
    wire.get(f"{LINQ}/abc", payload=payload, status=status)

    with pytest.raises(kind, match="No such thing") as raised:
        await linq.webhook_subscriptions.get("abc")

    assert (raised.value.code, raised.value.trace_id) == (str(code), "c0ffee")
