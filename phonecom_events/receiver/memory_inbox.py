"""An inbox in memory, which ends with the process."""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
from collections import deque
from collections.abc import Sequence
from typing import Final

from ..errors import InboxUnavailable, InvalidArgument
from ..webhooks import ReplayGuard
from .inbox import LeasedEvent

_log: Final = logging.getLogger("phonecom_events.receiver")


class MemoryInbox:
    """Keep events in memory: what is acknowledged is lost with the process.

    A handler that fails is not called again for the same event.

    Args:
        size: how many events may wait, for each receiver.
        remember: seconds for which a repeat is known. 0 lets repeats through.

    Raises:
        InvalidArgument: one of them cannot work.
    """

    def __init__(self, *, size: int = 1000, remember: float = 3600.0) -> None:
        if size < 1 or not 0 <= remember < math.inf:
            raise InvalidArgument(
                "an inbox needs room for 1 event or more, and 0 or more seconds to"
                " remember them"
            )
        self._size = size
        self._remember = remember

    async def open(self, source: str) -> MemoryQueue:  # noqa: ARG002
        """Return a queue of its own for each receiver."""
        return MemoryQueue(size=self._size, remember=self._remember)

    def __repr__(self) -> str:
        return f"MemoryInbox(size={self._size}, remember={self._remember:g})"


class MemoryQueue:
    """Keep the events of one receiver in memory."""

    def __init__(self, *, size: int, remember: float) -> None:
        self._size = size
        self._seen = ReplayGuard(lifetime=remember) if remember else None
        self._waiting: deque[LeasedEvent] = deque()
        self._in_hand: set[int] = set()
        self._ids = itertools.count(1)
        self._changed = asyncio.Event()
        self._draining = False
        self._full = False

    async def put(self, body: bytes, keys: Sequence[str]) -> bool:
        """Keep an event, if it is new and there is room; see `EventQueue`.

        Raises:
            InboxUnavailable: too many are waiting, or the receiver is stopping.
        """
        if self._seen is not None and any(map(self._seen.seen, keys)):
            return False
        if self._draining:
            raise InboxUnavailable("the receiver is stopping")
        self._check_room()
        self._waiting.append(LeasedEvent(id=next(self._ids), body=body, attempt=1))
        # Not before: what was refused has to come again.
        if self._seen is not None:
            for key in keys:
                self._seen.add(key)
        self._changed.set()
        return True

    def _check_room(self) -> None:
        full = len(self._waiting) >= self._size
        if full and not self._full:
            _log.warning(
                "%d events are waiting to be handled: more are answered with 503",
                self._size,
            )
        self._full = full
        if full:
            raise InboxUnavailable("too many events are waiting to be handled")

    async def take(self) -> LeasedEvent | None:
        """Wait for the oldest event; None once `drain` was called and none waits."""
        while not self._waiting:
            if self._draining:
                return None
            self._changed.clear()
            await self._changed.wait()
        event = self._waiting.popleft()
        self._in_hand.add(event.id)
        return event

    async def finish(self, event: LeasedEvent) -> None:
        """Forget *event*."""
        self._in_hand.discard(event.id)

    async def fail(self, event: LeasedEvent, error: str) -> None:  # noqa: ARG002
        """Forget *event*: it is not tried again."""
        self._in_hand.discard(event.id)

    def drain(self) -> None:
        """Take nothing more, and let `take` return what waits."""
        self._draining = True
        self._changed.set()

    async def close(self) -> None:
        """Say how many were acknowledged and not handled, if any were."""
        lost = len(self._waiting) + len(self._in_hand)
        if lost:
            _log.error("%d acknowledged events were not handled", lost)
