"""A small proxy over real sockets: tunnels by CONNECT, forwards http://, refuses."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Asked(NamedTuple):
    """What a client asked the proxy for, and who it said it is."""

    method: str
    target: str
    authorization: str


class ConnectProxy:
    """Do as a proxy does.

    Args:
        upstream: the port on loopback that every name leads to; by default the
            address and port that were asked for.
        account: ``user:password`` that is wanted of every request, else it is 407.
        refusal: the status that every CONNECT is answered with; 0 hangs up.

    Attributes:
        asked: each request that it got, those that it refused included.
    """

    def __init__(
        self,
        *,
        upstream: int | None = None,
        account: str | None = None,
        refusal: int | None = None,
    ) -> None:
        self.upstream = upstream
        self.account = account
        self.refusal = refusal
        self.asked: list[Asked] = []
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens, for those who need no password."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve one connection of a client."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n")[0].split(" ")
        headers = dict(
            line.lower().split(": ", 1)[:1] + line.split(": ", 1)[1:]
            for line in head.split("\r\n")[1:]
            if line
        )
        shown = headers.get("proxy-authorization", "")
        self.asked.append(Asked(method, target, shown))
        status = self._status(shown)
        if status != 200:
            if status:
                writer.write(
                    f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()
                )
            return
        url = urlsplit(f"//{target}" if method == "CONNECT" else target)
        server = await asyncio.open_connection(
            "127.0.0.1" if self.upstream else url.hostname, self.upstream or url.port
        )
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            server[1].write(head.replace(target, url.path, 1).encode())
        await self._relay((reader, writer), server)

    def _status(self, shown: str) -> int:
        if self.refusal is not None:
            return self.refusal
        if self.account is not None:
            wanted = "Basic " + b64encode(self.account.encode()).decode()
            return 200 if shown == wanted else 407
        return 200

    @staticmethod
    async def _relay(client: Streams, server: Streams) -> None:
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_copy(client[0], server[1]))
                both.create_task(_copy(server[0], client[1]))
        finally:
            server[1].close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass  # whoever hung up is told to the other side below
    finally:
        writer.close()


@asynccontextmanager
async def connect_proxy(
    proxy: ConnectProxy, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ConnectProxy]:
    """Run *proxy* on loopback, over TLS if a context is given."""
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await proxy.serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client hung up, as some of the tests want it to
        finally:
            writer.close()

    listener = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    proxy.port = listener.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listener.close()
        for task in talks:
            task.cancel()
        if talks:
            await asyncio.wait(talks)
