"""Phone.com's events: what is read, what is kept raw, and what is refused."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from phonecom_events.converter import converter
from phonecom_events.errors import WebhookError
from phonecom_events.phonecom.events import (
    ApiError,
    Call,
    CallLog,
    DataType,
    Event,
    Message,
    Participant,
    ParticipantType,
    Payload,
    Probe,
    Recording,
    parse_event,
)
from phonecom_events.phonecom.subscriptions import Tag

from .samples import NOW, PHONECOM_DATA, dumps, phonecom_event


def read(data_type: str = "call", *, lenient: bool = False, **changes: Any) -> Event:
    event = parse_event(dumps(phonecom_event(data_type, **changes)), lenient=lenient)
    assert isinstance(event, Event)
    return event


def refusal(value: object) -> str:
    with pytest.raises(WebhookError) as caught:
        parse_event(dumps(value))
    assert caught.value.__cause__ is caught.value.__context__ is None
    return str(caught.value)


def test_reads_the_envelope() -> None:
    """Every member of the envelope has its type; uuids are text of any form."""
    event = read(unsubscribe_link="https://unsubscribe.example.org/secret")

    assert event.uuid == "an-event"
    assert event.version == "2.0.0"
    assert event.listener_id == 1001
    assert event.context.voip_id == 7
    assert event.timestamp == datetime.fromtimestamp(NOW, UTC)
    assert event.timestamp_ns == NOW * 10**9 + 123
    assert event.tags == (Tag.CALL, Tag.INBOUND)
    assert event.data_type is DataType.CALL
    assert event.data == PHONECOM_DATA["call"]
    assert event.unsubscribe_link is not None
    assert "unsubscribe" not in repr(event)
    assert event.names == {"call", "inbound"}


def test_reads_a_call() -> None:
    """A call has the leg of the event and the first leg, with who is in them."""
    call = read("call").payload

    assert isinstance(call, Call)
    assert call.event_leg.state == "completed"
    assert call.event_leg.completion_status == "cancelled"
    assert call.event_leg.from_ == Participant(type="did", id="+12025550101")
    assert call.event_leg.to.type is ParticipantType.DEVICE
    assert call.event_leg.to.id == 31
    assert call.event_leg.to.extension == 500
    assert call.first_leg is not None
    assert call.first_leg.is_first
    assert call.first_leg.state is None


def test_reads_a_call_by_its_first_leg() -> None:
    """Where the event is about the first leg, it is not repeated."""
    data = {**PHONECOM_DATA["call"], "first_leg": None}
    call = read("call", data=data).payload

    assert isinstance(call, Call)
    assert call.first_leg is None


def test_reads_a_message() -> None:
    """A message has its text, its attachments and its inbox."""
    message = read("message", tags=["message", "sms-message"]).payload

    assert isinstance(message, Message)
    assert message.from_.id == "+12025550101"
    assert [to.id for to in message.to] == ["+12025550102"]
    assert message.type == "mms"
    assert message.media is not None
    assert message.media[0].filename == "door.jpg"
    assert message.media[0].thumbnail is None
    assert message.inbox is not None
    assert message.inbox.did == "+12025550102"


def test_reads_the_others() -> None:
    """Call logs, recordings and API errors are read; an answer's body stays text."""
    assert read("call-log").payload == CallLog(uuid="a-call")
    assert read("recording").payload == Recording(
        uuid="a-recording", type="call", size=900, duration=4
    )
    error = read("api-error").payload
    assert isinstance(error, ApiError)
    assert error.request.body_size == 0
    assert error.response.payload == '{"@error": {}}'


