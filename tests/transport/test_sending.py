"""Sending over real sockets: what comes back, and what is let through."""

from __future__ import annotations

import asyncio
import gzip
import socket
import tracemalloc
import warnings
import zlib
from functools import partial

import aiohttp
import pytest

from phonecom_events.errors import (
    ConnectFailed,
    ConnectionLost,
    DeadlineExceeded,
    DecodeError,
    PhonecomEventsError,
    RequestTimedOut,
    SessionClosed,
)
from phonecom_events.http import Response, Secret
from phonecom_events.transport import AiohttpTransport, aiohttp_transport

from .conftest import RawServer, answer, raw_server, request

# Without the time of day: what is sent stands in a test's id, the same every time.
packed = partial(gzip.compress, mtime=0)


async def send_to(raw: bytes, **options: int) -> Response:
    """Send one GET to a server that answers *raw* and closes."""

    async def script(
        server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await server.read(reader)
        writer.write(raw)
        await writer.drain()

    async with raw_server(script) as server:
        transport = AiohttpTransport(**options)
        try:
            return await transport.send(request(server.url))
        finally:
            await transport.aclose()


async def test_an_answer() -> None:
    """Status, lower-case headers and the whole body come back."""
    got = await send_to(answer(b'{"a": 1}', X_Trace_ID="abc"))

    assert (got.status, got.body) == (200, b'{"a": 1}')
    assert got.headers["x-trace-id"] == "abc"


@pytest.mark.parametrize("status", ["204 No Content", "302 Found", "418 Tea", "503 No"])
async def test_any_status_is_an_answer(status: str) -> None:
    """Whatever the status, it is returned; a redirect is not followed."""
    got = await send_to(answer(b"", status, Location="http://127.0.0.1:1/"))

    assert got.status == int(status[:3])


async def test_gzip() -> None:
    """A compressed body is decompressed."""
    got = await send_to(answer(packed(b"{}" * 500), Content_Encoding="gzip"))

    assert got.body == b"{}" * 500


@pytest.mark.parametrize("encoding", ["GZIP", "gzip, identity", "x-gzip"])
async def test_gzip_in_two_members(encoding: str) -> None:
    """A body compressed in parts is one body, however its encoding is spelt."""
    raw = packed(b'{"a"') + packed(b": 1}")

    got = await send_to(answer(raw, Content_Encoding=encoding))

    assert got.body == b'{"a": 1}'


@pytest.mark.parametrize(
    ("raw", "kind", "words"),
    [
        (answer(b"x" * 2_000), DecodeError, "larger than 1000 bytes"),
        (
            answer(packed(b"x" * 2_000), Content_Encoding="gzip"),
            DecodeError,
            "larger than 1000 bytes",
        ),
        (answer(b"not gzip", Content_Encoding="gzip"), DecodeError, "damaged"),
        (
            answer(packed(b"{}") + b"rest", Content_Encoding="gzip"),
            DecodeError,
            "damaged",
        ),
        (
            answer(packed(b"x" * 900) * 2, Content_Encoding="gzip"),
            DecodeError,
            "larger than 1000 bytes",
        ),
        (
            answer(packed(b"x" * 900)[:-12], Content_Encoding="gzip"),
            ConnectionLost,
            "cut",
        ),
        (answer(b"??", Content_Encoding="br"), DecodeError, "not asked for"),
        (answer(b"{}", length=50), ConnectionLost, "lost"),
        (b"HTTP/1.1 200 OK\r\nContent-", ConnectionLost, "lost"),
        (b"SMTP ready\r\n\r\n", ConnectionLost, "lost"),
        (b"", ConnectionLost, "lost"),
    ],
)
async def test_a_bad_success(
    raw: bytes, kind: type[PhonecomEventsError], words: str
) -> None:
    """A 2xx whose body cannot be had whole is an error, chained to nothing."""
    with pytest.raises(kind, match=words) as raised:
        await send_to(raw, max_body=1_000)

    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


@pytest.mark.parametrize(
    "raw",
    [
        answer(b"partial", "500 No", length=50),
        answer(b"not gzip", "500 No", Content_Encoding="gzip"),
        answer(b"x" * 200_000, "500 No"),
        answer(packed(b"x" * 900)[:-12], "500 No", Content_Encoding="gzip"),
    ],
)
async def test_a_bad_refusal_is_a_refusal(raw: bytes) -> None:
    """Of an answer that is not 2xx the status counts, whatever its body."""
    got = await send_to(raw)

    assert got.status == 500
    assert len(got.body) <= 64 * 1024


async def test_a_gzip_bomb_is_not_inflated() -> None:
    """A small body that would grow sixty times beyond costs about what is allowed."""
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(256))
    bomb += squeeze.flush()
    tracemalloc.start()

    with pytest.raises(DecodeError, match="larger than"):
        await send_to(answer(bomb, Content_Encoding="gzip"), max_body=4 << 20)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 << 20


