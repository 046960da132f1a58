"""How many requests to risk, seeing that the quota may not be this process's alone.

Nothing tells what others have used, but what they can spoil is bounded: a
request can only be refused while it is in flight. So no more are in flight at
once than may be refused. That grows with each answer that is no refusal; but for
a while after a refusal those count as if they were in flight for a whole window,
and then no more than that can be refused in any window, whatever others do.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

# How many windows long a key is cautious after a refusal.
_WINDOWS: Final = 10


class Caution:
    """Hold back what could be refused, for one key.

    Args:
        risk: how many may be refused in a window.
        hold: seconds of the longest window.
        until: the end of a first while in which not even what this process used
            itself is known: it may have been restarted.
    """

    __slots__ = ("_hold", "_refused", "_risk", "_shared", "_until")

    def __init__(self, risk: int, hold: float, until: float) -> None:
        self._risk = risk
        self._hold = hold
        self._until = until
        self._shared = False
        self._refused: deque[float] = deque()

    def room(self, now: float, in_flight: int, answered: int) -> float:
        """Return when one more may be risked: *now* or earlier if at once.

        Args:
            now: the time.
            in_flight: how many are.
            answered: how many were answered in the last window, in any way.
        """
        refused = self._refused
        while refused and refused[0] <= now:
            refused.popleft()
        if now >= self._until:
            risk = self._risk + answered - len(refused)
            return now if in_flight < risk else math.inf
        # Not all at once again: refused together, they would be forgotten
        # together, and tried together at the same bad time of the next window.
        at_once = max(1, self._risk // 2) if self._shared else self._risk
        if in_flight >= at_once:
            return self._until
        surplus = in_flight + len(refused) - self._risk
        return now if surplus < 0 else min(refused[surplus], self._until)

    def refused(self, now: float) -> None:
        """Note that a request of this key was refused, for whatever reason."""
        self._refused.append(now + self._hold)

    def suspect(self, until: float) -> None:
        """Be cautious: others use this key too, and it is full until then."""
        self._shared = True
        self._until = max(self._until, until + _WINDOWS * self._hold)

    def idle_at(self) -> float:
        """Return when nothing is left to remember."""
        last = self._refused[-1] if self._refused else -math.inf
        return max(last, self._until) if self._shared else last
