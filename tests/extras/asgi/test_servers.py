"""Receivers under uvicorn and hypercorn, as they are."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import hypercorn.asyncio
import pytest
import uvicorn
from aiohttp import ClientSession
from hypercorn.config import Config
from hypercorn.utils import LifespanFailureError

from phonecom_events.linq.deliveries import WebhookEvent
from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import linq_receiver, phonecom_receiver
from phonecom_events.webhooks import MAX_BODY, signed_headers

from ...receiver.post import Recorder
from ...webhooks.samples import NOW, SECRET, dumps, linq_event, phonecom_event
from .servers import SERVERS, Serve

each_server = pytest.mark.parametrize("serve", SERVERS)


async def post(url: str, body: object, **options: Any) -> tuple[int, bytes]:
    """Post *body*, and return the status and the body of the answer."""
    async with ClientSession() as http, http.post(url, data=body, **options) as answer:
        return answer.status, await answer.read()


@each_server
async def test_receives_events_of_both_vendors(serve: Serve) -> None:
    """A genuine delivery is answered with a bare 200 and handled; no other is."""
    calls, messages = Recorder[Event](), Recorder[WebhookEvent]()
    phonecom = phonecom_receiver(calls, secret="a/b é")
    linq = linq_receiver(messages, SECRET, clock=lambda: NOW)
    event, message = dumps(phonecom_event()), dumps(linq_event())
    signed = signed_headers(SECRET, message, webhook_id="msg_1", timestamp=NOW)
    async with serve(phonecom.asgi()) as url:
        assert await post(f"{url}/hook/a%2Fb%20%C3%A9?x=/", event) == (200, b"")
        assert await post(f"{url}/hook/a%2Fb%20%C3%A9", b'{"test": 1}') == (200, b"")
        assert await post(f"{url}/hook/wrong", event) == (401, b"")
        await calls.wait_for(1)
    async with serve(linq.asgi()) as url:
        assert await post(url, message, headers=signed) == (200, b"")
        assert await post(url, message + b" ", headers=signed) == (401, b"")
        await messages.wait_for(1)


@each_server
async def test_refuses_what_it_refuses_under_aiohttp(serve: Serve) -> None:
    """What is not posted, too large, compressed or too slow gets the same statuses."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 65536

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(0.3)
        yield b"}"

    recorder = Recorder[Event]()
    event = dumps(phonecom_event())
    app = phonecom_receiver(recorder, secret=None).asgi()
    # What only has to be large must not be too slow on a busy machine.
    impatient = phonecom_receiver(recorder, secret=None, body_timeout=0.05).asgi()
    async with asyncio.timeout(20), serve(impatient) as url:
        assert await post(url, slow()) == (408, b"")
    async with asyncio.timeout(20), serve(app) as url:
        async with ClientSession() as http, http.get(url) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST")
        assert await post(url, endless()) == (413, b"")
        zipped = {"Content-Encoding": "gzip"}
        packed = gzip.compress(event)
        assert await post(url, packed, headers=zipped) == (415, b"")
        padded = event + b" " * (MAX_BODY - len(event))
        assert await post(url, padded) == (200, b"")
        await recorder.wait_for(1)


@each_server
async def test_survives_a_sender_that_hangs_up(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """A body that breaks off is no event and no error, and the next one is taken."""
    recorder = Recorder[Event]()
    app = phonecom_receiver(recorder, secret=None).asgi()
    async with asyncio.timeout(20), serve(app) as url:
        reader, writer = await asyncio.open_connection(*url[7:].split(":"))
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{")
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.transport.abort()
        while "(400)" not in caplog.text:
            await asyncio.sleep(0.005)
        assert await post(url, dumps(phonecom_event())) == (200, b"")
        await recorder.wait_for(1)
        del reader

    assert "Traceback" not in caplog.text


@each_server
async def test_drains_at_shutdown(serve: Serve) -> None:
    """A server that ends waits for what was acknowledged."""
    recorder = Recorder[Event]()
    recorder.open.clear()
    app = phonecom_receiver(recorder, secret=None).asgi()
    before = asyncio.all_tasks()
    async with serve(app) as url:
        for number in range(3):
            body = dumps(phonecom_event(uuid=str(number)))
            assert await post(url, body) == (200, b"")
        asyncio.get_running_loop().call_later(0.05, recorder.open.set)

    assert len(recorder.events) == 3
    assert asyncio.all_tasks() == before


async def test_uvicorn_does_not_start_with_what_cannot() -> None:
    """A receiver that fails to start ends uvicorn as every failed startup does."""
    twice = phonecom_receiver(Recorder[Event](), secret=None)
    async with twice.lifespan():
        server = uvicorn.Server(uvicorn.Config(twice.asgi(), port=0, log_config=None))
        with suppress(SystemExit):  # older ones, up to 0.34 at least, return
            await server.serve()
        assert not server.started


async def test_hypercorn_does_not_start_with_what_cannot() -> None:
    """A receiver that fails to start ends hypercorn, with its reason."""
    twice = phonecom_receiver(Recorder[Event](), secret=None)
    app: Any = twice.asgi()
    config = Config()
    config.errorlog = None
    async with twice.lifespan():
        with pytest.raises(LifespanFailureError, match="runs already"):
            await hypercorn.asyncio.serve(app, config)