def test_keeps_an_unknown_data_type_raw() -> None:
    """What is not documented has no payload, and all of its data."""
    event = read("fax", data={"pages": 3}, tags=["fax", "a-new-tag"])

    assert event.payload is None
    assert event.data == {"pages": 3}
    assert event.data_type == "fax"
    assert type(event.data_type) is str
    assert event.tags == ("fax", "a-new-tag")


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0", "20.0.0", "3.0.0", ""])
def test_keeps_undocumented_versions_raw(version: str) -> None:
    """Only the form of 2.x is documented: others are not read as if they had it."""
    event = read("call", version=version, data={"who": "knows"})

    assert event.payload is None
    assert event.data == {"who": "knows"}


def test_knows_the_probe() -> None:
    """What Phone.com sends before it accepts a URL is a value of its own."""
    assert parse_event(b'{"test": 1}') == Probe()
    assert parse_event(b' {"test":1}\n') == Probe()


@pytest.mark.parametrize(
    "body", [b'{"test": true}', b'{"test": 2}', b'{"test": "1"}', b'{"test":1,"a":1}']
)
def test_takes_nothing_else_for_the_probe(body: bytes) -> None:
    """Near is not enough."""
    with pytest.raises(WebhookError):
        parse_event(body)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"uuid": 5}, "expected a string, got an integer @ $.uuid"),
        ({"listener_id": "1001"}, "@ $.listener_id"),
        ({"listener_id": True}, "@ $.listener_id"),
        ({"context": None}, "@ $.context"),
        ({"context": {"type": "account", "id": 7}}, "missing @ $.context.voip_id"),
        ({"timestamp": 10**18}, "looks like nanoseconds @ $.timestamp"),
        ({"timestamp": 1.5}, "@ $.timestamp"),
        ({"timestamp_ns": "1"}, "@ $.timestamp_ns"),
        ({"tags": "call"}, "expected a list, got a string @ $.tags"),
        ({"tags": [5]}, "@ $.tags[0]"),
        ({"data": []}, "expected an object, got a list @ $.data"),
        ({"data": None}, "expected an object, got null @ $.data"),
        ({"data": {}}, "missing @ $.data.uuid"),
    ],
)
def test_says_what_is_not_as_documented(changes: dict[str, Any], problem: str) -> None:
    """A wrong type is refused, with its place by the names on the wire."""
    assert problem in refusal(phonecom_event(**changes))


@pytest.mark.parametrize(
    ("data_type", "changes", "problem"),
    [
        (
            "call",
            {"event_leg": []},
            "expected an object, got a list @ $.data.event_leg",
        ),
        ("message", {"from": "+1"}, "@ $.data.from"),
        ("message", {"to": {}}, "@ $.data.to"),
        (
            "message",
            {"from": {"type": "did", "id": 1.5}},
            "string, got a fraction @ $.data.from.id",
        ),
        ("message", {"from": {"type": "did", "id": None}}, "got null @ $.data.from.id"),
        ("recording", {"size": "900"}, "@ $.data.size"),
        (
            "api-error",
            {"response": {"status": 404, "payload": {}}},
            ".response.payload",
        ),
    ],
)
def test_reads_data_strictly_unless_lenient(
    data_type: str, changes: dict[str, Any], problem: str
) -> None:
    """Data that does not fit is refused; leniently, no sooner than it is read."""
    data = {**PHONECOM_DATA[data_type], **changes}
    assert problem in refusal(phonecom_event(data_type, data=data))

    event = read(data_type, data=data, lenient=True)
    assert event.data == data
    with pytest.raises(WebhookError, match="not as documented"):
        _ = event.payload


@pytest.mark.parametrize("data_type", list(PHONECOM_DATA))
def test_converts_both_ways(data_type: str) -> None:
    """The converter writes events and payloads as they came; pickles keep them."""
    event = read(data_type)
    payload: Payload | None = event.payload
    assert payload is not None

    assert converter.structure(converter.unstructure(event), Event) == event
    assert converter.loads(converter.dumps(payload), type(payload)) == payload
    assert pickle.loads(pickle.dumps(event)).payload == payload
    assert len({event, read(data_type)}) == 1
