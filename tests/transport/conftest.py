"""A server that says exactly what it is told to, byte for byte."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import trustme

from phonecom_events.http import Request

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """Count connections and requests, and answer by a script.

    Attributes:
        url, port: where it listens.
        heads: the head of each request it got.
    """

    def __init__(self) -> None:
        self.url = ""
        self.port = 0
        self.heads: list[str] = []

    async def read(self, reader: asyncio.StreamReader) -> str:
        """Read the head of one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        return head


@asynccontextmanager
async def raw_server(
    script: Callable[
        [RawServer, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]
    ],
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[RawServer]:
    """Run *script* for each connection, over TLS if a context is given."""
    server = RawServer()
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await script(server, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client hung up, as some of the tests want it to
        finally:
            writer.close()

    listener = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    server.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.port}"
    try:
        yield server
    finally:
        listener.close()
        for task in talks:
            task.cancel()
        if talks:
            await asyncio.wait(talks)


def answer(
    body: bytes = b"{}",
    status: str = "200 OK",
    length: int | None = None,
    **headers: str,
) -> bytes:
    """Write an answer; *length* is what Content-Length says."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {length or len(body)}"]
    lines += [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def request(url: str, method: str = "GET", timeout: float | None = 5.0) -> Request:
    """Make a request of *url*."""
    return Request(method=method, url=url + "/items", path="/items", timeout=timeout)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority that no system trusts."""
    return trustme.CA()


@pytest.fixture(scope="session")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    """What a server needs to be 127.0.0.1, or any host of example.test."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    names = ("127.0.0.1", "*.example.test")
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture(scope="session")
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """What a client needs to trust that server."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context
