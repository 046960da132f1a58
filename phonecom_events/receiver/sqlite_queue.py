"""The events of one receiver in an SQLite inbox: put, leased, finished or failed."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ..errors import InboxUnavailable
from .inbox import LeasedEvent
from .sqlite_events import (
    add_event,
    fail_event,
    finish_event,
    lease_events,
    next_due,
    release_event,
    release_source,
)
from .sqlite_writer import SqliteWriter

_MAX_PAUSE: Final = 3600.0
# Seconds until it is looked whether another process has left something.
_POLL: Final = 1.0
# Events are leased many at a time if they are handled fast: a commit for each would be
# slower than that. What was not begun after so many seconds is left to others.
_MAX_LEASED: Final = 256
_SHORT: Final = 0.05
_LONG: Final = 0.5


@frozen
class Attempts:
    """Say how often an event is tried, and how long to wait in between.

    Attributes:
        limit: of attempts.
        backoff: seconds after the first; doubled after each further one.
    """

    limit: int
    backoff: float

    def pause(self, attempt: int) -> float | None:
        """Return the seconds to wait after an attempt; None after the last one."""
        if attempt >= self.limit:
            return None
        # The exponent has a bound, as a float has.
        return float(min(_MAX_PAUSE, self.backoff * 2 ** min(attempt - 1, 64)))


class SqliteQueue:
    """Keep the events of one receiver in a file; made by `SqliteInbox`."""

    def __init__(
        self,
        writer: SqliteWriter,
        source: str,
        *,
        attempts: Attempts,
        clock: Callable[[], float],
        lease: float,
        on_close: Callable[[], Awaitable[None]],
    ) -> None:
        self._writer = writer
        self._source = source
        self._attempts = attempts
        self._clock = clock
        self._on_close = on_close
        self._changed = asyncio.Event()
        self._leasing = asyncio.Lock()
        self._leased: deque[LeasedEvent] = deque()
        self._leased_at = 0.0
        # Far from the end of the lease, which was renewed a third of it ago or less.
        self._keep = min(_LONG, lease / 3)
        self._limit = 1
        self._filled = False
        self._release_timer: asyncio.TimerHandle | None = None
        self._draining = False

    async def put(self, body: bytes, keys: Sequence[str]) -> bool:
        """Keep an event on the disk, if it is new; see `EventQueue`.

        Raises:
            InboxUnavailable: it is not kept.
        """
        new = await self._writer.run(
            partial(
                add_event, source=self._source, body=body, keys=keys, now=self._clock()
            )
        )
        if new:
            self._changed.set()
        return new

    async def take(self) -> LeasedEvent | None:
        """Wait for the oldest event that nobody has, and lease it; see `EventQueue`.

        Raises:
            InboxUnavailable: the file cannot be used.
        """
        while not self._draining:
            if self._has_some():
                return self._leased.popleft()
            async with self._leasing:
                # Another worker may have leased some while this one waited.
                if not (self._draining or self._has_some()):
                    await self._lease()
        return None

    async def finish(self, event: LeasedEvent) -> None:
        """Mark *event* as done, and delete its body, with the next commit."""
        self._writer.enqueue(partial(finish_event, event=event, now=self._clock()))

    async def fail(self, event: LeasedEvent, error: str) -> None:
        """Let *event* be tried again after a pause, or make it a dead letter."""
        now = self._clock()
        pause = self._attempts.pause(event.attempt)
        due_at = None if pause is None else now + pause
        self._writer.enqueue(
            partial(fail_event, event=event, error=error, now=now, due_at=due_at)
        )

    def drain(self) -> None:
        """Take nothing more: what waits is safe where it is."""
        self._draining = True
        self._release()
        self._changed.set()

    async def close(self) -> None:
        """Leave to others what was taken and not handled."""
        self.drain()
        try:
            await self._writer.run(
                lambda connection: release_source(
                    connection, self._source, self._writer.owner
                )
            )
        except InboxUnavailable:
            pass  # told in the log; the lease will end by itself
        finally:
            await self._on_close()

    def _has_some(self) -> bool:
        return bool(self._leased) and self._age() < self._keep

    def _age(self) -> float:
        return time.monotonic() - self._leased_at

    def _release(self) -> None:
        """Leave to others what was leased and not begun with; lease fewer from now."""
        if self._release_timer is not None:
            self._release_timer.cancel()
            self._release_timer = None
        if self._leased:
            self._limit = max(1, self._limit // 2)
        for event in self._leased:
            self._writer.enqueue(partial(release_event, event=event))
        self._leased.clear()

    async def _lease(self) -> None:
        """Lease some events, or wait until there may be some."""
        if self._filled and not self._leased and self._age() < _SHORT:
            self._limit = min(_MAX_LEASED, self._limit * 2)
        self._release()
        # Before they are looked for, so that none that comes meanwhile is missed.
        self._changed.clear()
        events, due_at = await self._writer.run(self._lease_some)
        self._leased.extend(events)
        self._filled = len(events) == self._limit
        # From here on, however long the commit took: else a slow disk would have them
        # leased and released for ever.
        self._leased_at = time.monotonic()
        if len(events) > 1:
            self._release_timer = self._writer.loop.call_later(
                self._keep, self._release
            )
        if not events:
            wait = _POLL if due_at is None else min(_POLL, due_at - self._clock())
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, wait)):
                    await self._changed.wait()

    def _lease_some(
        self, connection: Connection
    ) -> tuple[list[LeasedEvent], float | None]:
        events = lease_events(
            connection, self._source, self._writer.owner, self._limit, self._clock()
        )
        return events, None if events else next_due(connection, self._source)
