"""What a request is answered, and that its event is handled; by no web framework."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, Generic, TypeVar

from attrs import field, frozen

from ..errors import InboxUnavailable, InvalidArgument
from ..telemetry import Operation, Telemetry
from ..telemetry.calls import check_telemetry
from ..webhooks import MAX_BODY, Headers
from ..webhooks.signature import HeaderLines
from .body import Read, read_body
from .delivery import Incoming, Refused, Rules
from .inbox import EventQueue, Inbox
from .memory_inbox import MemoryInbox
from .worker import Workers

E = TypeVar("E")
_log: Final = logging.getLogger("phonecom_events.receiver")

# In seconds. Neither vendor says that it heeds it; both come again by plans of theirs.
_RETRY_AFTER: Final = "10"


@frozen
class Answer:
    """Hold what a delivery is answered with; there is no body.

    Attributes:
        status: of the answer.
        headers: those that it needs.
    """

    status: int
    headers: Mapping[str, str] = field(factory=dict[str, str])


class Endpoint(Generic[E]):
    """Put deliveries into an inbox, and have what is in it handled.

    Args:
        rules: of the vendor.
        handle: called with each event.
        inbox: where events are kept. None is in memory, and logs what that risks.
        queue_size, remember: of the inbox that None makes.
        workers: events handled at a time.
        drain: seconds that handlers get when the application stops.
        body_timeout: seconds in which a body must have come.
        telemetry: what is told of each delivery.

    Raises:
        InvalidArgument: one of them cannot work, or not with the others.
    """

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
        if workers < 1 or not drain >= 0:
            raise InvalidArgument("workers must be 1 or more, and drain 0 or more")
        if not body_timeout > 0:
            raise InvalidArgument("body_timeout must be above 0")
        if inbox is not None and not (queue_size is None and remember is None):
            raise InvalidArgument(
                "queue_size and remember are of the inbox in memory: give the inbox"
                " what it needs when you make it"
            )
        self.rules = rules
        self._handle = handle
        self._chosen = inbox is not None
        self._inbox = (
            inbox
            if inbox is not None
            else MemoryInbox(
                size=1000 if queue_size is None else queue_size,
                remember=3600.0 if remember is None else remember,
            )
        )
        self._count = workers
        self._drain = drain
        self._body_timeout = body_timeout
        if telemetry is not None:
            check_telemetry(telemetry)
        self._telemetry = telemetry
        self._running = False
        self._ever_started = False
        self._queue: EventQueue | None = None
        self._workers: Workers[E] | None = None

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Start, and stop in the end, whatever happens between."""
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def start(self) -> None:
        """Open the inbox on the running loop, and take up what is in it.

        Raises:
            InvalidArgument: it runs already, or the inbox cannot be opened in this way.
        """
        if self._running:
            raise InvalidArgument(
                "this receiver runs already: it is started by one application or server"
            )
        self._running = True
        try:
            queue = self._queue = await self._open()
        except BaseException:
            self._running = False
            raise
        self._workers = Workers(queue, self.rules.read, self._handle, count=self._count)
        self._ever_started = True

    async def _open(self) -> EventQueue:
        if not self._chosen:
            _log.warning(
                "deliveries of %s are kept in memory: what is acknowledged is lost with"
                " the process; inbox=SqliteInbox(…) keeps it, inbox=MemoryInbox() says"
                " that this is meant",
                self.rules.source,
            )
        return await self._inbox.open(self.rules.source)

    async def stop(self) -> None:
        """Let handlers come to an end, and close the inbox."""
        queue, self._queue = self._queue, None
        workers, self._workers = self._workers, None
        if queue is None or workers is None:
            return
        try:
            try:
                await workers.stop(self._drain)
            finally:
                await queue.close()
        finally:
            self._running = False

    async def answer(
        self, method: str, headers: Headers, read: Read, *, path_secret: str | None
    ) -> Answer:
        """Return the answer to a delivery: 200 if it is kept, or was before.

        503, with ``Retry-After``, is for what cannot be kept now; every other status
        is that of a refusal, whose reason is logged.

        Args:
            method, headers: of the request.
            read: see `Read`; asked for nothing if that can be helped.
            path_secret: see `Incoming`.

        Raises:
            InvalidArgument: it was never started.
        """
        if self._telemetry is None:
            return await self._answer(method, headers, read, path_secret)
        name = f"{self.rules.source}.delivery"
        span = self._telemetry.begin(
            Operation(
                kind="delivery", name=name, vendor=self.rules.source, method=method
            )
        )
        try:
            with span.active():
                answer = await self._answer(method, headers, read, path_secret)
        except BaseException as error:
            span.end(error=type(error).__name__)
            raise
        span.end(status=answer.status)
        return answer

    async def _answer(
        self, method: str, headers: Headers, read: Read, path_secret: str | None
    ) -> Answer:
        if not self._ever_started:
            raise InvalidArgument(
                "a delivery came before this receiver was started: mount it on an"
                " aiohttp application, serve its asgi() with lifespan events, or enter"
                " receiver.lifespan() in your framework's own lifespan"
            )
        if method != "POST":
            # No warning: scanners ask every URL for everything.
            return Answer(405, {"Allow": "POST"})
        try:
            body = await read_body(
                read, HeaderLines(headers), limit=MAX_BODY, seconds=self._body_timeout
            )
            keys = self.rules.accept(
                Incoming(body=body, headers=headers, path_secret=path_secret)
            )
        except Refused as refused:
            return _refusal(refused)
        if not keys or await self._keep(body, keys):
            return Answer(200, self.rules.acknowledgement)
        return Answer(503, {"Retry-After": _RETRY_AFTER})

    async def _keep(self, body: bytes, keys: Sequence[str]) -> bool:
        if self._queue is None:
            return False
        try:
            await self._queue.put(body, keys)
        except InboxUnavailable:
            # The inbox has told why, once: a line for each delivery would drown it.
            return False
        return True


def _refusal(refused: Refused) -> Answer:
    # The answer does not say why: whoever is refused may be a stranger.
    _log.warning("refused a delivery (%d): %s", refused.status, refused.why)
    return Answer(refused.status)
