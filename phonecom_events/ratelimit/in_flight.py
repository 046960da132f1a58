"""How many requests to risk, seeing that the quota may not be this process's alone.

Nothing tells what others have used, or this process before it was restarted.
But a request can only be refused while it is in flight: if no more are in flight
than may be refused, the rest learns of the first refusal in time. And those that
were refused go on to count for a whole window, so that no window has more.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

# How many windows long a key is cautious after a refusal.
_WINDOWS: Final = 10

# The share of the newest in the average of latencies.
_NEWEST: Final = 0.25


class Caution:
    """Hold back what could be refused, for one key.

    Args:
        risk: how many may be refused in a window.
        hold: seconds of the longest window.
        rate: requests a second that the windows allow in the long run. More
            than `risk` are in flight only if the service is too slow for that
            rate otherwise. None for a wide key, where it is as many more as were
            answered in the last window: enough to begin with a few and be at
            full speed after a few round trips.
    """

    __slots__ = ("_hold", "_latency", "_rate", "_refused", "_risk", "_until")

    def __init__(self, risk: int, hold: float, rate: float | None) -> None:
        self._risk = risk
        self._hold = hold
        self._rate = rate
        self._latency = 0.0
        self._until = -math.inf
        self._refused: deque[float] = deque()

    def room(self, now: float, in_flight: int, answered: int) -> float:
        """Return when one more may be risked: *now* or earlier if at once.

        Infinite means that only an answer to one in flight can tell.

        Args:
            now: the time.
            in_flight: how many are.
            answered: how many were answered in the last window, in any way.
        """
        refused = self._refused
        while refused and refused[0] <= now:
            refused.popleft()
        if now < self._until:
            # Not all at once again: refused together, they would be forgotten
            # together, and tried together at the same bad time of each window.
            if in_flight >= max(1, self._risk // 2):
                return self._until
            surplus = in_flight + len(refused) - self._risk
            return now if surplus < 0 else min(refused[surplus], self._until)
        if self._rate is None:
            more = answered - len(refused)
        else:
            more = int(self._rate * self._latency)
        return now if in_flight < self._risk + more else math.inf

    def answered(self, after: float) -> None:
        """Note how many seconds an answer took."""
        self._latency += (after - self._latency) * _NEWEST

    def refused(self, now: float) -> None:
        """Note that a request of this key was refused, whatever the reason."""
        self._refused.append(now + self._hold)

    def suspect(self, until: float) -> None:
        """Be cautious: others use this key too, and it is full until then."""
        self._until = max(self._until, until + _WINDOWS * self._hold)

    def idle_at(self) -> float:
        """Return when nothing is left to remember."""
        return max(self._until, self._refused[-1] if self._refused else -math.inf)