async def test_nothing_listens() -> None:
    """A refused connection is a failure to connect."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    transport = AiohttpTransport()

    with pytest.raises(ConnectFailed, match="GET /items") as raised:
        await transport.send(request(f"http://127.0.0.1:{port}"))

    await transport.aclose()
    assert raised.value.__context__ is None


async def _hang(
    server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await server.read(reader)
    await reader.read()


async def test_no_answer_in_time() -> None:
    """A request that was sent and not answered has timed out, to the second."""
    async with raw_server(_hang) as server:
        transport = AiohttpTransport()
        with pytest.raises(RequestTimedOut):
            await transport.send(request(server.url, timeout=0.1))
        await transport.aclose()
        assert len(server.heads) == 1


@pytest.mark.parametrize("told", [True, False], ids=["told", "guarded"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_aiohttp_resends_nothing(
    monkeypatch: pytest.MonkeyPatch, method: str, *, told: bool
) -> None:
    """A connection dropped after the request costs one request, kept alive or not.

    So it is where aiohttp can be told, and where each request has to be guarded.
    """
    if not told:
        monkeypatch.setattr(
            "phonecom_events.transport.aiohttp_transport.keep_from_resending",
            lambda _: False,
        )

    async def once_then_drop(
        server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await server.read(reader)
        writer.write(answer())
        await writer.drain()
        await server.read(reader)

    # Long enough for a busy machine, on which a POST would have another connection.
    monkeypatch.setattr(aiohttp_transport, "KEEP_ALIVE_UNSAFE", 60.0)
    async with raw_server(once_then_drop) as server:
        transport = AiohttpTransport()
        await transport.send(request(server.url, method))
        with pytest.raises(ConnectionLost):
            await transport.send(request(server.url, method))
        await transport.aclose()
        assert len(server.heads) == 2


async def connections_of(*methods: str) -> int:
    """Send one request after the other; return how many connections that took."""
    connections = []

    async def answer_each(
        server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        connections.append(writer)
        while True:
            await server.read(reader)
            writer.write(answer())

    async with raw_server(answer_each) as server:
        transport = AiohttpTransport()
        for method in methods:
            await transport.send(request(server.url, method))
        await transport.aclose()
    return len(connections)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_what_must_not_be_sent_twice_has_a_fresh_connection(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It neither takes a connection of others, nor one that was idle for a while."""
    monkeypatch.setattr(aiohttp_transport, "KEEP_ALIVE_UNSAFE", 0.0)

    assert await connections_of("GET", "GET", method, method, "PUT") == 3


