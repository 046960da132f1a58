"""An ASGI server of a few lines, which sends whatever messages a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from attrs import field, frozen

from phonecom_events.receiver.asgi import AsgiReceiver, Message
from phonecom_events.webhooks import signed_headers

from ..webhooks.samples import NOW, SECRET

GONE: Message = {"type": "http.disconnect"}


def chunk(body: bytes, *, more: bool) -> Message:
    """Return a part of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


def whole(body: bytes) -> list[Message]:
    """Return a body in one part."""
    return [chunk(body, more=False)]


def linq_headers(body: bytes) -> list[tuple[bytes, bytes]]:
    """Sign *body* as Linq does."""
    signed = signed_headers(SECRET, body, webhook_id="msg_1", timestamp=NOW)
    return [(name.encode(), value.encode()) for name, value in signed.items()]


@frozen
class Answered:
    """Hold what an application sent, and how many messages it took for that."""

    status: int
    headers: dict[bytes, bytes]
    received: int


async def send_to(
    app: AsgiReceiver[Any],
    messages: Iterable[Message],
    *,
    headers: Iterable[tuple[bytes, bytes]] = (),
    then: type[OSError] | None = None,
    **scope: Any,
) -> Answered | None:
    """Send a request, and return its answer; None if the application sent none.

    After the last message the sender says nothing, and *then* is what sending raises.
    """
    left = list(messages)
    taken: list[Message] = []
    sent: list[Message] = []

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        taken.append(left.pop(0))
        return taken[-1]

    async def send(message: Message) -> None:
        if then is not None:
            raise then("gone")
        sent.append(message)

    request = {"type": "http", "http_version": "1.1", "method": "POST", "path": "/hook"}
    await app({**request, "headers": iter(headers), **scope}, receive, send)
    if not sent:
        return None
    start, body = sent
    assert (start["type"], body["type"]) == (
        "http.response.start",
        "http.response.body",
    )
    assert not body["body"]
    assert not body.get("more_body")
    return Answered(start["status"], dict(start["headers"]), len(taken))


@frozen
class Life:
    """Hold what an application said of its life so far."""

    said: list[Message] = field(factory=list[Message])


@asynccontextmanager
async def alive(app: AsgiReceiver[Any]) -> AsyncIterator[Life]:
    """Start *app* as a server does, and shut it down."""
    life = Life()
    told = asyncio.Event()
    shutdown = asyncio.Event()
    messages = iter(["startup", "shutdown"])

    async def receive() -> Message:
        name = next(messages)
        if name == "shutdown":
            await shutdown.wait()
        return {"type": f"lifespan.{name}"}

    async def send(message: Message) -> None:
        life.said.append(message)
        told.set()

    living = asyncio.create_task(app({"type": "lifespan"}, receive, send))
    try:
        async with asyncio.timeout(20):
            await told.wait()
        yield life
    finally:
        shutdown.set()
        await living
