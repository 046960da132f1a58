"""Phone.com's deliveries over a socket: what is let in, and what is answered."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from aiohttp import web

from phonecom_events.errors import InvalidArgument
from phonecom_events.http import Secret
from phonecom_events.phonecom.events import Call, Event
from phonecom_events.receiver import phonecom_receiver

from ..webhooks.samples import dumps, phonecom_event
from .post import Recorder, serving

PROBE = b'{"test": 1}'
KEY = "correct-horse"


async def test_handles_what_it_acknowledged() -> None:
    """An event is answered with 200 and reaches the handler, read."""
    recorder = Recorder[Event]()
    async with serving(phonecom_receiver(recorder, secret=None)) as post:
        assert await post(phonecom_event()) == 200
        (event,) = await recorder.wait_for(1)

    assert isinstance(event.payload, Call)


async def test_answers_the_probe() -> None:
    """The probe gets its 200, and is no event."""
    recorder = Recorder[Event]()
    async with serving(phonecom_receiver(recorder, secret=None)) as post:
        assert await post(PROBE) == 200
        assert await post(phonecom_event()) == 200
        await recorder.wait_for(1)


async def test_acknowledges_before_the_work_is_done() -> None:
    """The answer comes while the handler is still at it."""
    recorder = Recorder[Event]()
    recorder.open.clear()
    async with serving(phonecom_receiver(recorder, secret=None)) as post:
        assert await post(phonecom_event()) == 200
        assert recorder.events == []
        recorder.open.set()
        await recorder.wait_for(1)


async def test_handles_a_repeat_once() -> None:
    """The same event again is acknowledged, and goes no further."""
    recorder = Recorder[Event]()
    async with serving(phonecom_receiver(recorder, secret=None)) as post:
        for uuid in ("a", "a", "b", "a"):
            assert await post(phonecom_event(uuid=uuid)) == 200
        events = await recorder.wait_for(2)

    assert [event.uuid for event in events] == ["a", "b"]


async def test_handles_repeats_if_asked_to() -> None:
    """With nothing remembered, every delivery is handled."""
    recorder = Recorder[Event]()
    async with serving(phonecom_receiver(recorder, secret=None, remember=0)) as post:
        for _ in range(3):
            assert await post(phonecom_event()) == 200
        await recorder.wait_for(3)


async def test_keeps_what_is_not_as_documented() -> None:
    """Data that does not fit is no reason to refuse the event, and so to lose it."""
    recorder = Recorder[Event]()
    async with serving(phonecom_receiver(recorder, secret=None)) as post:
        assert await post(phonecom_event(data={"uuid": 5})) == 200
        (event,) = await recorder.wait_for(1)

    assert event.data == {"uuid": 5}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/hook/{KEY}", 200),
        ("/hook/wrong", 401),
        (f"/hook/{KEY}x", 401),
        ("/hook/%C3%A9", 401),
        ("/hook/%ED%B3%BF", 401),
    ],
)
@pytest.mark.parametrize("body", [PROBE, dumps(phonecom_event())])
async def test_expects_the_secret_in_the_path(
    path: str, status: int, body: bytes
) -> None:
    """Who does not know the URL gets 401, for the probe as well."""
    receiver = phonecom_receiver(Recorder[Event](), secret=KEY)
    async with serving(receiver, "/hook/{secret}") as post:
        assert await post(body, path=path) == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("X-Api-Key", KEY)], 200),
        ([("x-api-key", KEY)], 200),
        ([], 401),
        ([("X-Api-Key", "wrong")], 401),
        ([("X-Api-Key", "\u00e9")], 401),
        ([("X-Api-Key", KEY), ("X-Api-Key", KEY)], 401),
    ],
)
async def test_expects_the_secret_in_a_header(
    headers: list[tuple[str, str]], status: int
) -> None:
    """The header must be there once and hold the secret; the probe needs none."""
    receiver = phonecom_receiver(
        Recorder[Event](), secret=Secret(KEY), header="X-Api-Key"
    )
    async with serving(receiver) as post:
        assert await post(phonecom_event(), headers=headers) == status
        assert await post(PROBE) == 200


async def test_a_header_that_is_no_text_is_not_the_secret() -> None:
    """Bytes that are not UTF-8 are compared like any others."""
    receiver = phonecom_receiver(Recorder[Event](), secret=KEY, header="X-Api-Key")
    body = dumps(phonecom_event())
    head = f"POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n"
    bad = b"Connection: close\r\nX-Api-Key: \xff\xfe\r\n\r\n"
    async with serving(receiver) as post:
        got = await post.raw(head.encode() + bad + body)

    assert b" 401 " in got.split(b"\r\n")[0]


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"voip_ids": [7, 8]}, 200),
        ({"voip_ids": [8]}, 403),
        ({"voip_ids": []}, 403),
        ({"listener_ids": {1001}}, 200),
        ({"listener_ids": {1}}, 403),
        ({"voip_ids": [7], "listener_ids": [1]}, 403),
    ],
)
async def test_takes_events_of_those_it_knows(
    options: dict[str, Any], status: int
) -> None:
    """Events of other accounts or listeners are refused."""
    receiver = phonecom_receiver(Recorder[Event](), secret=None, **options)
    async with serving(receiver) as post:
        assert await post(phonecom_event()) == status
        assert await post(PROBE) == 200


def test_refuses_a_setup_that_cannot_work() -> None:
    """A secret that nothing could ever match is found when the receiver is made."""
    recorder: Any = print
    with pytest.raises(InvalidArgument, match="secret is empty"):
        phonecom_receiver(recorder, secret="")
    with pytest.raises(InvalidArgument, match="a header needs"):
        phonecom_receiver(recorder, secret=None, header="X-Api-Key")
    with pytest.raises(InvalidArgument, match="a header needs"):
        phonecom_receiver(recorder, secret=KEY, header="")
    by_header = phonecom_receiver(recorder, secret=KEY, header="X-Api-Key")
    for receiver in (by_header, phonecom_receiver(recorder, secret=None)):
        with pytest.raises(InvalidArgument, match="no secret is expected"):
            receiver.mount(web.Application(), "/{secret}")
    with pytest.raises(InvalidArgument, match="expected in the path"):
        phonecom_receiver(recorder, secret=KEY).mount(web.Application(), "/hook")


def test_no_traceback_shows_the_secret() -> None:
    """The locals of no frame of an error hold the secret, and no repr does."""
    with pytest.raises(InvalidArgument) as caught:
        phonecom_receiver(Recorder[Event], secret=KEY, header="")  # type: ignore[arg-type]
    told = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    )
    frames = [f for f in told.stack if "phonecom_events/receiver" in f.filename]

    assert len(frames) >= 2
    assert not any(KEY in str(frame.locals) for frame in frames)
