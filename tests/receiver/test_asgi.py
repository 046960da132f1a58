"""A receiver as an ASGI application, by the messages that servers send."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from phonecom_events.errors import InvalidArgument
from phonecom_events.linq.deliveries import WebhookEvent
from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import (
    Affinity,
    EventQueue,
    Receiver,
    linq_receiver,
    phonecom_receiver,
)
from phonecom_events.receiver.asgi import Message
from phonecom_events.webhooks import MAX_BODY

from ..webhooks.samples import NOW, SECRET, dumps, linq_event, phonecom_event
from .asgi_server import GONE, alive, chunk, linq_headers, send_to, whole
from .post import Recorder, serving

EVENT = dumps(phonecom_event())


def receiver(handle: Any = None, **options: Any) -> Receiver[Event]:
    return phonecom_receiver(handle or Recorder[Event](), secret=None, **options)


async def status(app: Any, messages: list[Message], **options: Any) -> int:
    answered = await send_to(app, messages, **options)
    assert answered is not None
    return answered.status


async def test_handles_what_it_acknowledged() -> None:
    """An event in any number of parts is answered with a bare 200, and handled."""
    recorder = Recorder[Event]()
    app = receiver(recorder).asgi()
    parts = [chunk(EVENT[:9], more=True), chunk(b"", more=True)]
    parts += [{"type": "http.request", "more_body": True}, chunk(EVENT[9:], more=False)]
    async with alive(app) as life:
        answered = await send_to(app, parts)
        await recorder.wait_for(1)

    assert answered is not None
    assert (answered.status, answered.headers) == (200, {b"content-length": b"0"})
    assert [message["type"] for message in life.said] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


async def test_linq_is_verified_and_told_where_its_chats_are() -> None:
    """A signature counts as anywhere, and what is accepted has the affinity header."""
    recorder = Recorder[WebhookEvent]()
    app = linq_receiver(
        recorder, SECRET, clock=lambda: NOW, affinity=Affinity("X-Cluster", "eu-1")
    ).asgi()
    body = dumps(linq_event())
    headers = linq_headers(body)
    async with alive(app):
        accepted = await send_to(app, whole(body), headers=headers)
        forged = await send_to(app, whole(body + b" "), headers=headers)
        await recorder.wait_for(1)

    assert accepted is not None
    assert accepted.status == 200
    assert accepted.headers[b"x-cluster"] == b"eu-1"
    assert forged is not None
    assert (forged.status, forged.headers) == (401, {b"content-length": b"0"})


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"path": "/phonecom/a/b é", "raw_path": b"/phonecom/a%2Fb%20%C3%A9"}, 200),
        ({"path": "/a/b é", "raw_path": b"/a%2Fb%20%C3%A9", "root_path": "/x"}, 200),
        ({"path": "/a/b é", "raw_path": b"/a%2Fb%20%C3%A9?token=/x"}, 200),
        ({"path": "/phonecom/a/b é", "raw_path": b"/phonecom/a/b%20%C3%A9"}, 401),
        ({"path": "/a/b é/", "raw_path": b"/a%2Fb%20%C3%A9/"}, 401),
        ({"path": "/\ufffd", "raw_path": b"/%FF"}, 401),
        ({"path": "/", "raw_path": b"/"}, 401),
        ({"path": "", "raw_path": b""}, 401),
        ({"path": "/wrong", "raw_path": None}, 401),
    ],
)
async def test_the_secret_is_the_last_segment(
    scope: dict[str, Any], expected: int
) -> None:
    """It counts as it was sent, wherever the application is mounted."""
    app = phonecom_receiver(Recorder[Event](), secret="a/b é").asgi()
    async with alive(app):
        assert await status(app, whole(EVENT), **scope) == expected


async def test_servers_without_a_raw_path_have_the_secret_in_the_path() -> None:
    """The raw path is optional in the specification."""
    app = phonecom_receiver(Recorder[Event](), secret="correct-horse").asgi()
    async with alive(app):
        assert await status(app, whole(EVENT), path="/hook/correct-horse") == 200


async def test_stops_reading_a_body_that_is_too_large() -> None:
    """More than a mebibyte is refused when it is reached, and not what is announced."""
    app = receiver().asgi()
    endless = [chunk(b" " * 2**16, more=True) for _ in range(100)]
    async with alive(app):
        for headers in ([], [(b"content-length", b"100")]):
            answered = await send_to(app, endless, headers=headers)
            assert answered is not None
            assert (answered.status, answered.received) == (413, 17)
            assert answered.headers[b"connection"] == b"close"
        padded = EVENT + b" " * (MAX_BODY - len(EVENT))
        assert await status(app, whole(padded)) == 200


async def test_http_2_is_told_nothing_of_connections() -> None:
    """The header Connection does not exist there."""
    app = receiver().asgi()
    endless = [chunk(b" " * 2**20, more=True)] * 2
    async with alive(app):
        answered = await send_to(app, endless, http_version="2")

    assert answered is not None
    assert (answered.status, answered.headers) == (413, {b"content-length": b"0"})


@pytest.mark.parametrize(
    "length", [str(len(EVENT) + 1), str(len(EVENT) - 1), "0", "-1", "x", "9" * 5000]
)
async def test_a_length_that_lies_is_the_senders_fault(length: str) -> None:
    """A body that is not as long as it says has been cut, or added to."""
    app = receiver().asgi()
    true = str(len(EVENT)).encode()
    async with alive(app):
        headers = [(b"content-length", length.encode())]
        assert await status(app, whole(EVENT), headers=headers) == 400
        headers = [(b"content-length", true), *headers]
        assert await status(app, whole(EVENT), headers=headers) == 400
        for same in (true, b"00" + true, b" %b " % true):
            headers = [(b"content-length", same)]
            assert await status(app, whole(EVENT), headers=headers) == 200


async def test_refuses_a_compressed_body_unread() -> None:
    """Nothing is inflated that came from a stranger, and nothing is even received."""
    app = receiver().asgi()
    async with alive(app):
        for encoding in (b"gzip", b"GZIP", b"br", b"identity, gzip"):
            headers = [(b"content-encoding", encoding)]
            answered = await send_to(app, whole(b""), headers=headers)
            assert answered is not None
            assert (answered.status, answered.received) == (415, 0)
        headers = [(b"content-encoding", b"Identity")]
        assert await status(app, whole(EVENT), headers=headers) == 200


async def test_does_not_wait_for_a_body_for_ever() -> None:
    """A sender that trickles is answered with 408 when its time is over."""
    app = receiver(body_timeout=0.02).asgi()
    async with alive(app):
        assert await status(app, [chunk(b"{", more=True)]) == 408


async def test_a_sender_that_hangs_up_is_answered_nothing() -> None:
    """A body that breaks off is no event, and nobody is there to be told so."""
    recorder = Recorder[Event]()
    app = receiver(recorder).asgi()
    async with alive(app):
        assert await send_to(app, [GONE]) is None
        assert await send_to(app, [chunk(EVENT, more=True), GONE]) is None

    assert recorder.events == []


async def test_a_sender_that_does_not_wait_for_the_answer_is_no_error() -> None:
    """What came whole is handled, though the server cannot send its answer."""
    recorder = Recorder[Event]()
    app = receiver(recorder).asgi()
    async with alive(app):
        assert await send_to(app, whole(EVENT), then=BrokenPipeError) is None
        await recorder.wait_for(1)


async def test_being_cancelled_is_no_refusal() -> None:
    """A server that cancels a request gets its cancellation."""
    app = receiver().asgi()
    async with alive(app):
        waiting = asyncio.create_task(send_to(app, []))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post"])
async def test_takes_posts_alone(method: str) -> None:
    """Any other method is answered with 405, here and by the aiohttp handler."""
    app = receiver().asgi()
    async with alive(app):
        answered = await send_to(app, whole(b""), method=method)

    assert answered is not None
    assert (answered.status, answered.headers[b"allow"]) == (405, b"POST")


async def test_the_aiohttp_handler_takes_posts_alone() -> None:
    """A route of any method that leads to it makes no difference."""
    twice = receiver()
    async with serving(twice) as post:
        app = web.Application()
        app.router.add_route("*", "/any", twice.receive)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        async with post.http.put(f"http://{host}:{port}/any") as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST")
        await runner.cleanup()


async def test_a_full_inbox_asks_to_come_again() -> None:
    """What there is no room for is answered with 503, and when to come again."""
    recorder = Recorder[Event]()
    recorder.open.clear()
    app = receiver(recorder, queue_size=1).asgi()
    async with alive(app):
        for uuid, expected in [("in work", 200), ("waiting", 200), ("too much", 503)]:
            answered = await send_to(app, whole(dumps(phonecom_event(uuid=uuid))))
            await asyncio.sleep(0)
            assert answered is not None
            assert answered.status == expected
            assert (b"retry-after" in answered.headers) == (expected == 503)
        recorder.open.set()


async def test_finishes_what_waits_at_shutdown() -> None:
    """What was acknowledged is handled before the server is told that it may end."""
    recorder = Recorder[Event]()
    recorder.open.clear()
    app = receiver(recorder).asgi()
    before = asyncio.all_tasks()
    async with alive(app) as life:
        for number in range(5):
            body = dumps(phonecom_event(uuid=str(number)))
            assert await status(app, whole(body)) == 200
        assert len(life.said) == 1
        recorder.open.set()

    assert len(recorder.events) == 5
    assert asyncio.all_tasks() == before
    assert await status(app, whole(dumps(phonecom_event(uuid="late")))) == 503


class BrokenInbox:
    """Be an inbox that fails when it is opened, or when it is closed."""

    def __init__(self, *, opens: bool) -> None:
        self._opens = opens

    async def open(self, source: str) -> EventQueue:
        if not self._opens:
            raise RuntimeError("no database")
        return BrokenQueue()

    def __repr__(self) -> str:
        return "BrokenInbox()"


class BrokenQueue:
    """Be a queue with nothing in it, which cannot be closed."""

    def __init__(self) -> None:
        self._drained = asyncio.Event()

    async def put(self, body: bytes, keys: Any) -> bool:
        raise NotImplementedError

    async def take(self) -> None:
        await self._drained.wait()

    async def finish(self, event: Any) -> None:
        raise NotImplementedError

    async def fail(self, event: Any, error: str) -> None:
        raise NotImplementedError

    def drain(self) -> None:
        self._drained.set()

    async def close(self) -> None:
        raise RuntimeError("no database")


@pytest.mark.parametrize("opens", [False, True])
async def test_the_server_is_told_what_failed(
    *, opens: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure of an inbox ends startup or shutdown as the specification has it."""
    before = asyncio.all_tasks()
    async with alive(receiver(inbox=BrokenInbox(opens=opens)).asgi()) as life:
        pass

    phase = "shutdown" if opens else "startup"
    failed = {"type": f"lifespan.{phase}.failed", "message": "no database"}
    assert life.said[-1] == failed
    assert f"the receiver failed at {phase}" in caplog.text
    assert asyncio.all_tasks() == before


