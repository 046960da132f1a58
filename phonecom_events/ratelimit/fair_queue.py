"""A fair queue: who waits, and whose turn it is.

Each account and endpoint has a queue: first come, first served. Queues that may go
on their own account take turns at their endpoint, and endpoints that may go take
turns at the address. Who has had a turn goes to the end; who could not take it,
because some window was full, keeps it until the window is not.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Hashable
from heapq import heappop, heappush

from ..errors import PhonecomEventsError
from ..http import Request
from .limits import RateLimits
from .sliding_window import SlidingWindows
from .timers import LoopTimer


class Waiter:
    """One request that waits on one event loop.

    Attributes:
        request: what waits.
        timer: its loop's.
        granted: it has its slot; `woken` may follow later, on its own loop.
        error: what to raise instead.
        woken: done once there is something to see.
    """

    __slots__ = ("error", "granted", "request", "timer", "woken")

    def __init__(self, request: Request, timer: LoopTimer) -> None:
        self.request: Request = request
        self.error: PhonecomEventsError | None = None
        self.renew(timer)

    def renew(self, timer: LoopTimer) -> None:
        """Begin to wait, or to wait again."""
        self.timer: LoopTimer = timer
        self.granted: bool = False
        self.woken: asyncio.Future[None] = timer.loop.create_future()

    def wake(self) -> bool:
        """Have it look; False if nobody is there to look any more."""
        if self.woken.done():
            return False
        if not self.timer.is_current:
            # A future is not thread-safe; and its loop may be closed by now.
            return self.timer.call(self._wake)
        self.woken.set_result(None)
        return True

    def _wake(self) -> None:
        # It may have been cancelled since the loop was asked to call this.
        if not self.woken.done():
            self.woken.set_result(None)


class Address:
    """Everything that goes to one host from here.

    Attributes:
        windows: the address's.
        ready: turn and endpoint, a heap of all endpoints that may go.
        turns: the number of the last turn given out.
    """

    __slots__ = ("ready", "turns", "windows")

    def __init__(self, windows: SlidingWindows) -> None:
        self.windows: SlidingWindows = windows
        self.ready: list[tuple[int, Endpoint]] = []
        self.turns: int = 0

    def next_turn(self) -> int:
        """Return the place behind all others."""
        self.turns += 1
        return self.turns


class Account:
    """One account, all its endpoints.

    Attributes:
        windows: the account's.
        queues: how many there are.
    """

    __slots__ = ("expiry_scheduled", "key", "queues", "windows")

    def __init__(self, key: Hashable, windows: SlidingWindows) -> None:
        self.key: Hashable = key
        self.windows: SlidingWindows = windows
        self.queues: int = 0
        self.expiry_scheduled: bool = False

    def expires_at(self) -> float:
        """Return when it can be forgotten."""
        return math.inf if self.queues else self.windows.expires_at()


class Endpoint:
    """One endpoint, all accounts.

    Attributes:
        windows: the address's for this endpoint.
        ready: turn and queue, a heap of all queues that may go by their own windows.
        queued: it is in the address's heap, or blocked.
        turn: its place there.
        queues: how many there are.
    """

    __slots__ = (
        "address",
        "expiry_scheduled",
        "key",
        "queued",
        "queues",
        "ready",
        "turn",
        "windows",
    )

    def __init__(
        self, key: Hashable, windows: SlidingWindows, address: Address
    ) -> None:
        self.key: Hashable = key
        self.windows: SlidingWindows = windows
        self.address: Address = address
        self.ready: list[tuple[int, RequestQueue]] = []
        self.queued: bool = False
        self.turn: int = 0
        self.queues: int = 0
        self.expiry_scheduled: bool = False

    def pop(self) -> RequestQueue:
        """Take out the queue whose turn it is."""
        return heappop(self.ready)[1]

    def enqueue(self) -> None:
        """Queue at the address behind all others."""
        self.turn = self.address.next_turn()
        self.resume()

    def resume(self) -> None:
        """Queue at the address, with the turn it has."""
        # Those who waited when it was blocked may all have given up.
        self.queued = bool(self.ready)
        if self.queued:
            heappush(self.address.ready, (self.turn, self))

    def expires_at(self) -> float:
        """Return when it can be forgotten."""
        return math.inf if self.queues else self.windows.expires_at()


class RequestQueue:
    """The waiting requests of one account and endpoint, and what they count in.

    Args:
        key: what it is found by: the account's limits, account and endpoint.
        windows: its own; none where there is no account.
        account: None for requests that count in the address's windows alone.
        endpoint: shared with the queues of other accounts.

    Attributes:
        limits: what its account is held to.
        windows: all that its requests count in, the narrowest first.
        own_windows: those of them that only its account counts in.
        queued: it is in its endpoint's heap, or blocked.
        turn: its place there.
    """

    __slots__ = (
        "account",
        "endpoint",
        "expiry_scheduled",
        "key",
        "limits",
        "own_windows",
        "queued",
        "turn",
        "waiters",
        "windows",
    )

    def __init__(
        self,
        key: tuple[RateLimits, str | None, str],
        windows: SlidingWindows,
        account: Account | None,
        endpoint: Endpoint,
    ) -> None:
        self.key: tuple[RateLimits, str | None, str] = key
        self.limits: RateLimits = key[0]
        self.account: Account | None = account
        self.endpoint: Endpoint = endpoint
        self.own_windows: tuple[SlidingWindows, ...] = (
            (windows,) if account is None else (windows, account.windows)
        )
        self.windows: tuple[SlidingWindows, ...] = (
            *self.own_windows,
            endpoint.windows,
            endpoint.address.windows,
        )
        # A dict, for whoever gives up leaves from the middle, at no cost.
        self.waiters: OrderedDict[Waiter, None] = OrderedDict()
        self.turn: int = 0
        self.queued: bool = False
        self.expiry_scheduled: bool = False

    @property
    def narrowest(self) -> SlidingWindows:
        """The first that are limited at all; its own if none are."""
        limited = (windows for windows in self.windows if windows.hold)
        return next(limited, self.own_windows[0])

    def is_available(self, now: float) -> bool:
        """Tell whether a request can go now."""
        return all(windows.available_at(now) <= now for windows in self.windows)

    def cooldown_until(self) -> float:
        """Return when the server wants the next request."""
        return max(windows.cooldown_until for windows in self.windows)

    def reserve(self) -> None:
        """Take a slot in all windows."""
        for windows in self.windows:
            windows.in_flight += 1

    def unreserve(self) -> None:
        """Return a slot that was not used."""
        for windows in self.windows:
            windows.in_flight -= 1

    def enqueue(self) -> None:
        """Queue at the endpoint behind all others, unless it is queued."""
        if not self.queued:
            self.turn = self.endpoint.address.next_turn()
            self.resume()

    def resume(self) -> None:
        """Queue at the endpoint, with the turn it has."""
        self.queued = bool(self.waiters)
        if self.queued:
            heappush(self.endpoint.ready, (self.turn, self))
            if not self.endpoint.queued:
                self.endpoint.enqueue()

    def expires_at(self) -> float:
        """Return when it can be forgotten."""
        return math.inf if self.waiters else self.own_windows[0].expires_at()