async def test_a_burst_shares_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was in use a moment ago is used again."""
    monkeypatch.setattr(aiohttp_transport, "KEEP_ALIVE_UNSAFE", 60.0)

    assert await connections_of("POST", "PATCH", "POST") == 1


async def test_a_deadline_that_has_passed() -> None:
    """With no time left nothing is sent."""
    transport = AiohttpTransport()
    late = request("http://127.0.0.1:1")
    with pytest.raises(DeadlineExceeded, match="no time was left"):
        await transport.send(late.replace(deadline=0.0))

    await transport.aclose()


async def test_closed() -> None:
    """A closed transport says so, as often as it is asked; closing twice is fine."""
    transport = AiohttpTransport()
    await transport.aclose()
    await transport.aclose()

    with pytest.raises(SessionClosed, match="is closed"):
        await transport.send(request("http://127.0.0.1:1"))

    assert "closed" in repr(transport)


async def test_closed_in_mid_request() -> None:
    """Closing during a request ends it as closed, and says what that leaves open."""
    async with raw_server(_hang) as server:
        transport = AiohttpTransport()
        task = asyncio.create_task(transport.send(request(server.url)))
        while not server.heads:
            await asyncio.sleep(0.001)
        await transport.aclose()
        with pytest.raises(SessionClosed, match="not known"):
            await task


async def test_cancel_frees_the_connection_and_forgets_its_frames() -> None:
    """A cancelled request holds no connection, and shows no frame of aiohttp."""
    async with raw_server(_hang) as server:
        transport = AiohttpTransport(max_connections=1)
        task = asyncio.create_task(transport.send(request(server.url)))
        while not server.heads:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as raised:
            await task
        with pytest.raises(RequestTimedOut):
            await transport.send(request(server.url, timeout=0.05))
        await transport.aclose()

    files = [str(entry.path) for entry in raised.traceback]
    assert not [file for file in files if "/aiohttp/" in file]


async def test_waiting_for_a_connection_is_not_connecting() -> None:
    """Requests beyond the most connections wait, whatever the connect timeout."""

    async def slow(
        server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            await server.read(reader)
            await asyncio.sleep(0.2)
            writer.write(answer())

    async with raw_server(slow) as server:
        transport = AiohttpTransport(max_connections=1)
        answers = await asyncio.gather(
            *(transport.send(request(server.url, timeout=0.9)) for _ in range(5))
        )
        await transport.aclose()

    assert [got.status for got in answers] == [200] * 5


def _session_with_everything_set() -> aiohttp.ClientSession:
    with warnings.catch_warnings():
        # aiohttp 4 will have no `auth`; until then callers may use it.
        warnings.simplefilter("ignore", DeprecationWarning)
        return aiohttp.ClientSession(
            auth=aiohttp.BasicAuth("user", "password"),
            raise_for_status=True,
            auto_decompress=False,
        )


async def test_a_session_of_the_callers() -> None:
    """It is used with our settings over its own, and never closed."""

    async def script(
        server: RawServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await server.read(reader)
        body = packed(b"[]")
        writer.write(answer(body, "404 No", Content_Encoding="gzip"))

    async with (
        raw_server(script) as server,
        _session_with_everything_set() as session,
    ):
        transport = AiohttpTransport(http_session=session)
        ask = request(server.url).replace(authorization=Secret("canary"))
        got = await transport.send(ask)
        await transport.aclose()
        assert not session.closed

    assert (got.status, got.body) == (404, b"[]")
    assert "Authorization: Bearer canary\r\n" in server.heads[0]
    with pytest.raises(SessionClosed, match="http_session is closed"):
        await AiohttpTransport(http_session=session).send(request(server.url))


def test_two_loops() -> None:
    """One transport serves one asyncio.run after another, and leaves nothing open."""
    transport = AiohttpTransport()

    async def one() -> int:
        async def script(
            server: RawServer,
            reader: asyncio.StreamReader,
            writer: asyncio.StreamWriter,
        ) -> None:
            await server.read(reader)
            writer.write(answer())

        async with raw_server(script) as server:
            return (await transport.send(request(server.url))).status

    assert [asyncio.run(one()) for _ in range(3)] == [200] * 3
    assert len(transport._loops) == 1
