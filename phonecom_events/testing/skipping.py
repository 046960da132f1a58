"""`no_wait`: what a client would wait for passes at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from heapq import heappop, heappush
from itertools import count
from threading import RLock
from weakref import WeakKeyDictionary, WeakSet

from attrs import define, field

from ..clock import CLOCK, Timer
from ..ratelimit.middleware import limiters_apart


class Skipped:
    """Tell how much time has been let pass at once since this was made."""

    def __init__(self) -> None:
        self._before = CLOCK.skipped

    @property
    def seconds(self) -> float:
        """Seconds; those that several calls would have waited at once count once."""
        return CLOCK.skipped - self._before

    def __repr__(self) -> str:
        return f"<Skipped {self.seconds:.1f} s>"


@contextmanager
def no_wait() -> Iterator[Skipped]:
    """Let no client of this process wait: for its back-off, its limits, a 429.

    When all calls wait, the time until the first of them may go on passes at once. It is
    counted all the same, in `ClientStatistics.throttled` and in what this gives; and
    deadlines and windows go by it. What takes time by itself still does: answers, and so
    timeouts and `asyncio.timeout`; and a limiter of another kind than ours.

    Clients made meanwhile share their limits with no others.
    """
    with limiters_apart(), CLOCK.kept_by(_SkippingTimers()):
        yield Skipped()


@define(eq=False)
class _Timer:
    """Call back on a loop: in its time, or when that has been skipped."""

    at: float
    callback: Callable[[], object] = field(repr=False)
    handle: asyncio.TimerHandle
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True
        self.handle.cancel()


class _SkippingTimers:
    """Fire the timers of each loop in the order of their times, when nobody is sending.

    While an answer is under way, time is as slow as it is: it would be taken for a slow
    one, its call for late, and its place in a window for taken all that time.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._sending: set[object] = set()
        self._looking: WeakSet[asyncio.AbstractEventLoop] = WeakSet()
        # Of two at the same time the older is popped, uncompared.
        self._numbers = count()
        self._pending: WeakKeyDictionary[
            asyncio.AbstractEventLoop, list[tuple[float, int, _Timer]]
        ] = WeakKeyDictionary()

    def call_later(
        self,
        loop: asyncio.AbstractEventLoop,
        seconds: float,
        callback: Callable[[], object],
    ) -> Timer:
        """Call back in one of the next turns of the loop, or when it is time."""
        handle = loop.call_later(seconds, self._look_soon, loop)
        timer = _Timer(CLOCK.monotonic() + seconds, callback, handle)
        with self._lock:
            pending = self._pending.setdefault(loop, [])
            heappush(pending, (timer.at, next(self._numbers), timer))
        self._look_soon(loop)
        return timer

    def hold(self) -> None:
        """Skip nothing while the current task is sending."""
        with self._lock:
            self._sending.add(asyncio.current_task())

    def let_go(self) -> bool:
        """Skip time again, if it was the last; tell whether it was among them."""
        task = asyncio.current_task()
        with self._lock:
            held = task in self._sending
            self._sending.discard(task)
            loops = () if self._sending else tuple(self._pending)
        for loop in loops:
            with suppress(RuntimeError):  # it was closed with timers that nobody awaits
                loop.call_soon_threadsafe(self._look_soon, loop)
        return held

    def _look_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look after the next turn of the loop, in which somebody may begin to send."""
        if loop not in self._looking:
            self._looking.add(loop)
            loop.call_soon(loop.call_soon, self._fire, loop)

    def _fire(self, loop: asyncio.AbstractEventLoop) -> None:
        self._looking.discard(loop)
        with self._lock:
            pending = self._pending[loop]
            while pending and pending[0][2].cancelled:
                heappop(pending)
            if not pending:
                return
            timer = pending[0][2]
            if self._sending and timer.at > CLOCK.monotonic():
                return
            heappop(pending)
            timer.cancel()
            CLOCK.skip_to(timer.at)
        timer.callback()
        self._look_soon(loop)
