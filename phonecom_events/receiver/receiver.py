"""A receiver in an aiohttp or ASGI application, whoever the vendor is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypedDict, TypeVar

from aiohttp import web

from ..errors import InvalidArgument
from ..telemetry import Telemetry
from .asgi import AsgiReceiver
from .body import Read, cut
from .delivery import Rules
from .endpoint import Endpoint
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
        telemetry: what is told of each delivery, such as
            `phonecom_events.telemetry.OpenTelemetry`.
    """

    inbox: Inbox
    queue_size: int
    remember: float
    workers: int
    drain: float
    body_timeout: float
    telemetry: Telemetry | None


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
        telemetry: Telemetry | None = None,
    ) -> None:
        self._endpoint = Endpoint(
            rules,
            handle,
            inbox=inbox,
            queue_size=queue_size,
            remember=remember,
            workers=workers,
            drain=drain,
            body_timeout=body_timeout,
            telemetry=telemetry,
        )
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
        400 unreadable, 401 not genuine, 403 not expected here, 405 not posted, 408 too
        slow, 413 over 1 MiB, 415 compressed, 503 when the inbox cannot take it now.

        Raises:
            InvalidArgument: this receiver was never started.
        """
        answer = await self._endpoint.answer(
            request.method,
            request.headers,
            body_of(request),
            path_secret=request.match_info.get("secret"),
        )
        return web.Response(status=answer.status, headers=answer.headers)

    def asgi(self) -> AsgiReceiver[E]:
        """Return an ASGI 3 application that receives whatever is posted to it.

        Served as it is, it starts and stops with the server, by lifespan events.
        Frameworks keep those from what is mounted in them: enter `lifespan` there. A
        secret that is expected in the path is the last segment of it.
        """
        return AsgiReceiver(self._endpoint)

    def lifespan(self, _app: object = None) -> AbstractAsyncContextManager[None]:
        """Start on entering, and on leaving stop as `ReceiverOptions` says of *drain*.

        Takes the application that frameworks give to their ``lifespan=``, so it can be
        that itself.

        Raises:
            InvalidArgument: on entering: it runs already, or the inbox cannot be opened.
        """
        return self._endpoint.lifespan()

    async def _life(self, _app: web.Application) -> AsyncIterator[None]:
        async with self.lifespan():
            yield

    def __repr__(self) -> str:
        return f"<Receiver at {self._path or 'no path yet'}>"


def body_of(request: web.Request) -> Read:
    """Return what reads the body of *request*, piece by piece."""

    async def read() -> bytes:
        try:
            return await request.content.readany()
        except (web.RequestPayloadError, OSError, RuntimeError):
            # RuntimeError: what aiohttp calls reading when the sender is gone already.
            raise cut() from None

    return read
