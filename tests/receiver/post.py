"""A receiver on a loopback port, and what posts to it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from phonecom_events.receiver import Receiver
from phonecom_events.webhooks import signed_headers

from ..webhooks.samples import NOW, SECRET, dumps

E = TypeVar("E")


class Post(Generic[E]):
    """Post to a receiver, and keep what its handler was given."""

    def __init__(self, http: ClientSession, server: TestServer, path: str) -> None:
        self.http = http
        self.server = server
        self.path = path

    async def __call__(
        self, value: object, *, path: str | None = None, **options: Any
    ) -> int:
        """Post *value*, as JSON unless it is bytes, and return the status.

        A refusal must not say why.
        """
        body = value if isinstance(value, bytes) else dumps(value)
        url = self.server.make_url(path or self.path)
        async with self.http.post(url, data=io.BytesIO(body), **options) as answer:
            assert await answer.read() == b""
            return answer.status

    async def signed(
        self, value: object, *, webhook_id: str = "msg_1", timestamp: int = NOW
    ) -> int:
        """Post *value* as Linq does, signed."""
        body = value if isinstance(value, bytes) else dumps(value)
        headers = signed_headers(
            SECRET, body, webhook_id=webhook_id, timestamp=timestamp
        )
        return await self(body, headers=headers)

    async def raw(self, sent: bytes, *, then_close: bool = False) -> bytes:
        """Send *sent* over a bare connection, and return all that comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        writer.write(sent)
        await writer.drain()
        if then_close:
            writer.write_eof()
        got = await reader.read()
        writer.close()
        await writer.wait_closed()
        return got


@asynccontextmanager
async def serving(
    receiver: Receiver[E], path: str = "/hook", post_path: str | None = None
) -> AsyncIterator[Post[E]]:
    """Run an application that has the receiver, and nothing else."""
    app = web.Application()
    receiver.mount(app, path)
    server = TestServer(app, host="127.0.0.1")
    async with server, ClientSession() as http:
        yield Post(http, server, post_path or path)


class Recorder(Generic[E]):
    """Be a handler that records what came, and let tests wait for it or hold it up."""

    def __init__(self) -> None:
        self.events: list[E] = []
        self.open = asyncio.Event()
        self.open.set()
        self._changed = asyncio.Condition()

    async def __call__(self, event: E) -> None:
        """Keep *event*, as soon as the recorder is open."""
        await self.open.wait()
        async with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    async def wait_for(self, count: int) -> list[E]:
        """Return the events, once there are *count* of them."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: len(self.events) >= count)
        assert len(self.events) == count
        return self.events
