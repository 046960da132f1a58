"""A server that says exactly what it is told to, byte for byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from phonecom_events.http import Request

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """Count connections and requests, and answer by a script.

    Attributes:
        url: where it listens.
        heads: the head of each request it got.
    """

    def __init__(self) -> None:
        self.url = ""
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
) -> AsyncIterator[RawServer]:
    """Run *script* for each connection."""
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

    listener = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    server.url = f"http://127.0.0.1:{port}"
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
