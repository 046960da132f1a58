"""Admission: who may go on waiting, who is let through, and what the others wait for.

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
from typing import Final, Literal

from msgspec import Struct

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
        return paused(request, cooldown)
    if request.deadline is None or _earliest(queue, now, position) <= request.deadline:
        return None
    return too_late(queue, request, now, position)


def paused(request: Request, seconds: float) -> RateLimited:
    """Build the error for a request that a server wants no sooner than that."""
    return RateLimited(
        f"{_name(request)} was not sent: the server asked for no such request"
        f" for another {seconds:.0f} s",
        status=429,
        method=request.method,
        path=request.path,
        retry_after=seconds,
        retry_at=_moment(seconds),
    )


def too_late(
    queue: RequestQueue, request: Request, now: float, position: int
) -> DeadlineExceeded:
    """Build the error for a request that gets no slot before its deadline."""
    return no_room(request, _earliest(queue, now, position) - now)


def no_room(request: Request, wait: float) -> DeadlineExceeded:
    """Build the error for a request that gets no slot for so many seconds at least."""
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


Limit = Literal["endpoint", "account", "address_endpoint", "address"]

_NAMES: Final[dict[Limit, str]] = {
    "endpoint": "the endpoint's limit",
    "account": "the account's limit",
    "address_endpoint": "the address's limit for this endpoint",
    "address": "the address's limit",
}


class Wait(Struct, frozen=True, kw_only=True):
    """What the requests of one account and endpoint wait for; as text, a phrase.

    Attributes:
        account: as in `Request.account`.
        endpoint: as `RateLimits.endpoint_of` gives it.
        requests: how many wait here. A request that was answered 429 waits for its
            next attempt elsewhere, and is not counted: so there may be none.
        seconds: how long the next of them waits at least; 0 if it may go as soon as
            another is answered, or has had its turn.
        limit: the windows that hold it up the longest, by their name in `RateLimits`;
            None if `seconds` is 0.
        throttled: the server asked for it, by a 429 or by an answer that said that no
            request remained; otherwise so many were sent that the windows are full.
    """

    account: str | None
    endpoint: str
    requests: int
    seconds: float
    limit: Limit | None
    throttled: bool

    def __str__(self) -> str:
        if self.limit is None:
            return "waiting for an answer to another request"
        why = ", as the server asked" if self.throttled else ""
        return f"waiting {math.ceil(self.seconds)} s for {_NAMES[self.limit]}{why}"


def wait_of(queue: RequestQueue, now: float) -> Wait:
    """Tell what the next request of a queue waits for."""
    _, account, endpoint = queue.key
    names: tuple[Limit, ...] = ("endpoint", "address_endpoint", "address")
    if queue.account is not None:
        names = ("endpoint", "account", "address_endpoint", "address")
    limit, until, throttled = None, now, False
    for name, windows in zip(names, queue.windows, strict=True):
        at = windows.available_at(now)
        if windows.in_flight:
            # An answer may come any time, so the time without one means nothing.
            at = windows.earliest(now, 1)
        if at > until:
            limit, until, throttled = name, at, windows.cooldown_until >= at
    return Wait(
        account=account,
        endpoint=endpoint,
        requests=len(queue.waiters),
        seconds=until - now,
        limit=limit,
        throttled=throttled,
    )


class Admission:
    """Let the requests to one address through, in turn.

    A turn costs O(log n): who finds a window full is blocked at that key and looked
    at again when it is available, and the queues are never searched.

    Args:
        windows: the address's.
        on_timer: called on a waiter's loop when it is time to `admit`.

    Attributes:
        address: what it admits to.
        queues: those in which requests wait, in no order.
    """

    def __init__(self, windows: SlidingWindows, on_timer: Callable[[], object]) -> None:
        self.address: Address = Address(windows)
        self.queues: dict[RequestQueue, None] = {}
        self._on_timer = on_timer
        self._throttled: dict[RequestQueue, float] = {}
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
            self._remove(queue, waiter)

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

    def note_throttled(self, queue: RequestQueue, until: float, now: float) -> None:
        """Remember where a cooldown began, for `waits`."""
        for each in [each for each, end in self._throttled.items() if end <= now]:
            del self._throttled[each]
        self._throttled[queue] = until

    def waits(self, now: float) -> tuple[Wait, ...]:
        """Tell what is held up: by the windows, by the server, or both."""
        queues = dict.fromkeys((*self.queues, *self._throttled))
        waits = (wait_of(queue, now) for queue in queues)
        return tuple(wait for wait in waits if wait.requests or wait.limit)

    def _admit_next(self, queue: RequestQueue, now: float) -> bool:
        """Let the first waiter of a queue through; False if none could go."""
        for windows in queue.own_windows:
            if not self._is_available(windows, now):
                windows.blocked.append(queue)
                return False
        admitted = False
        while queue.waiters and not admitted:
            waiter, _ = queue.waiters.popitem(last=False)
            self._remove(queue, waiter)
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
        waiter.timer.waiters += 1
        queue.waiters[waiter] = None
        self.queues[queue] = None
        queue.enqueue()

    def _remove(self, queue: RequestQueue, waiter: Waiter) -> None:
        if not queue.waiters:
            del self.queues[queue]
        timer = waiter.timer
        timer.waiters -= 1
        if not timer.waiters:
            timer.cancel()
            del self._timers[timer.loop]
