"""Linq's events: what is read, what is kept raw, and what is refused."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from phonecom_events.converter import converter
from phonecom_events.errors import WebhookError
from phonecom_events.linq.deliveries import (
    EditedMessage,
    FailedMessage,
    Message,
    Reaction,
    WebhookEvent,
    parse_event,
)
from phonecom_events.linq.event_types import (
    NEWER_EVENT_TYPES,
    REMOVED_EVENT_TYPES,
    WebhookEventType,
)

from .samples import LINQ_DATA, OLD_MESSAGE, dumps, linq_event


def read(event_type: str, *, lenient: bool = False, **changes: Any) -> WebhookEvent:
    return parse_event(dumps(linq_event(event_type, **changes)), lenient=lenient)


def test_reads_the_envelope() -> None:
    """Every member of the envelope has its type; data stays as it came."""
    event = read("message.received")

    assert event.event_id == "an-event"
    assert event.event_type is WebhookEventType.MESSAGE_RECEIVED
    assert event.created_at == datetime(2026, 2, 5, 19, 31, 13, 736000, UTC)
    assert event.data == LINQ_DATA["message.received"]
    assert event.webhook_version == "2026-02-03"
    assert event.api_version == "v3"
    assert event.names == {"message.received"}


@pytest.mark.parametrize("absent", ["trace_id", "partner_id", "api_version"])
def test_does_without_what_is_often_left_out(absent: str) -> None:
    """What deliveries were seen without is None."""
    value = linq_event()
    del value[absent]

    assert getattr(parse_event(dumps(value)), absent) is None


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("message.sent", Message),
        ("message.received", Message),
        ("message.delivered", Message),
        ("message.read", Message),
        ("message.failed", FailedMessage),
        ("message.edited", EditedMessage),
        ("reaction.added", Reaction),
        ("reaction.removed", Reaction),
    ],
)
def test_reads_messages_and_reactions(event_type: str, kind: type) -> None:
    """Each event type has the one class that it is documented to have."""
    assert type(read(event_type).payload) is kind


def test_reads_what_is_in_a_message() -> None:
    """Parts, chat and handles are read, times in UTC."""
    message = read("message.received").payload

    assert isinstance(message, Message)
    assert [part.type for part in message.parts] == ["text", "media"]
    assert message.parts[0].value == "See you at nine"
    assert message.sender_handle.handle == "+12025550101"
    assert message.chat.owner_handle is not None
    assert message.chat.owner_handle.is_me
    assert message.chat.health_status is not None
    assert message.chat.health_status.status == "HEALTHY"
    assert message.sent_at == datetime(2026, 2, 5, 19, 31, 13, 736000, UTC)
    assert message.delivered_at is None


def test_reads_who_reacted() -> None:
    """The old and the new way to say who it was are both there."""
    reaction = read("reaction.added").payload

    assert isinstance(reaction, Reaction)
    assert reaction.from_ == "+12025550101"
    assert reaction.from_handle is not None


@pytest.mark.parametrize("version", ["2025-01-01", "2027-01-01", None])
def test_keeps_other_versions_raw(version: str | None) -> None:
    """The form of another version is never taken for that of 2026-02-03."""
    event = read("message.received", webhook_version=version, data=OLD_MESSAGE)

    assert event.payload is None
    assert event.data == OLD_MESSAGE


@pytest.mark.parametrize(
    "event_type", ["call.ended", "poll.vote.added", "something.entirely.new", ""]
)
def test_keeps_other_event_types_raw(event_type: str) -> None:
    """A type without a documented form has no payload, and all of its data."""
    event = read(event_type, data={"a": [1]})

    assert event.payload is None
    assert event.data == {"a": [1]}
    assert event.event_type == event_type


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"event_type": 5}, "expected a string, got an integer @ $.event_type"),
        ({"event_id": None}, "@ $.event_id"),
        ({"created_at": 1770000000}, "@ $.created_at"),
        ({"created_at": "2026-02-05T19:31:13"}, "without @ $.created_at"),
        ({"data": "text"}, "expected an object, got a string @ $.data"),
        ({"data": {"id": "a"}}, "missing @ $.data.chat"),
    ],
)
def test_says_what_is_not_as_documented(changes: dict[str, Any], problem: str) -> None:
    """A wrong type is refused, with its place by the names on the wire."""
    with pytest.raises(WebhookError) as caught:
        parse_event(dumps(linq_event(**changes)))

    assert problem in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_is_lenient_where_asked_to_be() -> None:
    """Data that does not fit is let pass, and refused when it is read."""
    event = read("message.received", data={"id": 5}, lenient=True)

    assert event.data == {"id": 5}
    with pytest.raises(WebhookError, match=r"expected a string.* @ \$\.data\.id"):
        _ = event.payload


@pytest.mark.parametrize("event_type", list(LINQ_DATA))
def test_converts_both_ways(event_type: str) -> None:
    """The converter writes events and payloads as they came; pickles keep them."""
    event = read(event_type)
    payload = event.payload
    assert payload is not None

    assert converter.structure(converter.unstructure(event), WebhookEvent) == event
    assert converter.loads(converter.dumps(payload), type(payload)) == payload
    assert pickle.loads(pickle.dumps(event)).payload == payload
    assert len({event, read(event_type)}) == 1


def test_tells_the_event_types_apart() -> None:
    """Documented, newer and removed types are three sets without overlap."""
    assert len(WebhookEventType) == 25
    assert not NEWER_EVENT_TYPES & set(WebhookEventType)
    assert not REMOVED_EVENT_TYPES & (NEWER_EVENT_TYPES | set(WebhookEventType))
