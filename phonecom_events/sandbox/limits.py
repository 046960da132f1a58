"""The documented request windows, enforced as a server would.

Phone.com's page on rate limits: for one account 30 requests to an endpoint in
30 s and 120 in all in 60 s; from one address 360 and 1,440. It does not say
whether the windows slide, nor what an endpoint is, nor where the hint is given. The
defaults are the strictest readings: windows slide, and all methods of one path,
whatever the ids in it, are one endpoint.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Final, Literal, Protocol, TypeAlias

from attrs import field, frozen

from .messages import Hint


@frozen(kw_only=True)
class Window:
    """At most `requests` in `seconds`, for one account or address.

    With `per_endpoint`, every endpoint has a window of its own.
    """

    requests: int
    seconds: float
    per: Literal["account", "address"]
    per_endpoint: bool


DOCUMENTED_WINDOWS: Final = (
    Window(requests=30, seconds=30, per="account", per_endpoint=True),
    Window(requests=120, seconds=60, per="account", per_endpoint=False),
    Window(requests=360, seconds=30, per="address", per_endpoint=True),
    Window(requests=1440, seconds=60, per="address", per_endpoint=False),
)


@frozen(kw_only=True)
class RateLimits:
    """Which windows hold, and what the documents leave open about them.

    `style`: a sliding window looks back from each request; a fixed one starts
    anew at every multiple of its length. `count_refused`: requests answered 429
    use up the window as well. `by_method`: GET and POST of one path are two
    endpoints, the lenient reading.
    """

    windows: tuple[Window, ...] = DOCUMENTED_WINDOWS
    style: Literal["sliding", "fixed"] = "sliding"
    hint: Hint = "both"
    count_refused: bool = False
    by_method: bool = False


@frozen(kw_only=True)
class Overrun:
    """A request too many: the window's size, and when it has room again.

    `reset` is in Unix seconds and `retry_after` in seconds, both rounded up.
    """

    limit: int
    reset: int
    retry_after: int


class _Counter(Protocol):
    def room_at(self, now: float) -> float:
        """Return when the next request fits: *now* or later."""
        ...

    def count(self, now: float) -> None:
        """Count a request at *now*."""
        ...


class _Sliding:
    def __init__(self, window: Window) -> None:
        self._window = window
        self._times: deque[float] = deque()

    def room_at(self, now: float) -> float:
        times, window = self._times, self._window
        while times and times[0] <= now - window.seconds:
            times.popleft()
        if len(times) < window.requests:
            return now
        return times[len(times) - window.requests] + window.seconds

    def count(self, now: float) -> None:
        self._times.append(now)


class _Fixed:
    def __init__(self, window: Window) -> None:
        self._window = window
        self._start = -math.inf
        self._used = 0

    def room_at(self, now: float) -> float:
        self._advance(now)
        if self._used < self._window.requests:
            return now
        return self._start + self._window.seconds

    def count(self, now: float) -> None:
        self._advance(now)
        self._used += 1

    def _advance(self, now: float) -> None:
        start = now - now % self._window.seconds
        if start != self._start:
            self._start, self._used = start, 0


_Key: TypeAlias = tuple[int, str, str]


@frozen
class Limiter:
    """Counts requests in all windows at once; of use without a server too.

    `clock` gives Unix seconds.
    """

    limits: RateLimits
    clock: Callable[[], float]
    _counters: dict[_Key, _Counter] = field(factory=dict, init=False, repr=False)

    def admit(self, *, account: str, address: str, endpoint: str) -> Overrun | None:
        """Count one request; or say which window is full the longest."""
        now = self.clock()
        counters: list[_Counter] = []
        full: tuple[float, Window] | None = None
        for index, window in enumerate(self.limits.windows):
            who = account if window.per == "account" else address
            key = (index, who, endpoint if window.per_endpoint else "")
            counter = self._counter(key, window)
            counters.append(counter)
            free = counter.room_at(now)
            if free > now and (full is None or free > full[0]):
                full = (free, window)
        # All windows or none: a request that one refuses uses up no other.
        if full is None or self.limits.count_refused:
            for counter in counters:
                counter.count(now)
        return None if full is None else _overrun(full[1], full[0], now)

    def _counter(self, key: _Key, window: Window) -> _Counter:
        counter = self._counters.get(key)
        if counter is None:
            make = _Sliding if self.limits.style == "sliding" else _Fixed
            counter = self._counters[key] = make(window)
        return counter


def _overrun(window: Window, free: float, now: float) -> Overrun:
    # Whole seconds, as in the documented sample; rounded down they would be too few.
    return Overrun(
        limit=window.requests,
        reset=math.ceil(free),
        retry_after=max(1, math.ceil(free - now)),
    )
