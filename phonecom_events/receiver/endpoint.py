"""What a delivery is answered, and that it is handled; by no web framework."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Generic, TypeVar

from attrs import field, frozen

from ..errors import InboxUnavailable, InvalidArgument
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
    ) -> None:
        if workers < 1 or not drain >= 0:
            raise InvalidArgument("workers must be 1 or more, and drain 0 or more")
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
        self._queue: EventQueue | None = None
        self._workers: Workers[E] | None = None

    async def start(self) -> None:
        """Open the inbox on the running loop, and take up what is in it.

        Raises:
            InvalidArgument: the inbox cannot be opened in this way.
        """
        if not self._chosen:
            _log.warning(
                "deliveries of %s are kept in memory: what is acknowledged is lost with"
                " the process; inbox=SqliteInbox(…) keeps it, inbox=MemoryInbox() says"
                " that this is meant",
                self.rules.source,
            )
        queue = self._queue = await self._inbox.open(self.rules.source)
        self._workers = Workers(queue, self.rules.read, self._handle, count=self._count)

    async def stop(self) -> None:
        """Let handlers come to an end, and close the inbox."""
        queue, self._queue = self._queue, None
        workers, self._workers = self._workers, None
        if queue is None or workers is None:
            return
        try:
            await workers.stop(self._drain)
        finally:
            await queue.close()

    async def answer(self, incoming: Incoming) -> Answer:
        """Return the answer to a delivery: 200 if it is kept, or was before.

        503, with ``Retry-After``, is for what cannot be kept now; every other status
        is that of a refusal, whose reason is logged.
        """
        try:
            keys = self.rules.accept(incoming)
        except Refused as refused:
            return refusal(refused)
        if not keys or await self._keep(incoming.body, keys):
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


def refusal(refused: Refused) -> Answer:
    """Log why a delivery is refused, and return the answer that does not say so."""
    _log.warning("refused a delivery (%d): %s", refused.status, refused.why)
    return Answer(refused.status)
