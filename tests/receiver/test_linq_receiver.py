"""Linq's deliveries over a socket: what is let in, and what is answered."""

from __future__ import annotations

import hashlib
import hmac
import traceback
from typing import Any

import pytest

from phonecom_events.errors import InvalidArgument
from phonecom_events.linq.deliveries import Message, WebhookEvent
from phonecom_events.receiver import Affinity, Receiver, linq_receiver
from phonecom_events.webhooks import signed_headers

from ..webhooks.samples import NOW, OTHER_SECRET, SECRET, dumps, linq_event
from .post import Recorder, serving


def receiver(
    recorder: Recorder[WebhookEvent], **options: Any
) -> Receiver[WebhookEvent]:
    return linq_receiver(recorder, OTHER_SECRET, SECRET, clock=lambda: NOW, **options)


async def test_handles_what_it_acknowledged() -> None:
    """A signed delivery is answered with 200 and reaches the handler, read."""
    recorder = Recorder[WebhookEvent]()
    async with serving(receiver(recorder)) as post:
        assert await post.signed(linq_event()) == 200
        (event,) = await recorder.wait_for(1)

    assert isinstance(event.payload, Message)


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-signature": "garbage"},
        {"webhook-signature": "v1,a"},
        {"webhook-signature": "v1,\u00e9"},
        {"webhook-id": "other"},
        {"webhook-timestamp": str(NOW - 301)},
        {"webhook-timestamp": "nan"},
    ],
)
async def test_refuses_what_is_not_genuine(changes: dict[str, str]) -> None:
    """A wrong signature gets 401 and no reason, and handles nothing."""
    recorder = Recorder[WebhookEvent]()
    body = dumps(linq_event())
    headers = signed_headers(SECRET, body, webhook_id="msg_1", timestamp=NOW)
    async with serving(receiver(recorder)) as post:
        assert await post(body, headers={**headers, **changes}) == 401
        assert await post(body) == 401
        assert await post(body + b" ", headers=headers) == 401
        doubled = [*headers.items(), ("webhook-id", "msg_1")]
        assert await post(body, headers=doubled) == 401

    assert recorder.events == []


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"[" * 100_000, b'{"data": {}}'])
async def test_refuses_what_it_cannot_read(body: bytes) -> None:
    """A genuine delivery that is no event gets 400."""
    recorder = Recorder[WebhookEvent]()
    async with serving(receiver(recorder)) as post:
        assert await post.signed(body) == 400

    assert recorder.events == []


async def test_handles_a_repeat_once() -> None:
    """The same delivery id, or the same event under another one, is handled once."""
    recorder = Recorder[WebhookEvent]()
    async with serving(receiver(recorder)) as post:
        assert await post.signed(linq_event(event_id="a"), webhook_id="1") == 200
        assert await post.signed(linq_event(event_id="a"), webhook_id="1") == 200
        assert await post.signed(linq_event(event_id="a"), webhook_id="2") == 200
        assert await post.signed(linq_event(event_id="b"), webhook_id="1") == 200
        assert await post.signed(linq_event(event_id="c"), webhook_id="3") == 200
        events = await recorder.wait_for(2)

    assert [event.event_id for event in events] == ["a", "c"]


async def test_answers_with_the_routing_token() -> None:
    """What is taken is, repeats included; a stranger is told nothing."""
    recorder = Recorder[WebhookEvent]()
    affinity = Affinity(header="X-Cluster", token="eu-1")
    body = dumps(linq_event())
    genuine = signed_headers(SECRET, body, webhook_id="msg_1", timestamp=NOW)
    async with serving(receiver(recorder, affinity=affinity)) as post:
        url = post.server.make_url(post.path)
        answers = []
        for headers in (genuine, genuine, {}):
            async with post.http.post(url, data=body, headers=headers) as answer:
                answers.append((answer.status, answer.headers.get("X-Cluster")))

    assert answers == [(200, "eu-1"), (200, "eu-1"), (401, None)]


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("", "a"),
        ("X Cluster", "a"),
        ("X:", "a"),
        (5, "a"),
        ("X", ""),
        ("X", "a b"),
        ("X", "a\r\nY: b"),
        ("X", "é"),
        ("X", None),
    ],
)
def test_refuses_a_routing_token_that_no_header_can_have(
    header: Any, token: Any
) -> None:
    """It is told when the receiver is made, not by the first delivery."""
    with pytest.raises(InvalidArgument, match="affinity"):
        Affinity(header, token)


async def test_keeps_what_is_not_as_documented() -> None:
    """Linq sends nothing again after a 4xx: what can be kept is not refused."""
    recorder = Recorder[WebhookEvent]()
    async with serving(receiver(recorder)) as post:
        assert await post.signed(linq_event(data={"id": 5})) == 200
        (event,) = await recorder.wait_for(1)

    assert event.data == {"id": 5}


async def test_takes_the_legacy_form_if_asked_to() -> None:
    """The older headers are let in where they are asked for, and repeats are known."""
    body = dumps(linq_event())
    signed = hmac.new(SECRET.encode(), b"%d." % NOW + body, hashlib.sha256)
    headers = {
        "X-Webhook-Timestamp": str(NOW),
        "X-Webhook-Signature": signed.hexdigest(),
    }
    recorder = Recorder[WebhookEvent]()
    async with serving(receiver(recorder)) as post:
        assert await post(body, headers=headers) == 401
    async with serving(receiver(recorder, legacy=True)) as post:
        assert await post(body, headers=headers) == 200
        assert await post(body, headers=headers) == 200
        assert await post.signed(body) == 200
        await recorder.wait_for(1)


def test_refuses_to_be_made_without_a_secret() -> None:
    """There is no receiver of unsigned deliveries."""
    with pytest.raises(InvalidArgument, match="no signing secret"):
        linq_receiver(Recorder[WebhookEvent].__call__)  # type: ignore[arg-type]


def test_no_traceback_shows_a_secret() -> None:
    """The locals of no frame of an error hold a secret."""
    with pytest.raises(InvalidArgument) as caught:
        linq_receiver(Recorder[WebhookEvent].__call__, SECRET, "!")  # type: ignore[arg-type]
    told = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    )
    frames = [f for f in told.stack if "phonecom_events/" in f.filename]

    assert len(frames) >= 2
    assert not any(SECRET in str(frame.locals) for frame in frames)
