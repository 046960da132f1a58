"""A receiver as an ASGI 3 application: https://asgi.readthedocs.io/en/latest/specs.

It is called with what ASGI calls a scope: a request, or the life of the server.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, Generic, TypeAlias, TypeVar
from urllib.parse import unquote_to_bytes

from .body import cut
from .endpoint import Answer, Endpoint

E = TypeVar("E")
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_log: Final = logging.getLogger("phonecom_events.receiver")


class AsgiReceiver(Generic[E]):
    """Answer deliveries under an ASGI server; made by `Receiver.asgi`."""

    def __init__(self, endpoint: Endpoint[E]) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or live from the server's startup to its shutdown.

        Raises:
            InvalidArgument: a request came, and the receiver was never started.
            NotImplementedError: the scope is none that a server has for this.
        """
        match scope["type"]:
            case "http":
                await self._answer(scope, receive, send)
            case "lifespan":
                await self._live(receive, send)
            case "websocket":
                # Whoever asks is a stranger, for whom no traceback shall be logged.
                await receive()
                await send({"type": "websocket.close"})
            case other:
                raise NotImplementedError(f"no scope of type {other!r} is served")

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        body = _Body(receive)
        answer = await self._endpoint.answer(
            scope["method"],
            list(scope["headers"]),
            body.read,
            path_secret=_last_segment(scope),
        )
        if body.sender_is_gone:
            return
        try:
            await send(_start(answer, close=not body.ended and _is_http_1(scope)))
            await send({"type": "http.response.body", "body": b""})
        except OSError:
            # A server may raise this when the sender has gone; it will come again.
            _log.info(
                "a delivery was answered (%d) when its sender was gone", answer.status
            )

    async def _live(self, receive: Receive, send: Send) -> None:
        phase = "startup"
        await receive()
        try:
            async with self._endpoint.lifespan():
                await send({"type": "lifespan.startup.complete"})
                phase = "shutdown"
                await receive()
        except Exception as error:  # noqa: BLE001, the server is told, and ends
            _log.exception("the receiver failed at %s", phase)
            await send({"type": f"lifespan.{phase}.failed", "message": str(error)})
        else:
            await send({"type": "lifespan.shutdown.complete"})

    def __repr__(self) -> str:
        return f"<AsgiReceiver of {self._endpoint.rules.source}>"


class _Body:
    """Read a body out of a server's messages."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.ended = False
        self.sender_is_gone = False

    async def read(self) -> bytes:
        chunk = b""
        while not chunk and not self.ended:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.sender_is_gone = True
                raise cut()
            # Both may be left out, and a chunk that is not the last may be empty.
            chunk = message.get("body", b"")
            self.ended = not message.get("more_body", False)
        return chunk


def _start(answer: Answer, *, close: bool) -> Message:
    headers = {**answer.headers, "Content-Length": "0"}
    if close:
        # Or some servers read the rest of a refused body, however long, to its end.
        headers["Connection"] = "close"
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in headers.items()
        ],
    }


def _is_http_1(scope: Message) -> bool:
    # HTTP/2 has no such header as Connection, and forbids it (RFC 9113, 8.2.2).
    return str(scope.get("http_version", "1.1")).startswith("1")


def _last_segment(scope: Message) -> str:
    raw = scope.get("raw_path")
    if raw is None:
        return str(scope["path"]).rpartition("/")[2]
    # Not out of "path", where a secret's own slash is like any other. Some servers,
    # against the specification, leave the query on it.
    segment = bytes(raw).partition(b"?")[0].rpartition(b"/")[2]
    return unquote_to_bytes(segment).decode(errors="backslashreplace")
