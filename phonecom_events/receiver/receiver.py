"""A receiver as an aiohttp handler, whoever the vendor is."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, Generic, TypedDict, TypeVar

from aiohttp import web

from ..errors import InvalidArgument
from ..webhooks import MAX_BODY, ReplayGuard
from .delivery import Accepted, Incoming, Refused, Rules
from .inbox import Inbox

E = TypeVar("E")
_log: Final = logging.getLogger("phonecom_events.receiver")


class ReceiverOptions(TypedDict, total=False):
    """Set how much a receiver takes on.

    Attributes:
        queue_size: events that may wait (1,000). Beyond that the answer is 503,
            so that the sender tries again.
        workers: events handled at a time (1, which keeps them in order).
        drain: seconds that waiting events get when the application stops (20).
        body_timeout: seconds in which a body must have come (10).
        remember: seconds for which a repeat is known: it is acknowledged and goes
            no further (3,600). 0 lets repeats through.
    """

    queue_size: int
    workers: int
    drain: float
    body_timeout: float
    remember: float


class Receiver(Generic[E]):
    """Receive deliveries; made by `phonecom_receiver` or `linq_receiver`."""

    def __init__(
        self,
        rules: Rules[E],
        handle: Callable[[E], Awaitable[object]],
        *,
        queue_size: int = 1000,
        workers: int = 1,
        drain: float = 20.0,
        body_timeout: float = 10.0,
        remember: float = 3600.0,
    ) -> None:
        if not body_timeout > 0 or not 0 <= remember < math.inf:
            raise InvalidArgument(
                "body_timeout must be above 0, remember 0 or more seconds"
            )
        self._rules = rules
        self._inbox = Inbox(handle, size=queue_size, workers=workers, drain=drain)
        self._body_timeout = body_timeout
        self._seen = ReplayGuard(lifetime=remember) if remember else None
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
        self._rules.check_path(path)
        self._path = path
        app.router.add_post(path, self.receive)
        app.cleanup_ctx.append(self._life)

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one delivery; it is handled later, if at all.

        The answer is a bare status: 200 for what was taken, or was taken before;
        400 unreadable, 401 not genuine, 403 not expected here, 408 too slow, 413
        over 1 MiB, 415 compressed, 503 no room.
        """
        try:
            body = await read_body(request, limit=MAX_BODY, seconds=self._body_timeout)
            incoming = Incoming(
                body=body,
                headers=request.headers,
                path_secret=request.match_info.get("secret"),
            )
            self._put(self._rules.accept(incoming))
        except Refused as refused:
            _log.warning("refused a delivery (%d): %s", refused.status, refused.why)
            return web.Response(status=refused.status)
        return web.Response()

    def _put(self, accepted: Accepted[E] | None) -> None:
        if accepted is None or self._is_repeat(accepted.keys):
            return
        if not self._inbox.put(accepted.event):
            raise Refused(503, "too many events are waiting to be handled")
        # Not before: what was answered with 503 has to come again.
        self._remember(accepted.keys)

    def _is_repeat(self, keys: tuple[str, ...]) -> bool:
        return self._seen is not None and any(map(self._seen.seen, keys))

    def _remember(self, keys: tuple[str, ...]) -> None:
        if self._seen is not None:
            for key in keys:
                self._seen.add(key)

    async def _life(self, _app: web.Application) -> AsyncIterator[None]:
        self._inbox.open()
        yield
        await self._inbox.close()

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
