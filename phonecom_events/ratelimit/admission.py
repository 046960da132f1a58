"""Admission: who may go on waiting, and who is let through.

A request goes only when all its windows are available. One that cannot be let
through in time, as the queue stands, is rejected at once.
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
from .fair_queue import Address, RequestQueue, Waiter
from .sliding_window import SlidingWindows
from .timers import LoopTimer


def rejection(
    queue: RequestQueue, request: Request, now: float, position: int
) -> PhonecomEventsError | None:
    """Return what to raise at once, or None if the request may wait.

    It is certain as the queue stands: if those before it wait no more, there
    may have been time.

    Args:
        queue: where it waits.
        request: what waits.
        now: the time.
        position: its place in the queue; 1 for the first.
    """
    cooldown = queue.cooldown_until() - now
    if cooldown > queue.limits.max_pause:
        return RateLimited(
            f"{_name(request)} was not sent: the server asked for no such request"
            f" for another {cooldown:.0f} s",
            status=429,
            method=request.method,
            path=request.path,
            retry_after=cooldown,
            retry_at=_moment(cooldown),
        )
    if request.deadline is None or _earliest(queue, now, position) <= request.deadline:
        return None
    return too_late(queue, request, now, position)


def too_late(
    queue: RequestQueue, request: Request, now: float, position: int
) -> DeadlineExceeded:
    """Build the error for a request that gets no slot before its deadline."""
    wait = _earliest(queue, now, position) - now
    when = f", and for another {wait:.1f} s at least" if wait > 0 else ""
    return DeadlineExceeded(
        f"{_name(request)} was not sent: the rate limits leave no room for it"
        f" within the deadline{when}",
        retry_at=_moment(wait) if wait > 0 else None,
    )


def _earliest(queue: RequestQueue, now: float, position: int) -> float:
    return max(windows.earliest(now, position) for windows in queue.windows)


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.now(UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _name(request: Request) -> str:
    return f"{request.method} {request.path}"


class Admission:
    """Let the requests to one address through, in turn.

    A turn costs O(log n): who finds a window full is blocked at that key and looked
    at again when it is available, and the queues are never searched.

    Args:
        windows: the address's.
        on_timer: called on a waiter's loop when it is time to `admit`.

    Attributes:
        address: what it admits to.
        waiting: how many requests wait.
    """

    def __init__(self, windows: SlidingWindows, on_timer: Callable[[], object]) -> None:
        self.address: Address = Address(windows)
        self.waiting: int = 0
        self._on_timer = on_timer
        self._rechecks: list[tuple[float, int, SlidingWindows]] = []
        # Of two at the same time the older is popped, uncompared.
        self._numbers = count()
        self._timers: dict[asyncio.AbstractEventLoop, LoopTimer] = {}

    def join(self, queue: RequestQueue, request: Request) -> Waiter:
        """Put a request of the running loop at the end of a queue."""
        waiter = Waiter(request, self._timer())
        self._add(queue, waiter)
        return waiter

    def rejoin(self, queue: RequestQueue, waiter: Waiter) -> None:
        """Put a waiter of the running loop back at the front of its queue."""
        waiter.renew(self._timer())
        self._add(queue, waiter)
        queue.waiters.move_to_end(waiter, last=False)

    def leave(self, queue: RequestQueue, waiter: Waiter) -> None:
        """Take out a waiter, if it is still there."""
        if waiter in queue.waiters:
            del queue.waiters[waiter]
            self._remove(waiter)

    def admit(self, now: float) -> None:
        """Let through whoever can go, and set the timers for the next."""
        rechecks, ready = self._rechecks, self.address.ready
        while rechecks and rechecks[0][0] <= now:
            at, _, windows = heappop(rechecks)
            # An earlier time may have been set since; this entry is void then.
            if at == windows.recheck_at:
                windows.recheck_at = math.inf
                self.unblock(windows, now)
        while ready and self._is_available(self.address.windows, now):
            endpoint = heappop(ready)[1]
            if not self._is_available(endpoint.windows, now):
                endpoint.windows.blocked.append(endpoint)
            elif self._admit_next(endpoint.pop(), now):
                endpoint.enqueue()
            else:
                endpoint.resume()
        at = rechecks[0][0] if rechecks else math.inf
        for timer in tuple(self._timers.values()):
            timer.schedule(at, now)

    def unblock(self, windows: SlidingWindows, now: float) -> None:
        """Let those that are blocked by a key queue again, if it is available."""
        if windows.blocked and self._is_available(windows, now):
            blocked, windows.blocked = windows.blocked, []
            for each in blocked:
                each.resume()

    def _admit_next(self, queue: RequestQueue, now: float) -> bool:
        """Let the first waiter of a queue through; False if none could go."""
        for windows in queue.own_windows:
            if not self._is_available(windows, now):
                windows.blocked.append(queue)
                return False
        admitted = False
        while queue.waiters and not admitted:
            waiter, _ = queue.waiters.popitem(last=False)
            self._remove(waiter)
            admitted = waiter.granted = waiter.wake()
        if admitted:
            queue.reserve()
        queue.queued = False
        if queue.waiters:
            queue.enqueue()
        return admitted

    def _is_available(self, windows: SlidingWindows, now: float) -> bool:
        at = windows.available_at(now)
        if at <= now:
            return True
        if at < windows.recheck_at:
            windows.recheck_at = at
            heappush(self._rechecks, (at, next(self._numbers), windows))
        return False

    def _timer(self) -> LoopTimer:
        loop = asyncio.get_running_loop()
        timer = self._timers.get(loop)
        if timer is None:
            timer = self._timers[loop] = LoopTimer(loop, self._on_timer)
        return timer

    def _add(self, queue: RequestQueue, waiter: Waiter) -> None:
        self.waiting += 1
        waiter.timer.waiters += 1
        queue.waiters[waiter] = None
        queue.enqueue()

    def _remove(self, waiter: Waiter) -> None:
        self.waiting -= 1
        timer = waiter.timer
        timer.waiters -= 1
        if not timer.waiters:
            timer.cancel()
            self._timers.pop(timer.loop, None)
