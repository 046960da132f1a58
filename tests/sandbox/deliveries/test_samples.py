"""Samples: every type that is documented, in a form that the clients read."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec
import pytest
from standardwebhooks import Webhook

from phonecom_events.linq import deliveries as linq
from phonecom_events.linq.event_types import NEWER_EVENT_TYPES, WebhookEventType
from phonecom_events.phonecom import events as phonecom
from phonecom_events.phonecom.subscriptions import Tag
from phonecom_events.sandbox.deliveries import (
    Deliveries,
    Sample,
    every_sample,
    sample_of,
)
from phonecom_events.webhooks import Verifier

SECRET = "whsec_" + "c2FuZGJveC1zYW1wbGVzLXNpZ25pbmctc2VjcmV0"
NOW = 1_790_000_000.25
EVERY = list(every_sample())
TYPED = {
    *("message.sent", "message.received", "message.delivered", "message.read"),
    *("message.failed", "message.edited", "reaction.added", "reaction.removed"),
}


def of(vendor: str) -> list[Sample]:
    return [sample for sample in EVERY if sample.vendor == vendor]


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"00000000-0000-4000-8000-{next(numbers):012}"


def deliveries() -> Deliveries:
    return Deliveries(signing_secret=SECRET, clock=lambda: NOW, new_id=ids())


def body(sample: Sample, changes: dict[str, Any] | None = None) -> bytes:
    return deliveries().make(sample, changes).body


def test_there_is_one_of_every_documented_type() -> None:
    """Those that the clients know, though neither side took them from the other."""
    data_types = {sample.event_type for sample in of("phonecom")}
    event_types = [sample.event_type for sample in of("linq")]
    assert data_types == {*phonecom.DataType, "test"}
    assert set(event_types) == {*WebhookEventType, *NEWER_EVENT_TYPES}
    assert len({sample.event_type for sample in EVERY}) == len(EVERY)


@pytest.mark.parametrize("sample", of("phonecom"), ids=lambda each: each.event_type)
def test_phonecoms_are_read(sample: Sample) -> None:
    """Strictly, data included; and their tags are such as a subscription can ask for."""
    event = phonecom.parse_event(body(sample))
    if sample.event_type == "test":
        assert isinstance(event, phonecom.Probe)
        return
    assert isinstance(event, phonecom.Event)
    assert event.data_type == sample.event_type
    assert event.payload is not None
    assert set(event.tags) <= set(Tag)
    assert int(event.timestamp.timestamp()) == int(NOW)
    assert event.timestamp_ns == int(NOW * 4) * 10**9 // 4


@pytest.mark.parametrize("sample", of("linq"), ids=lambda each: each.event_type)
def test_linqs_are_verified_and_read(sample: Sample) -> None:
    """By our own verifier, and by the one of those who wrote the scheme down."""
    delivery = deliveries().make(sample)
    verifier = Verifier(SECRET, clock=lambda: NOW)
    assert verifier.verify(delivery.body, delivery.headers).id
    legacy = {k: v for k, v in delivery.headers.items() if k.startswith("X-")}
    Verifier(SECRET, clock=lambda: NOW, legacy=True).verify(delivery.body, legacy)
    event = linq.parse_event(delivery.body)
    assert event.event_type == sample.event_type
    assert (event.payload is not None) is (sample.event_type in TYPED)
    assert event.created_at.timestamp() == NOW


def test_the_schemes_own_library_takes_one() -> None:
    """It goes by the real clock."""
    sample = sample_of("message.received")
    delivery = Deliveries(signing_secret=SECRET).make(sample)
    assert Webhook(SECRET).verify(delivery.body.decode(), dict(delivery.headers))


@pytest.mark.parametrize("vendor", ["phonecom", "linq"])
def test_no_two_events_are_one(vendor: str) -> None:
    """Each has an id of its own; only what is repeated has that of the first."""
    sample = of(vendor)[0]
    made = list(deliveries().many(sample, count=3, duplicate=True))
    assert [delivery.repeated for delivery in made] == [False, True] * 3
    assert len({delivery.id for delivery in made}) == 3
    assert made[0].body == made[1].body
    assert made[0].headers == made[1].headers


@pytest.mark.parametrize(
    ("event_type", "path", "value", "found"),
    [
        ("message", "data.from", "+12025550100", {"type": "did", "id": "+12025550100"}),
        ("message", "data.to.0.id", "+12025550100", "+12025550100"),
        ("message", "listener_id", 7, 7),
        ("call", "data.first_leg", {"a": 1}, {"a": 1}),
        ("call", "data.event_leg", "text", "text"),
        ("reaction.added", "data.from", "+12025550100", "+12025550100"),
        ("message.received", "data.parts", [], []),
    ],
)
def test_a_value_is_set_by_its_path(
    event_type: str, path: str, value: Any, found: Any
) -> None:
    """Text for one who takes part becomes their number."""
    event = msgspec.json.decode(body(sample_of(event_type), {path: value}))
    for name in path.split("."):
        event = event[int(name) if isinstance(event, list) else name]
    assert event == found


def test_the_handle_of_a_sender_is_set() -> None:
    """At Linq it is not the id."""
    changes = {"data.sender_handle": "+12025550100"}
    event = linq.parse_event(body(sample_of("message.received"), changes))
    assert isinstance(event.payload, linq.Message)
    assert event.payload.sender_handle.handle == "+12025550100"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("data.form", "data has uuid, direction"),
        ("data.to.1", "data.to has 1 items"),
        ("data.to.x", "data.to has 1 items"),
        ("data.to.99999999999999", "data.to has 1 items"),
        ("data.direction.x", "data.direction is 'inbound'"),
        ("dta", "the event has uuid"),
        ("", "the event has uuid"),
    ],
)
def test_a_path_that_is_not_there_is_refused(path: str, told: str) -> None:
    """Nothing is added; it is said what there is."""
    with pytest.raises(ValueError, match=told):
        body(sample_of("message"), {path: 1})


@pytest.mark.parametrize("secret", ["", "whsec_!!", "not base64 at all"])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    """Without being shown."""
    with pytest.raises(ValueError, match="must be base64") as caught:
        Deliveries(signing_secret=secret)
    assert not secret or secret not in str(caught.value)


def test_an_unknown_type_is_refused_with_what_is_like_it() -> None:
    """Of the vendor that was asked for."""
    with pytest.raises(ValueError, match=r"did you mean message\.received"):
        sample_of("message.recieved")
    with pytest.raises(ValueError, match="no sample of the type 'call'"):
        sample_of("call", "linq")
    with pytest.raises(ValueError, match="no sample"):
        sample_of("message.received", "phonecom")


def test_linqs_need_a_secret() -> None:
    """An unsigned one would only show that the receiver refuses it."""
    with pytest.raises(ValueError, match="a signing secret is needed"):
        Deliveries().make(sample_of("message.received"))


def test_no_repr_has_a_secret() -> None:
    """Neither the maker's, nor a delivery's, whose headers may hold one."""
    making = Deliveries(signing_secret=SECRET, headers={"X-Key": "hidden"})
    shown = f"{making} {making.make(sample_of('call'))}"
    assert SECRET not in shown
    assert "hidden" not in shown
