"""One host's books: who may go, who must wait, and what an answer changes.

The books outlive event loops, because the server's do. All clients of a process
that talk to one host under the same address windows share them, on whatever
loop and thread: every step is taken under one lock, and none of them waits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from msgspec import Struct

from ..errors import PhonecomEventsError
from ..http import Request
from .admission import Turnstile, hopeless, too_late
from .fair_queue import Lane, Waiter
from .feedback import Announcement, suspects
from .limits import RateLimits
from .registry import Keys
from .sliding_window import Book


class Slot(Struct, frozen=True):
    """A place for one request in every window that it counts in.

    Attributes:
        lane: where it was waited for.
        granted: when that ended.
        queued: how many seconds it took.
    """

    lane: Lane
    granted: float
    queued: float


class Ledger:
    """Grant a slot in all books of a request at once, and keep those books.

    Args:
        limits: whose address windows these are; those of an account come with
            each request.
        clock: monotonic seconds; `Request.deadline` is on it.
    """

    def __init__(
        self, limits: RateLimits, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.clock = clock
        # Reentrant: what is garbage collected under the lock may want it, too.
        self._lock = threading.RLock()
        self._turnstile = Turnstile(Book(limits.address, limits), self._tick)
        self._keys = Keys(self._turnstile.address, limits)
        self._impatient: dict[Waiter, Lane] = {}

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._keys)

    async def enter(self, limits: RateLimits, request: Request) -> Slot:
        """Wait for a slot, which `leave` is to be called with in any case.

        Raises:
            DeadlineExceeded: there will be none in time.
            RateLimited: the server asked for a pause of more than
                `RateLimits.max_pause`.
        """
        with self._lock:
            now = self.clock()
            if self._turnstile.waiting:
                self._turnstile.admit(now)
            lane = self._keys.lane(limits, request.account, request.endpoint)
            if not lane.waiters and lane.has_room(now):
                lane.reserve()
                return Slot(lane, now, 0.0)
            failure = hopeless(lane, request, now, position=len(lane.waiters) + 1)
            if failure is not None:
                self._keys.release(lane, now)
                raise failure
            waiter = self._turnstile.join(lane, request)
            if request.deadline is not None:
                self._impatient[waiter] = lane
            self._turnstile.admit(now)
        await self._wait(lane, waiter)
        granted = self.clock()
        return Slot(lane, granted, granted - now)

    def leave(self, slot: Slot, news: Announcement | None = None) -> None:
        """Let a slot run out: its request was answered, failed or cancelled."""
        with self._lock:
            now = self.clock()
            lane, after = slot.lane, now - slot.granted
            refused = news is not None and news.refused
            for book in lane.books:
                book.answered(now, after=after, refused=refused)
            if news is not None:
                self._heed(lane, news, now)
            self._go_on(lane, now)

    async def _wait(self, lane: Lane, waiter: Waiter) -> None:
        timer = None
        if waiter.request.deadline is not None:
            left = max(0.0, waiter.request.deadline - self.clock())
            timer = waiter.alarm.loop.call_later(left, self._expire, lane, waiter)
        try:
            await waiter.woken
            while not self._may_go(lane, waiter):
                await waiter.woken
        except BaseException:
            self._withdraw(lane, waiter)
            raise
        finally:
            if timer is not None:
                timer.cancel()
                self._calm(waiter)

    def _may_go(self, lane: Lane, waiter: Waiter) -> bool:
        """Look again: there may have been a 429 between the grant and now."""
        with self._lock:
            now = self.clock()
            if waiter.failure is None and lane.paused_until() > now:
                lane.give_back()
                waiter.granted = False
                waiter.failure = hopeless(lane, waiter.request, now, position=1)
                if waiter.failure is None:
                    self._turnstile.rejoin(lane, waiter)
                self._go_on(lane, now)
            if waiter.failure is not None:
                raise waiter.failure
            return waiter.granted

    def _withdraw(self, lane: Lane, waiter: Waiter) -> None:
        with self._lock:
            if waiter.granted:
                # Nothing was sent, so nobody counts it.
                lane.give_back()
            self._turnstile.leave(lane, waiter)
            self._go_on(lane, self.clock())

    def _expire(self, lane: Lane, waiter: Waiter) -> None:
        """Fail a waiter at its deadline, unless it has been let through."""
        with self._lock:
            if waiter in lane.waiters:
                position = 1 + list(lane.waiters).index(waiter)
                failure = too_late(lane, waiter.request, self.clock(), position)
                self._fail(lane, waiter, failure)

    def _calm(self, waiter: Waiter) -> None:
        with self._lock:
            self._impatient.pop(waiter, None)

    def _fail(self, lane: Lane, waiter: Waiter, failure: PhonecomEventsError) -> None:
        waiter.failure = failure
        self._turnstile.leave(lane, waiter)
        waiter.wake()

    def _heed(self, lane: Lane, news: Announcement, now: float) -> None:
        """Pause what may be full, and fail those who cannot wait for so long."""
        narrowest = lane.narrowest
        pause = narrowest.hold if news.pause is None else news.pause
        for book in suspects(lane, news, now + pause, now):
            # In an answer that is no refusal, longer than the window is nonsense.
            if news.refused or pause <= book.hold:
                book.pause(now + pause, shared=news.refused)
        waiting = tuple(self._impatient.items())
        if pause > lane.limits.max_pause:
            waiting = tuple((one, each) for each in self._keys for one in each.waiters)
        for waiter, where in waiting:
            if waiter in where.waiters:
                failure = hopeless(where, waiter.request, now, position=1)
                if failure is not None:
                    self._fail(where, waiter, failure)

    def _go_on(self, lane: Lane, now: float) -> None:
        for book in lane.books:
            self._turnstile.recheck(book, now)
        if self._turnstile.waiting:
            self._turnstile.admit(now)
        self._keys.release(lane, now)

    def _tick(self) -> None:
        with self._lock:
            self._turnstile.admit(self.clock())
