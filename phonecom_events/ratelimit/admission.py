"""Lets waiters through: one a turn, and only when all their books have room.

Why a request that waits cannot be let through in time, if that is certain.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from ..errors import DeadlineExceeded, PhonecomEventsError, RateLimited
from ..http import Request
from .fair_queue import Address, Lane, Waiter
from .sliding_window import Book
from .timers import Alarm


def hopeless(
    lane: Lane, request: Request, now: float, position: int
) -> PhonecomEventsError | None:
    """Return what to raise at once, or None while there is hope.

    It is certain as the queue stands: if those before it wait no more, there
    may have been time.

    Args:
        lane: where it waits.
        request: what waits.
        now: the time.
        position: its place in the lane; 1 for the first.
    """
    pause = lane.paused_until() - now
    if pause > lane.limits.max_pause:
        return RateLimited(
            f"{_name(request)} was not sent: the server asked for no such request"
            f" for another {pause:.0f} s",
            status=429,
            method=request.method,
            path=request.path,
            retry_after=pause,
            retry_at=_moment(pause),
        )
    if request.deadline is None or _earliest(lane, now, position) <= request.deadline:
        return None
    return too_late(lane, request, now, position)


def too_late(
    lane: Lane, request: Request, now: float, position: int
) -> DeadlineExceeded:
    """Build the error for a request that gets no slot before its deadline."""
    wait = _earliest(lane, now, position) - now
    when = f", and for another {wait:.1f} s at least" if wait > 0 else ""
    return DeadlineExceeded(
        f"{_name(request)} was not sent: the rate limits leave no room for it"
        f" within the deadline{when}",
        retry_at=_moment(wait) if wait > 0 else None,
    )


def _earliest(lane: Lane, now: float, position: int) -> float:
    return max(book.earliest(now, position) for book in lane.books)


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.now(UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _name(request: Request) -> str:
    return f"{request.method} {request.path}"


class Turnstile:
    """Hold the queue to one address.

    A turn costs O(log n): what has no room is parked with the book that has none
    and looked at again when that book has room, and the queue is never searched.

    Args:
        book: the address's.
        ring: called on a waiter's loop when it is time to `admit`.
    """

    def __init__(self, book: Book, ring: Callable[[], object]) -> None:
        self.address: Address = Address(book)
        self.waiting: int = 0
        self._ring = ring
        self._agenda: list[tuple[float, int, Book]] = []
        self._numbers = count()
        self._alarms: dict[asyncio.AbstractEventLoop, Alarm] = {}

    def join(self, lane: Lane, request: Request) -> Waiter:
        """Put a request of the running loop at the end of a lane."""
        waiter = Waiter(request, self._alarm())
        self._add(lane, waiter)
        return waiter

    def rejoin(self, lane: Lane, waiter: Waiter) -> None:
        """Put a waiter of the running loop back at the front of its lane."""
        waiter.renew(self._alarm())
        self._add(lane, waiter)
        lane.waiters.move_to_end(waiter, last=False)

    def leave(self, lane: Lane, waiter: Waiter) -> None:
        """Take out a waiter, if it is still there."""
        if waiter in lane.waiters:
            del lane.waiters[waiter]
            self._remove(waiter)

    def admit(self, now: float) -> None:
        """Let through whoever can go, and set the alarms for the next."""
        agenda, ready = self._agenda, self.address.ready
        while agenda and agenda[0][0] <= now:
            at, _, book = heappop(agenda)
            if at == book.alarm:
                book.alarm = math.inf
                self.recheck(book, now)
        while ready and self._has_room(self.address.book, now):
            endpoint = heappop(ready)[1]
            if not self._has_room(endpoint.book, now):
                endpoint.book.parked.append(endpoint)
            elif self._admit_next(endpoint.next_lane(), now):
                endpoint.queue()
            else:
                endpoint.resume()
        at = agenda[0][0] if agenda else math.inf
        for alarm in tuple(self._alarms.values()):
            alarm.set(at, now)

    def recheck(self, book: Book, now: float) -> None:
        """Let those that are parked with a book queue again, if it has room."""
        if book.parked and self._has_room(book, now):
            parked, book.parked = book.parked, []
            for party in parked:
                party.resume()

    def _admit_next(self, lane: Lane, now: float) -> bool:
        """Let the first waiter of a lane through; False if none could go."""
        for book in lane.own:
            if not self._has_room(book, now):
                book.parked.append(lane)
                return False
        admitted = False
        while lane.waiters and not admitted:
            waiter, _ = lane.waiters.popitem(last=False)
            self._remove(waiter)
            admitted = waiter.granted = waiter.wake()
        if admitted:
            lane.reserve()
        lane.queued = False
        if lane.waiters:
            lane.queue()
        return admitted

    def _has_room(self, book: Book, now: float) -> bool:
        at = book.room(now)
        if at <= now:
            return True
        if at < book.alarm:
            book.alarm = at
            heappush(self._agenda, (at, next(self._numbers), book))
        return False

    def _alarm(self) -> Alarm:
        loop = asyncio.get_running_loop()
        alarm = self._alarms.get(loop)
        if alarm is None:
            alarm = self._alarms[loop] = Alarm(loop, self._ring)
        return alarm

    def _add(self, lane: Lane, waiter: Waiter) -> None:
        self.waiting += 1
        waiter.alarm.waiting += 1
        lane.waiters[waiter] = None
        lane.queue()

    def _remove(self, waiter: Waiter) -> None:
        self.waiting -= 1
        alarm = waiter.alarm
        alarm.waiting -= 1
        if not alarm.waiting:
            alarm.stop()
            self._alarms.pop(alarm.loop, None)
