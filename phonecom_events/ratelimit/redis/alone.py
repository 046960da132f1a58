"""Going on without Redis: a share of each window, and when it may be used.

A process that loses Redis does not know what the others do, except what it saw: how
many of the address's slots were its own. So much of each window it goes on with, at
least one request. Before that, and again before it goes back to Redis, it sends
nothing for the longest window: what was sent by the one count is then in no window
any more when the other begins. The shares of processes that all lost Redis at the same
time are together no more than the limits; of one that lost it alone they are what it
may send too much.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from attrs import evolve

from ..limiter import InProcessLimiter
from ..limits import RateLimits, Window

_MINUTE: Final = 60.0

_TRY_EVERY: Final = 1.0
"""Seconds between attempts to reach a Redis that was lost."""


class Sent:
    """Remember until when requests count that were permitted by one count.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._in_flight = 0
        self._last = float("-inf")

    def begin(self) -> None:
        """Note that a request may be sent."""
        with self._lock:
            self._in_flight += 1

    def end(self) -> None:
        """Note that one was answered, or failed."""
        with self._lock:
            self._in_flight -= 1
            self._last = self._clock()

    def seconds_since(self) -> float:
        """Return for how long there was none in flight; infinite if never any."""
        with self._lock:
            return 0.0 if self._in_flight else self._clock() - self._last


class Alone:
    """What a process goes on with since it lost Redis.

    Args:
        limits: its share.

    Attributes:
        limiter: keeps it to that share.
        is_back: Redis answers again, so no more is permitted here.
    """

    def __init__(
        self, limits: RateLimits, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limiter: InProcessLimiter = InProcessLimiter(limits)
        self.is_back: bool = False
        self._clock = clock
        self._try_at = clock() + _TRY_EVERY

    def is_time_to_try(self) -> bool:
        """Tell whether to see if Redis is back, and if so for some time not again."""
        now = self._clock()
        due = not self.is_back and now >= self._try_at
        if due:
            self._try_at = now + _TRY_EVERY
        return due


class Share:
    """Keep count of how many of the address's slots are this process' own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._own: deque[float] = deque()
        self._share = 0.0

    def note(self, taken: int, hold: float) -> None:
        """Note a slot of its own.

        Args:
            taken: how many are taken of the widest window, by anybody.
            hold: seconds of that window.
        """
        now = self._clock()
        self._own.append(now)
        while self._own[0] < now - min(hold, _MINUTE):
            self._own.popleft()
        self._share = min(1.0, len(self._own) / max(1, taken))

    def of(self, limits: RateLimits) -> RateLimits:
        """Return that share of each window, at least one request."""
        return evolve(
            limits,
            endpoint=self._of(limits.endpoint),
            account=self._of(limits.account),
            address_endpoint=self._of(limits.address_endpoint),
            address=self._of(limits.address),
        )

    def _of(self, windows: tuple[Window, ...]) -> tuple[Window, ...]:
        return tuple(
            Window(max(1, int(window.requests * self._share)), window.seconds)
            for window in windows
        )
