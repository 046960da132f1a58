"""One thread that owns the file of an inbox: it writes, and keeps leases alive.

A commit waits for the disk, and costs nearly the same for one operation as for
hundreds: what comes while one is under way goes into the next one together.
"""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, TypeAlias, TypeVar

from attrs import frozen

from ..errors import InboxUnavailable
from .sqlite_events import purge_events, renew_leases
from .sqlite_file import InboxFile, create, free_leases_if_alone, inode, reason

T = TypeVar("T")
_Future: TypeAlias = asyncio.Future[Any]
Operation: TypeAlias = Callable[[sqlite3.Connection], T]
_log: Final = logging.getLogger("phonecom_events.receiver")

# In one transaction: deliveries wait for it.
_MAX_JOBS: Final = 500
_MAX_PURGED: Final = 5000
# Seconds between two looks at what has to be renewed or purged, at most.
_HOUSEKEEPING: Final = 60.0
# Seconds until what is still to be written, or to be purged, has its turn again.
_RETRY: Final = 1.0
# Of these a connection recovers; after any other error it is made anew.
_PASSING: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL})


@frozen
class _Job:
    operation: Operation[Any]
    future: _Future | None


class SqliteWriter:
    """Run operations in a thread, in the order in which they came.

    Args:
        path: of the file, which is made if it is not there.
        lease: seconds after which a process that does not renew it has lost what it
            took. It is renewed three times in that time.
        remember: seconds after which an event that is done is forgotten.
        busy_timeout: seconds to wait while another process writes.
        clock: Unix seconds.

    Attributes:
        owner: by which name it leases events; to be read in operations alone.
    """

    def __init__(
        self,
        path: Path,
        *,
        lease: float,
        remember: float,
        busy_timeout: float,
        clock: Callable[[], float],
    ) -> None:
        self.loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        self.owner: str = ""
        self._path = path
        self._lease = lease
        self._every = min(lease / 3, _HOUSEKEEPING)
        self._remember = remember
        self._busy_timeout = busy_timeout
        self._clock = clock
        self._file: InboxFile | None = None
        self._inode: tuple[int, int] | None = None
        self._available = True
        self._renewed_at = -math.inf
        self._jobs = SimpleQueue[_Job | None]()
        self._pending: list[_Job] = []
        self._behind = False
        self._closed = False
        self._ending = False
        self._ended: asyncio.Future[None] = self.loop.create_future()
        # A daemon: an application that forgets to stop it must be able to end.
        self._thread = Thread(
            target=self._run, name="phonecom_events.inbox", daemon=True
        )
        self._thread.start()

    async def run(self, operation: Operation[T]) -> T:
        """Return what *operation* does, once it is on the disk.

        Raises:
            InboxUnavailable: nothing of it was written.
        """
        if self._closed:
            # There is no thread that would ever answer.
            raise InboxUnavailable("the inbox is closed")
        future: asyncio.Future[T] = self.loop.create_future()
        self._jobs.put(_Job(operation, future))
        return await future

    def enqueue(self, operation: Operation[None]) -> None:
        """Have *operation* written as soon as the file can be, and do not wait for it."""
        self._jobs.put(_Job(operation, None))

    async def stop(self) -> None:
        """Write what is still to be written, close the file and end the thread."""
        self.end()
        # Shielded: the thread will set it, whether this is cancelled or not.
        await asyncio.shield(self._ended)
        self._thread.join()

    def end(self) -> None:
        """Let the thread come to an end, after what it was given already."""
        self._closed = True
        self._jobs.put(None)

    def _run(self) -> None:
        while not self._ending:
            self._write(self._next_jobs())
        if self._pending:
            _log.error(
                "what became of %d events could not be written to the inbox %s:"
                " they will be handled again",
                len(self._pending),
                self._path,
            )
        self._close_file()
        self._on_loop(self._ended.set_result, None)

    def _next_jobs(self) -> list[_Job]:
        """Wait for jobs, until there is something to do without any."""
        jobs: list[_Job] = []
        with suppress(Empty):
            soon = self._pending or self._behind
            job = self._jobs.get(timeout=_RETRY if soon else self._every)
            while job is not None:
                jobs.append(job)
                if len(jobs) == _MAX_JOBS:
                    return jobs
                job = self._jobs.get_nowait()
            self._ending = True
        return jobs

    def _write(self, new: Sequence[_Job]) -> None:
        jobs = [*self._pending, *new]
        due = self._behind or time.monotonic() - self._renewed_at >= self._every
        renews = due or self._file is None
        if not jobs and not renews:
            return
        try:
            results = self._transaction(jobs, renews=renews)
        except Exception as error:  # noqa: BLE001, whatever it was, somebody waits
            self._pending = [job for job in jobs if job.future is None]
            self._on_failure(error)
            told = f"the inbox cannot be used: {reason(error)}"
            self._on_loop(_refuse, [job.future for job in jobs], told)
        else:
            self._pending = []
            self._on_success()
            self._on_loop(_resolve, [job.future for job in jobs], results)

    def _transaction(self, jobs: Sequence[_Job], *, renews: bool) -> list[Any]:
        """Do all jobs or none, and what has to be done from time to time."""
        if self._file is None:
            self._file = self._open_file()
        with self._file.transaction() as connection:
            # Not before, as this may have waited for another process's renewal.
            now = time.monotonic()
            purged = 0
            if renews:
                renew_leases(connection, self.owner, lease=self._lease, now=now)
                before = self._clock() - self._remember
                purged = purge_events(connection, before=before, limit=_MAX_PURGED)
            results = [job.operation(connection) for job in jobs]
        self._behind = purged == _MAX_PURGED
        if renews:
            self._renewed_at = now
            self._file.checkpoint()
        return results

    def _open_file(self) -> InboxFile:
        create(self._path)
        found = inode(self._path)
        if found != self._inode:
            # Never for a file that was open before: then it is this process that is
            # alone, and some of the leases are its own.
            free_leases_if_alone(self._path)
        file = InboxFile.open(self._path, busy_timeout=self._busy_timeout)
        if found != self._inode or file.is_new:
            # What was leased in another file must not be finished in this one, where
            # the ids begin anew.
            self.owner = secrets.token_hex(8)
            self._inode = found
        return file

    def _close_file(self) -> None:
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.close()
            self._file = None

    def _on_failure(self, error: Exception) -> None:
        if self._available:
            _log.error(
                "the inbox %s cannot be used (%s): until it can, deliveries are"
                " answered with 503",
                self._path,
                reason(error),
            )
        self._available = False
        code = getattr(error, "sqlite_errorcode", None)
        # The lower byte is the error; what is above says where it happened.
        if code is None or code & 0xFF not in _PASSING:
            self._close_file()

    def _on_success(self) -> None:
        if not self._available:
            _log.warning("the inbox %s can be used again", self._path)
        self._available = True

    def _on_loop(self, call: Callable[..., None], *arguments: object) -> None:
        with suppress(RuntimeError):  # a loop that is closed has nobody who waits
            self.loop.call_soon_threadsafe(call, *arguments)


def _resolve(futures: Sequence[_Future | None], results: Sequence[Any]) -> None:
    for future, result in zip(futures, results, strict=True):
        if future is not None and not future.done():
            future.set_result(result)


def _refuse(futures: Sequence[_Future | None], told: str) -> None:
    for future in futures:
        if future is not None and not future.done():
            future.set_exception(InboxUnavailable(told))
