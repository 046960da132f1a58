"""What one key has used of its windows: the books that the rule is kept in.

A key is an account and endpoint, an account, an endpoint, or the whole address.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Hashable
from typing import Final, Protocol

from .in_flight import Caution
from .limits import RateLimits, Window

# Where `RateLimits.refusals` at a time could not fill a window, one in so many of
# its requests may be risked instead.
_RISKED_SHARE: Final = 50


class Parked(Protocol):
    """What waits for a book to have room."""

    def resume(self) -> None:
        """Take its place in the queue again."""
        ...


class _Log:
    """The answered requests that the server may still count in one window."""

    __slots__ = ("expiries", "hold", "requests")

    def __init__(self, window: Window, margin: float) -> None:
        self.requests = window.requests
        self.hold = window.seconds + margin
        self.expiries: deque[float] = deque()

    def room(self, now: float, in_flight: int) -> float:
        expiries = self.expiries
        while expiries and expiries[0] <= now:
            expiries.popleft()
        surplus = len(expiries) + in_flight - self.requests
        if surplus < 0:
            return now
        return expiries[surplus] if in_flight < self.requests else math.inf

    def earliest(self, now: float, in_flight: int, position: int) -> float:
        cycles, place = divmod(position - 1, self.requests)
        place -= self.requests - in_flight - len(self.expiries)
        if place < 0:
            free = now
        elif place < len(self.expiries):
            free = self.expiries[place]
        else:
            free = now + self.hold
        return free + cycles * self.hold


class Book:
    """Count one key's requests, and say when it has room for another.

    All times are seconds on the monotonic clock.

    Args:
        windows: the key's.
        limits: the rest of the limits.
        steady: never have more in flight than it takes; for narrow keys.

    Attributes:
        hold: seconds from an answer until the last window has forgotten it.
        in_flight: requests granted and not yet answered.
        paused_until: when the server wants the next request.
        parked: who waits for this book to have room.
        alarm: when the parked are to be looked at; infinite for never.
    """

    __slots__ = (
        "_caution",
        "_complaints",
        "_logs",
        "alarm",
        "hold",
        "in_flight",
        "parked",
        "paused_until",
    )

    def __init__(
        self,
        windows: tuple[Window, ...],
        limits: RateLimits,
        *,
        steady: bool = False,
    ) -> None:
        logs = [_Log(window, limits.margin) for window in windows]
        # The longest comes first: it alone says how many were answered lately.
        self._logs = sorted(logs, key=lambda log: -log.hold)
        self.hold: float = self._logs[0].hold if logs else 0.0
        narrowest = min((w.requests for w in windows), default=0)
        rate = min((w.requests / w.seconds for w in windows), default=0.0)
        self._caution = Caution(
            max(limits.refusals, narrowest // _RISKED_SHARE),
            self.hold,
            rate if steady else None,
        )
        self._complaints: dict[Hashable, float] = {}
        self.in_flight: int = 0
        self.paused_until: float = -math.inf
        self.parked: list[Parked] = []
        self.alarm: float = math.inf

    def room(self, now: float) -> float:
        """Return when a request fits: *now* or earlier if it does.

        Infinite means that only an answer to one in flight can tell.
        """
        at = self.paused_until
        logs, in_flight = self._logs, self.in_flight
        if not logs:
            return at
        for log in logs:
            at = max(at, log.room(now, in_flight))
        return max(at, self._caution.room(now, in_flight, len(logs[0].expiries)))

    def earliest(self, now: float, position: int) -> float:
        """Return a time before which no request can be let through.

        Args:
            now: the time.
            position: 1 for the next request of this key, 2 for the one after.
        """
        at = max(now, self.paused_until)
        for log in self._logs:
            at = max(at, log.earliest(now, self.in_flight, position))
        return at

    def allows(self, requests: int | None) -> bool:
        """Tell whether one of the windows has that size."""
        return any(log.requests == requests for log in self._logs)

    def answered(self, now: float, *, after: float, refused: bool) -> None:
        """Let a request's slot run out: it was answered, or has failed.

        Args:
            now: the time.
            after: seconds since it was granted.
            refused: it was answered 429.
        """
        self.in_flight -= 1
        for log in self._logs:
            log.expiries.append(now + log.hold)
        self._caution.answered(after)
        if refused:
            self._caution.refused(now)

    def pause(self, until: float, *, shared: bool) -> None:
        """Let nothing through before *until*; nor much then if the key is shared."""
        self.paused_until = max(self.paused_until, until)
        if shared:
            self._caution.suspect(until)

    def complain(self, narrower: Hashable, until: float, now: float) -> int:
        """Note that a narrower key is suspect; return how many are.

        Args:
            narrower: the key.
            until: when that is to be forgotten.
            now: the time.
        """
        alive = {key: end for key, end in self._complaints.items() if end > now}
        alive[narrower] = max(until, alive.get(narrower, until))
        self._complaints = alive
        return len(alive)

    def idle_at(self, now: float) -> float:
        """Return when nothing is left to remember; infinite while in flight."""
        if self.in_flight:
            return math.inf
        ends = [log.expiries[-1] for log in self._logs if log.expiries]
        return max(now, self.paused_until, self._caution.idle_at(), *ends)
