"""Sliding windows: what one key has used of its limits, and when it can send again.

A key is an account and endpoint, an account, an endpoint, or the whole address. A
request counts in a window while it is in flight, and for the window's length after
its answer; the package's docstring says why.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Hashable
from typing import Final, Protocol

from .in_flight import InFlightLimit
from .limits import RateLimits, Window

# Where `RateLimits.refusals` at a time could not fill a window, one in so many of
# its requests may be risked instead.
_RISKED_SHARE: Final = 50


class Blocked(Protocol):
    """Wait for a key's windows to be available."""

    def resume(self) -> None:
        """Take its place in the queue again."""
        ...


class SlidingWindow:
    """Log the answered requests that the server may still count in one window."""

    __slots__ = ("expiries", "hold", "requests")

    def __init__(self, window: Window, margin: float) -> None:
        self.requests: int = window.requests
        self.hold: float = window.seconds + margin
        self.expiries: deque[float] = deque()

    def available_at(self, now: float, in_flight: int) -> float:
        """Return when one more fits; infinite if an answer has to come first."""
        expiries = self.expiries
        while expiries and expiries[0] <= now:
            expiries.popleft()
        surplus = len(expiries) + in_flight - self.requests
        if surplus < 0:
            return now
        return expiries[surplus] if in_flight < self.requests else math.inf

    def earliest(self, now: float, in_flight: int, position: int) -> float:
        """Return a time before which the request at *position* cannot fit."""
        cycles, place = divmod(position - 1, self.requests)
        place -= self.requests - in_flight - len(self.expiries)
        if place < 0:
            free = now
        elif place < len(self.expiries):
            free = self.expiries[place]
        else:
            free = now + self.hold
        return free + cycles * self.hold


def in_flight_limit(
    windows: tuple[Window, ...], limits: RateLimits, *, narrow: bool
) -> InFlightLimit:
    """Return how many requests may be in flight that count in *windows*."""
    smallest = min((window.requests for window in windows), default=0)
    rate = min((window.requests / window.seconds for window in windows), default=0.0)
    hold = max((window.seconds + limits.margin for window in windows), default=0.0)
    refusals = max(limits.refusals, smallest // _RISKED_SHARE)
    return InFlightLimit(refusals, hold, rate if narrow else None)


class SlidingWindows:
    """Count one key's requests in all its windows, and say when another fits.

    All times are seconds on the monotonic clock.

    Args:
        windows: the key's.
        limits: the rest of the limits.
        narrow: never have more in flight than its windows take; for a key that no
            other accounts share.

    Attributes:
        hold: seconds from an answer until the longest window has forgotten it.
        in_flight: requests granted and not yet answered.
        cooldown_until: when the server wants the next request.
        blocked: who waits for these windows to be available.
        recheck_at: when to look at the blocked again; infinite for never.
    """

    __slots__ = (
        "_in_flight_limit",
        "_throttled",
        "_windows",
        "blocked",
        "cooldown_until",
        "hold",
        "in_flight",
        "recheck_at",
    )

    def __init__(
        self,
        windows: tuple[Window, ...],
        limits: RateLimits,
        *,
        narrow: bool = False,
    ) -> None:
        counted = [SlidingWindow(window, limits.margin) for window in windows]
        # The longest comes first: it alone says how many were answered lately.
        self._windows = sorted(counted, key=lambda window: -window.hold)
        self.hold: float = self._windows[0].hold if counted else 0.0
        self._in_flight_limit = in_flight_limit(windows, limits, narrow=narrow)
        self._throttled: dict[Hashable, float] = {}
        self.in_flight: int = 0
        self.cooldown_until: float = -math.inf
        self.blocked: list[Blocked] = []
        self.recheck_at: float = math.inf

    def available_at(self, now: float) -> float:
        """Return when a request fits: *now* or earlier if it does.

        Infinite means that only an answer to one in flight can tell.
        """
        at = self.cooldown_until
        windows, in_flight = self._windows, self.in_flight
        if not windows:
            return at
        for window in windows:
            at = max(at, window.available_at(now, in_flight))
        answered = len(windows[0].expiries)
        return max(at, self._in_flight_limit.available_at(now, in_flight, answered))

    def earliest(self, now: float, position: int) -> float:
        """Return a time before which no request can be let through.

        Args:
            now: the time.
            position: 1 for the next request of this key, 2 for the one after.
        """
        at = max(now, self.cooldown_until)
        for window in self._windows:
            at = max(at, window.earliest(now, self.in_flight, position))
        return at

    def has_size(self, requests: int | None) -> bool:
        """Tell whether one of the windows allows just so many requests."""
        return any(window.requests == requests for window in self._windows)

    def release(self, now: float, *, latency: float, refused: bool) -> None:
        """Begin the end of a request's slot: it was answered, or has failed.

        Args:
            now: the time.
            latency: seconds since it was granted.
            refused: it was answered 429.
        """
        self.in_flight -= 1
        for window in self._windows:
            window.expiries.append(now + window.hold)
        self._in_flight_limit.add_latency(latency)
        if refused:
            self._in_flight_limit.add_refusal(now)

    def throttle(self, until: float, *, shared: bool) -> None:
        """Let nothing through before *until*; nor much then if the key is shared."""
        self.cooldown_until = max(self.cooldown_until, until)
        if shared:
            self._in_flight_limit.mark_shared(until)

    def count_throttled(self, narrower: Hashable, until: float, now: float) -> int:
        """Note that a narrower key is throttled; return how many of them are.

        Args:
            narrower: the key.
            until: when that is to be forgotten.
            now: the time.
        """
        current = {key: end for key, end in self._throttled.items() if end > now}
        current[narrower] = max(until, current.get(narrower, until))
        self._throttled = current
        return len(current)

    def expires_at(self) -> float:
        """Return when nothing is left to remember; infinite while in flight."""
        if self.in_flight:
            return math.inf
        ends = [w.expiries[-1] for w in self._windows if w.expiries]
        return max(self.cooldown_until, self._in_flight_limit.expires_at(), *ends)