async def test_a_server_that_is_cancelled_leaves_no_worker() -> None:
    """Even when nobody shuts the application down, no task is left behind."""
    app = receiver(lambda _: asyncio.Event().wait(), drain=0.01).asgi()
    before = asyncio.all_tasks()
    started = asyncio.Event()

    async def receive() -> Message:
        if started.is_set():
            await asyncio.Event().wait()
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        started.set()

    living = asyncio.create_task(app({"type": "lifespan"}, receive, send))
    await started.wait()
    assert len(asyncio.all_tasks()) > len(before) + 1
    living.cancel()
    with pytest.raises(asyncio.CancelledError):
        await living

    assert asyncio.all_tasks() == before


async def test_a_delivery_before_the_start_is_a_clear_error() -> None:
    """Who forgot the lifespan is told so by the first request, the probe included."""
    app = receiver().asgi()
    for body in (EVENT, b'{"test": 1}'):
        with pytest.raises(InvalidArgument, match=r"enter receiver\.lifespan\(\)"):
            await send_to(app, whole(body))


async def test_a_lifespan_of_ones_own_starts_it() -> None:
    """What frameworks give to a lifespan may be given to this one."""
    recorder = Recorder[Event]()
    mounted = receiver(recorder)
    app = mounted.asgi()
    for given in ((), (object(),)):
        async with mounted.lifespan(*given):
            body = dumps(phonecom_event(uuid=str(given)))
            assert await status(app, whole(body)) == 200
    assert len(recorder.events) == 2


async def test_is_started_once_at_a_time() -> None:
    """A second start, by whichever way, is refused and leaves the first one alone."""
    recorder = Recorder[Event]()
    twice = receiver(recorder)
    app = twice.asgi()
    async with serving(twice) as post:
        with pytest.raises(InvalidArgument, match="runs already"):
            async with twice.lifespan():
                pass
        async with alive(app) as life:
            pass
        assert life.said[0]["type"] == "lifespan.startup.failed"
        assert "runs already" in life.said[0]["message"]
        assert await post(phonecom_event()) == 200
        await recorder.wait_for(1)


async def test_other_scopes_are_refused() -> None:
    """A websocket is closed unopened; what is unknown is an error, as servers expect."""
    app = receiver().asgi()
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": "websocket"}, receive, send)
    with pytest.raises(NotImplementedError, match="'smoke'"):
        await app({"type": "smoke"}, receive, send)

    assert sent == [{"type": "websocket.close"}]


def test_shows_no_secret() -> None:
    """Its repr names the vendor alone."""
    app = phonecom_receiver(Recorder[Event](), secret="correct-horse").asgi()

    assert repr(app) == "<AsgiReceiver of phonecom>"
