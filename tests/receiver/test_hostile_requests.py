"""Requests from strangers over bare connections: never a 500, never a stuck task."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import random

import pytest

from phonecom_events.linq.deliveries import WebhookEvent
from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import linq_receiver, phonecom_receiver
from phonecom_events.webhooks import MAX_BODY

from ..webhooks.samples import SECRET, dumps, linq_event, phonecom_event
from .post import Post, Recorder, serving

CHUNKED = b"POST /hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


def status(got: bytes) -> int:
    return int(got.split(b" ")[1])


def sized(size: int, *headers: str) -> bytes:
    lines = ["POST /hook HTTP/1.1", "Host: a", "Connection: close", *headers]
    return "\r\n".join([*lines, f"Content-Length: {size}", "", ""]).encode()


async def still_works(post: Post[Event], recorder: Recorder[Event]) -> None:
    assert await post(phonecom_event()) == 200
    await recorder.wait_for(1)


@pytest.mark.parametrize("chunked", [False, True])
async def test_stops_reading_a_body_that_is_too_large(*, chunked: bool) -> None:
    """More than a mebibyte is refused, whether it was announced or not."""

    async def endless() -> object:
        for _ in range(20):
            yield b" " * 65536

    recorder = Recorder[Event]()
    async with serving(phonecom_receiver(recorder, secret=None)) as post:
        body = endless() if chunked else io.BytesIO(b" " * (MAX_BODY + 1))
        url = post.server.make_url(post.path)
        async with post.http.post(url, data=body) as answer:
            assert answer.status == 413
        await still_works(post, recorder)


async def test_takes_a_body_just_small_enough() -> None:
    """A mebibyte is read whole."""
    recorder = Recorder[Event]()
    event = dumps(phonecom_event())
    async with serving(phonecom_receiver(recorder, secret=None)) as post:
        assert await post(event + b" " * (MAX_BODY - len(event))) == 200
        await recorder.wait_for(1)


async def test_refuses_a_compressed_body() -> None:
    """Nothing is inflated that came from a stranger."""
    recorder = Recorder[Event]()
    bomb = gzip.compress(b" " * (50 * MAX_BODY))
    async with serving(phonecom_receiver(recorder, secret=None)) as post:
        for encoding in ("gzip", "deflate", "br", "GZIP"):
            head = sized(len(bomb), f"Content-Encoding: {encoding}")
            assert status(await post.raw(head + bomb)) in {400, 415}
        await still_works(post, recorder)


async def test_does_not_wait_for_a_body_for_ever() -> None:
    """A sender that trickles is answered with 408 when its time is over."""
    recorder = Recorder[Event]()
    slow = phonecom_receiver(recorder, secret=None, body_timeout=0.05)
    async with asyncio.timeout(20), serving(slow) as post:
        reader, writer = await asyncio.open_connection("127.0.0.1", post.server.port)
        writer.write(sized(100) + b"{")
        assert b" 408 " in await reader.readline()
        writer.close()
        await writer.wait_closed()
        await still_works(post, recorder)


@pytest.mark.parametrize("framing", ["Content-Length: 9", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("then", ["abort", "close", "end", "garbage"])
async def test_survives_a_body_that_breaks_off(
    framing: str, then: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A body that is cut or damaged while it is read is no event, and no error."""
    recorder = Recorder[Event]()
    receiver = phonecom_receiver(recorder, secret=None, body_timeout=0.05)
    async with asyncio.timeout(20), serving(receiver) as post:
        reader, writer = await asyncio.open_connection("127.0.0.1", post.server.port)
        head = f"POST /hook HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n{framing}"
        writer.write(head.encode() + b"\r\n\r\n")
        assert b" 100 " in await reader.readline()
        writer.write(b"1\r\n{\r\n")
        await writer.drain()
        if then == "abort":
            writer.transport.abort()
        elif then == "end":
            writer.write_eof()
            assert b" 500 " not in await reader.read()
        elif then == "garbage":
            writer.write(b"ZZ\r\n\x00")
            assert await reader.readline() == b"\r\n"
            assert b" 4" in await reader.readline()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        await still_works(post, recorder)

    assert "Unhandled" not in caplog.text


@pytest.mark.parametrize(
    "sent",
    [
        CHUNKED + b"ZZ\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"5\r\n{}\r\n",
        CHUNKED + b"-1\r\n",
        CHUNKED + b"ffffffffffffffffffff\r\n",
        CHUNKED + b"2\r\n{}XX0\r\n\r\n",
        sized(5) + b"{}",
        b"POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST /hook HTTP/1.1\r\nHost: a\r\nwebhook-id: " + b"x" * 20_000 + b"\r\n\r\n",
        b"POST /hook HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
        b"POST /hook HTTP/1.1\r\nHost: a\r\nwebhook-id: \xff\xfe\x00\r\n\r\n",
        b"POST /hook%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /hook HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"\r\n\r\n\r\n",
    ],
)
async def test_survives_broken_http(sent: bytes) -> None:
    """Whatever breaks the protocol is the sender's fault, not the server's."""
    recorder = Recorder[Event]()
    receiver = phonecom_receiver(recorder, secret=None, body_timeout=0.05)
    async with asyncio.timeout(20), serving(receiver) as post:
        got = await post.raw(sent, then_close=True)
        assert not got or 400 <= status(got) < 500
        await still_works(post, recorder)


async def test_survives_random_bytes_in_body_and_headers() -> None:
    """Hundreds of random deliveries to both receivers get a 4xx each."""
    rng = random.Random(7)
    recorder = Recorder[WebhookEvent]()
    good = dumps(linq_event())
    names = ["webhook-id", "webhook-timestamp", "webhook-signature", "x-other"]
    async with (
        serving(linq_receiver(recorder, SECRET, legacy=True)) as linq,
        serving(phonecom_receiver(Recorder[Event](), secret=None)) as phonecom,
    ):
        for _ in range(150):
            body = bytearray(good)
            for _ in range(rng.randrange(1, 20)):
                body[rng.randrange(len(body))] = rng.randrange(256)
            headers = {
                name: "".join(chr(rng.randrange(32, 127)) for _ in range(30)).strip()
                for name in rng.sample(names, rng.randrange(5))
            }
            assert await linq(bytes(body), headers=headers) == 401
            assert await phonecom(bytes(body), headers=headers) == 400

    assert recorder.events == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_takes_posts_alone(method: str) -> None:
    """Any other method is answered with 405."""
    async with serving(phonecom_receiver(Recorder[Event](), secret=None)) as post:
        got = await post.raw(
            f"{method} /hook HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
        )

    assert status(got) == 405
