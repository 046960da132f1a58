"""Lets waiters through: one a turn, and only when all their books have room."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from ..http import Request
from .alarm import Alarm
from .book import Book
from .lanes import Address, Lane, Waiter


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
