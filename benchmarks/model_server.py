"""A rate-limited service without a network: windows, latency, other users.

A request is counted when it arrives, some while after it was sent; its answer
takes the rest of the latency. Times are the running loop's.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Final, Protocol

from attrs import define, field, frozen

from phonecom_events.http import Problem, Request, Response
from phonecom_events.ratelimit import RateLimits, Window


class Meter(Protocol):
    """One window of one key, as a server may keep it."""

    def free_at(self, now: float) -> float:
        """Return when the next request is admitted: *now* if at once."""
        ...

    def count(self) -> None:
        """Count a request at the time that `free_at` was last asked for."""
        ...


@define
class Sliding:
    """Count the requests of the last `Window.seconds`."""

    window: Window
    _times: deque[float] = field(factory=deque, init=False)
    _now: float = field(default=0.0, init=False)

    def free_at(self, now: float) -> float:
        """Return when the next request is admitted."""
        self._now = now
        while self._times and self._times[0] <= now - self.window.seconds:
            self._times.popleft()
        if len(self._times) < self.window.requests:
            return now
        return self._times[-self.window.requests] + self.window.seconds

    def count(self) -> None:
        """Count a request."""
        self._times.append(self._now)


@define
class Fixed:
    """Count from zero every `Window.seconds`, from some *phase* of it on."""

    window: Window
    phase: float
    _index: int = field(default=-1, init=False)
    _used: int = field(default=0, init=False)

    def free_at(self, now: float) -> float:
        """Return when the next request is admitted."""
        length = self.window.seconds
        index = math.floor(now / length + self.phase)
        if index != self._index:
            self._index, self._used = index, 0
        full = self._used >= self.window.requests
        return (index + 1 - self.phase) * length if full else now

    def count(self) -> None:
        """Count a request."""
        self._used += 1


@define
class TokenBucket:
    """Hold `Window.requests` tokens, and refill as many in `Window.seconds`."""

    window: Window
    _spent: float = field(default=0.0, init=False)
    _now: float = field(default=0.0, init=False)

    def free_at(self, now: float) -> float:
        """Return when the next request is admitted."""
        rate = self.window.requests / self.window.seconds
        self._spent = max(0.0, self._spent - (now - self._now) * rate)
        self._now = now
        # Tokens are whole when they are whole but for rounding.
        over = self._spent + 1 - self.window.requests
        return now if over < 1e-9 else now + over / rate

    def count(self) -> None:
        """Count a request."""
        self._spent += 1


STYLES: Final[Mapping[str, Callable[[Window, float], Meter]]] = {
    "sliding": lambda window, _: Sliding(window),
    "fixed": Fixed,
    "token bucket": lambda window, _: TokenBucket(window),
}


@frozen
class Refusal:
    """A 429: to whom, when the request arrived, and which window was full."""

    account: str | None
    endpoint: str
    at: float
    scope: str


@define(kw_only=True)
class ModelServer:
    """Answer 200; or 429 with `retry-after`, seconds with their milliseconds.

    Attributes:
        limits: its windows.
        style: one of `STYLES`.
        latency: the least and the most seconds from sending to answer.
        seed: of the latencies, and of where fixed windows begin.
        refusals: every 429 so far.
        last_answer: when the last 200 reached the client.
        early: how many requests were sent before the time that a 429 for the same
            account and endpoint had asked for.
    """

    limits: RateLimits
    style: str = "sliding"
    latency: tuple[float, float] = (0.0, 0.4)
    seed: int = 1
    refusals: list[Refusal] = field(factory=list, init=False)
    last_answer: float = field(default=0.0, init=False)
    early: int = field(default=0, init=False)
    _meters: dict[Hashable, list[Meter]] = field(factory=dict, init=False)
    _pauses: dict[Hashable, float] = field(factory=dict, init=False)
    _random: random.Random = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Seed the latencies."""
        self._random = random.Random(self.seed)

    async def handle(self, request: Request) -> Response:
        """Answer one request: the last link of a middleware chain."""
        loop = asyncio.get_running_loop()
        key = (request.account, request.endpoint)
        if self._pauses and loop.time() < self._pauses.get(key, 0.0):
            self.early += 1
        latency = self._random.uniform(*self.latency)
        out = latency * self._random.random()
        await asyncio.sleep(out)
        arrived = loop.time()
        scope, free = self.arrive(*key, arrived)
        await asyncio.sleep(latency - out)
        if scope is None:
            self.last_answer = loop.time()
            return Response(status=200)
        self.refusals.append(Refusal(*key, arrived, scope))
        wait = math.ceil((free - arrived) * 1000) / 1000
        self._pauses[key] = max(self._pauses.get(key, 0.0), loop.time() + wait)
        return Response(status=429, headers={"retry-after": repr(wait)})

    def arrive(
        self, account: str | None, endpoint: str, now: float
    ) -> tuple[str | None, float]:
        """Count a request, or return which window is full, and until when."""
        full, free = None, now
        meters = list(self._all_meters(account, endpoint))
        for scope, meter in meters:
            at = meter.free_at(now)
            if at > free:
                full, free = scope, at
        if full is None:
            for _, meter in meters:
                meter.count()
        return full, free

    def most_refused(self, seconds: float) -> int:
        """Return the most 429 to one account and endpoint in any such span."""
        spans: dict[Hashable, deque[float]] = {}
        most = 0
        for refusal in sorted(self.refusals, key=lambda refusal: refusal.at):
            span = spans.setdefault((refusal.account, refusal.endpoint), deque())
            span.append(refusal.at)
            while span[0] <= refusal.at - seconds:
                span.popleft()
            most = max(most, len(span))
        return most

    def _all_meters(
        self, account: str | None, endpoint: str
    ) -> Iterable[tuple[str, Meter]]:
        limits = self.limits
        scopes: list[tuple[str, tuple[str, ...], tuple[Window, ...]]] = [
            ("address", (), limits.address),
            ("address_endpoint", (endpoint,), limits.address_endpoint),
        ]
        if account is not None:
            scopes += [
                ("account", (account,), limits.account),
                ("endpoint", (account, endpoint), limits.endpoint),
            ]
        for scope, key, windows in scopes:
            meters = self._meters.get((scope, key))
            if meters is None:
                make = STYLES[self.style]
                meters = [make(window, self._random.random()) for window in windows]
                self._meters[scope, key] = meters
            for meter in meters:
                yield scope, meter


def read_hint(response: Response) -> Problem:
    """Read the hint in a 429 of `ModelServer`."""
    return Problem(retry_after=float(response.headers["retry-after"]))


def ideal_seconds(requests: Iterable[tuple[str, str]], limits: RateLimits) -> float:
    """Return how long *requests* take at least: account and endpoint of each.

    N to a window need ``⌈n / N⌉ - 1`` whole windows before the last of n.
    """
    requests = list(requests)
    scopes: list[tuple[Iterable[Hashable], tuple[Window, ...]]] = [
        (requests, limits.endpoint),
        ((account for account, _ in requests), limits.account),
        ((endpoint for _, endpoint in requests), limits.address_endpoint),
        ((None for _ in requests), limits.address),
    ]
    return max(
        (math.ceil(number / window.requests) - 1) * window.seconds
        for keys, windows in scopes
        for number in [max(Counter(keys).values())]
        for window in windows
    )
