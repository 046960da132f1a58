"""An inbox in an SQLite file, which survives a crash.

What is promised:

- An event is acknowledged when it is on the disk, and not before (WAL,
  ``synchronous=FULL``). One that cannot be written is answered with 503.
- Its handler is called at least once, by one process at a time. It is called again if
  it raised, after a pause that doubles each time, until all attempts are used up and
  the event is a dead letter; and if the process ended, or stood still, before it was
  written that the handler had returned.
- A process leases what it takes, renews its lease while it lives, and has lost what it
  took when it did not for so long. Where nobody else has the file open, the leases
  that are in it are of the dead, and end at once.
- The oldest event comes first. Another process, or a pause, may let one overtake it.
- Events are known by their keys until some time after they were done, so that a repeat
  is acknowledged and goes no further. Their bodies go when they are done.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..errors import InboxUnavailable, InvalidArgument
from .sqlite_events import remove_owner
from .sqlite_queue import Attempts, SqliteQueue
from .sqlite_writer import SqliteWriter

_WEEK: Final = 7 * 24 * 3600.0


class SqliteInbox:
    """Keep events in an SQLite file: what is acknowledged is handled after a crash.

    Several processes of one machine may have the file open at a time; a network file
    system will not do. One file may serve receivers of both vendors, each of which
    gets its own events; for two receivers of one vendor take two files.

    Args:
        path: of the file, which is made when the receiver starts. Its owner alone can
            read it.
        attempts: how often a handler is called for an event, if it fails.
        backoff: seconds until the second attempt; twice as long until each further
            one, but at most an hour.
        remember: seconds for which an event that is done is known, so that a repeat
            is not handled again.
        lease: seconds after which others take over from a process that was killed, or
            stands still. A handler may take longer.
        busy_timeout: seconds to wait while another process writes.
        clock: Unix seconds.

    Raises:
        InvalidArgument: one of them cannot work.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        attempts: int = 12,
        backoff: float = 1.0,
        remember: float = _WEEK,
        lease: float = 30.0,
        busy_timeout: float = 3.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if attempts < 1 or not 0 <= backoff < math.inf:
            raise InvalidArgument("attempts must be 1 or more, backoff 0 or more")
        if not all(0 < each < math.inf for each in (remember, lease, busy_timeout)):
            raise InvalidArgument(
                "remember, lease and busy_timeout must be numbers of seconds above 0"
            )
        # Absolute, as an application may change its directory before it starts.
        self._path = Path(path).absolute()
        self._attempts = Attempts(attempts, backoff)
        self._remember = remember
        self._lease = lease
        self._busy_timeout = busy_timeout
        self._clock = clock
        self._writer: SqliteWriter | None = None
        self._sources: set[str] = set()

    async def open(self, source: str) -> SqliteQueue:
        """Return the queue of a receiver; see `Inbox`.

        Raises:
            InvalidArgument: it is open for this source, or on another loop.
        """
        if source in self._sources and not self._is_forgotten():
            raise InvalidArgument(
                f"another receiver of {source} has this inbox: give it one of its own"
            )
        writer = self._running_writer()
        self._sources.add(source)
        queue = SqliteQueue(
            writer,
            source,
            attempts=self._attempts,
            clock=self._clock,
            lease=self._lease,
            on_close=lambda: self._on_close(source),
        )
        try:
            # What is wrong with the file is told now, not with the first delivery.
            await writer.run(lambda _: None)
        except InboxUnavailable:
            pass
        except BaseException:
            await queue.close()
            raise
        return queue

    def _running_writer(self) -> SqliteWriter:
        writer = self._writer
        if writer is not None and self._is_forgotten():
            writer.end()
            self._sources.clear()
            writer = None
        if writer is None:
            writer = self._writer = SqliteWriter(
                self._path,
                lease=self._lease,
                remember=self._remember,
                busy_timeout=self._busy_timeout,
                clock=self._clock,
            )
        elif writer.loop is not asyncio.get_running_loop():
            raise InvalidArgument("this inbox is in use on another event loop")
        return writer

    def _is_forgotten(self) -> bool:
        """Whether it was opened on a loop that ended without closing it."""
        return self._writer is not None and self._writer.loop.is_closed()

    async def _on_close(self, source: str) -> None:
        """End the thread with the last of the queues."""
        self._sources.discard(source)
        writer = self._writer
        if writer is None or self._sources:
            return
        self._writer = None
        with suppress(InboxUnavailable):
            await writer.run(lambda connection: remove_owner(connection, writer.owner))
        await writer.stop()

    def __repr__(self) -> str:
        return f"SqliteInbox({str(self._path)!r})"
