"""How many requests of a key may be in flight, since others may use its quota too.

Nothing tells what others have used, or this process before it was restarted.
But a request can only be refused while it is in flight: if no more are in flight
than may be refused, the rest learns of the first refusal in time. And those that
were refused go on to count for a whole window, so that no window has more.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

# How many windows long fewer are in flight, once others are known to use the key.
_SHARED_WINDOWS: Final = 10

# The weight of the newest in the moving average of latencies.
_SMOOTHING: Final = 0.25


class InFlightLimit:
    """Limit how many requests of one key are in flight.

    Args:
        refusals: how many may be refused in a window.
        hold: seconds of the longest window.
        rate: requests a second that the windows allow in the long run. More
            than `refusals` are in flight only if the service is too slow for that
            rate otherwise. None for a wide key, where it is as many more as were
            answered in the last window: enough to begin with a few and be at
            full speed after a few round trips.
    """

    __slots__ = ("_hold", "_latency", "_rate", "_refusals", "_refused", "_shared_until")

    def __init__(self, refusals: int, hold: float, rate: float | None) -> None:
        self._refusals = refusals
        self._hold = hold
        self._rate = rate
        self._latency = 0.0
        self._shared_until = -math.inf
        self._refused: deque[float] = deque()

    def available_at(self, now: float, in_flight: int, answered: int) -> float:
        """Return when one more may be in flight: *now* or earlier if at once.

        Infinite means that only an answer to one in flight can tell.

        Args:
            now: the time.
            in_flight: how many are.
            answered: how many were answered in the last window, in any way.
        """
        refused = self._refused
        while refused and refused[0] <= now:
            refused.popleft()
        if now < self._shared_until:
            # Not all at once again: refused together, they would expire together,
            # and be tried together at the same bad time of each window.
            if in_flight >= max(1, self._refusals // 2):
                return self._shared_until
            surplus = in_flight + len(refused) - self._refusals
            return now if surplus < 0 else min(refused[surplus], self._shared_until)
        if self._rate is None:
            most = self._refusals + answered - len(refused)
        else:
            most = self.most
        return now if in_flight < most else math.inf

    @property
    def most(self) -> int:
        """How many requests of a narrow key it takes to fill its windows, or risk."""
        return self._refusals + int((self._rate or 0.0) * self._latency)

    def add_latency(self, seconds: float) -> None:
        """Note how long an answer took."""
        self._latency += (seconds - self._latency) * _SMOOTHING

    def add_refusal(self, now: float) -> None:
        """Note that a request of this key was refused, whatever the reason."""
        self._refused.append(now + self._hold)

    def mark_shared(self, until: float) -> None:
        """Note that others use this key too, and that it is full until then."""
        self._shared_until = max(
            self._shared_until, until + _SHARED_WINDOWS * self._hold
        )

    def expires_at(self) -> float:
        """Return when nothing is left to remember.

        Refusals are not asked: their requests count in the longest window as long.
        """
        return self._shared_until
