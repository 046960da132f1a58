"""A receiver as an aiohttp handler, whoever the vendor is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Generic, TypedDict, TypeVar

from aiohttp import web

from ..errors import InvalidArgument
from ..webhooks import MAX_BODY
from .delivery import Incoming, Refused, Rules
from .endpoint import Endpoint, refusal
from .inbox import Inbox

E = TypeVar("E")


class ReceiverOptions(TypedDict, total=False):
    """Set where a receiver keeps events, and how much it takes on.

    Attributes:
        inbox: keeps what is acknowledged until it is handled, such as a
            `SqliteInbox`. Without one it is a `MemoryInbox`, and the log says so.
        queue_size: events that may wait in memory (1,000). Beyond that the answer is
            503, so that the sender tries again.
        remember: seconds for which memory knows a repeat, which is acknowledged and
            goes no further (3,600). 0 lets repeats through.
        workers: events handled at a time (1, which keeps them in order).
        drain: seconds that handlers get when the application stops (20), and with
            them what waits in memory.
        body_timeout: seconds in which a body must have come (10).
    """

    inbox: Inbox
    queue_size: int
    remember: float
    workers: int
    drain: float
    body_timeout: float


class Receiver(Generic[E]):
    """Receive deliveries; made by `phonecom_receiver` or `linq_receiver`."""

    def __init__(
        self,
        rules: Rules[E],
        handle: Callable[[E], Awaitable[object]],
        *,
        inbox: Inbox | None = None,
        queue_size: int | None = None,
        remember: float | None = None,
        workers: int = 1,
        drain: float = 20.0,
        body_timeout: float = 10.0,
    ) -> None:
        if not body_timeout > 0:
            raise InvalidArgument("body_timeout must be above 0")
        self._endpoint = Endpoint(
            rules,
            handle,
            inbox=inbox,
            queue_size=queue_size,
            remember=remember,
            workers=workers,
            drain=drain,
        )
        self._body_timeout = body_timeout
        self._path: str | None = None

    def mount(self, app: web.Application, path: str) -> None:
        """Receive what is posted to *path* of *app*; start and stop with it.

        Both vendors post. (A callback of Phone.com could be told otherwise: leave
        the method in its ``config`` as it is.)

        Raises:
            InvalidArgument: it is mounted already, or the path does not do.
        """
        if self._path is not None:
            raise InvalidArgument(f"this receiver is mounted already, at {self._path}")
        self._endpoint.rules.check_path(path)
        self._path = path
        app.router.add_post(path, self.receive)
        app.cleanup_ctx.append(self._life)

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one delivery, as soon as the inbox has it; it is handled later.

        The answer is a bare status: 200 for what was taken, or was taken before;
        400 unreadable, 401 not genuine, 403 not expected here, 408 too slow, 413
        over 1 MiB, 415 compressed, 503 when the inbox cannot take it now.
        """
        try:
            body = await read_body(request, limit=MAX_BODY, seconds=self._body_timeout)
        except Refused as refused:
            answer = refusal(refused)
        else:
            path_secret = request.match_info.get("secret")
            answer = await self._endpoint.answer(
                Incoming(body=body, headers=request.headers, path_secret=path_secret)
            )
        return web.Response(status=answer.status, headers=answer.headers)

    async def _life(self, _app: web.Application) -> AsyncIterator[None]:
        await self._endpoint.start()
        yield
        await self._endpoint.stop()

    def __repr__(self) -> str:
        return f"<Receiver at {self._path or 'no path yet'}>"


async def read_body(request: web.Request, *, limit: int, seconds: float) -> bytes:
    """Return the whole body.

    Raises:
        Refused: 413 for more than *limit* bytes, 408 for more than *seconds*, 415
            for one that is compressed (a kilobyte can become a gigabyte, and
            neither vendor compresses), 400 for one that is cut or damaged.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused(415, "its body is compressed")
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise Refused(413, f"its body is larger than {limit} bytes")
    except TimeoutError:
        raise Refused(408, f"its body takes longer than {seconds:g} s") from None
    except (web.RequestPayloadError, OSError, RuntimeError):
        # RuntimeError: what aiohttp calls reading when the sender is gone already.
        raise Refused(400, "its body is cut or damaged") from None
    return bytes(body)
