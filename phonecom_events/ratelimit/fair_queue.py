"""Who waits, and whose turn it is.

An account and endpoint has a lane: first come, first served. Lanes that may
have room on their own account queue at their endpoint, and endpoints that may
have room queue at the address. Who has had a turn goes to the end of the queue;
who could not take it, for want of room, keeps it for when there is.
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
from .sliding_window import Book
from .timers import Alarm


class Waiter:
    """One request that waits on one event loop.

    Attributes:
        request: what waits.
        alarm: its loop's.
        granted: it has its slot; `woken` may follow later, on its own loop.
        failure: what to raise instead.
        woken: done once there is something to see.
    """

    __slots__ = ("alarm", "failure", "granted", "request", "woken")

    def __init__(self, request: Request, alarm: Alarm) -> None:
        self.request: Request = request
        self.failure: PhonecomEventsError | None = None
        self.renew(alarm)

    def renew(self, alarm: Alarm) -> None:
        """Begin to wait, or to wait again."""
        self.alarm: Alarm = alarm
        self.granted: bool = False
        self.woken: asyncio.Future[None] = alarm.loop.create_future()

    def wake(self) -> bool:
        """Have it look; False if nobody is there to look any more."""
        if self.woken.done():
            return False
        if not self.alarm.here:
            return self.alarm.call(self._wake)
        self.woken.set_result(None)
        return True

    def _wake(self) -> None:
        if not self.woken.done():
            self.woken.set_result(None)


class Address:
    """Everything that goes to one host from here.

    Attributes:
        ready: turn and endpoint, for every endpoint that may have room.
        turns: the number of the last turn given out.
    """

    __slots__ = ("book", "ready", "turns")

    def __init__(self, book: Book) -> None:
        self.book: Book = book
        self.ready: list[tuple[int, Endpoint]] = []
        self.turns: int = 0

    def next_turn(self) -> int:
        """Return the place behind all others."""
        self.turns += 1
        return self.turns


class Account:
    """One account, all its endpoints."""

    __slots__ = ("book", "key", "lanes", "listed")

    def __init__(self, key: Hashable, book: Book) -> None:
        self.key: Hashable = key
        self.book: Book = book
        self.lanes: int = 0
        self.listed: bool = False

    def idle_at(self, now: float) -> float:
        """Return when it can be forgotten."""
        return math.inf if self.lanes else self.book.idle_at(now)


class Endpoint:
    """One endpoint, all accounts.

    Attributes:
        ring: turn and lane, for every lane that may have room of its own.
        queued: it is at the address, or parked.
        turn: its place at the address.
    """

    __slots__ = ("address", "book", "key", "lanes", "listed", "queued", "ring", "turn")

    def __init__(self, key: Hashable, book: Book, address: Address) -> None:
        self.key: Hashable = key
        self.book: Book = book
        self.address: Address = address
        self.ring: list[tuple[int, Lane]] = []
        self.queued: bool = False
        self.turn: int = 0
        self.lanes: int = 0
        self.listed: bool = False

    def next_lane(self) -> Lane:
        """Take the lane whose turn it is out of the ring."""
        return heappop(self.ring)[1]

    def queue(self) -> None:
        """Queue at the address behind all others."""
        self.turn = self.address.next_turn()
        self.resume()

    def resume(self) -> None:
        """Queue at the address, with the turn it has."""
        self.queued = bool(self.ring)
        if self.queued:
            heappush(self.address.ready, (self.turn, self))

    def idle_at(self, now: float) -> float:
        """Return when it can be forgotten."""
        return math.inf if self.lanes else self.book.idle_at(now)


class Lane:
    """One account and endpoint: its waiters in order, and the books it writes in.

    Args:
        key: what it is found by.
        limits: what its account is held to.
        book: its own; without windows where there is no account.
        account: None for requests that count in the address's windows alone.
        endpoint: shared with the lanes of other accounts.

    Attributes:
        books: all that its requests count in, the narrowest first.
        own: those that only lanes of its account write in.
        queued: it is in the ring, or parked.
        turn: its place in the ring.
    """

    __slots__ = (
        "account",
        "books",
        "endpoint",
        "key",
        "limits",
        "listed",
        "own",
        "queued",
        "turn",
        "waiters",
    )

    def __init__(
        self,
        key: Hashable,
        limits: RateLimits,
        book: Book,
        account: Account | None,
        endpoint: Endpoint,
    ) -> None:
        self.key: Hashable = key
        self.limits: RateLimits = limits
        self.account: Account | None = account
        self.endpoint: Endpoint = endpoint
        self.own: tuple[Book, ...] = (
            (book,) if account is None else (book, account.book)
        )
        self.books: tuple[Book, ...] = (*self.own, endpoint.book, endpoint.address.book)
        self.waiters: OrderedDict[Waiter, None] = OrderedDict()
        self.turn: int = 0
        self.queued: bool = False
        self.listed: bool = False

    @property
    def narrowest(self) -> Book:
        """The first of its books that has windows; its own if none has."""
        return next((book for book in self.books if book.hold), self.own[0])

    def has_room(self, now: float) -> bool:
        """Tell whether a request can go now."""
        return all(book.room(now) <= now for book in self.books)

    def paused_until(self) -> float:
        """Return when the server wants the next request."""
        return max(book.paused_until for book in self.books)

    def reserve(self) -> None:
        """Take a slot in every book."""
        for book in self.books:
            book.in_flight += 1

    def give_back(self) -> None:
        """Return a slot that was not used."""
        for book in self.books:
            book.in_flight -= 1

    def queue(self) -> None:
        """Queue at the endpoint behind all others, unless it is queued."""
        if not self.queued:
            self.turn = self.endpoint.address.next_turn()
            self.resume()

    def resume(self) -> None:
        """Queue at the endpoint, with the turn it has."""
        self.queued = bool(self.waiters)
        if self.queued:
            heappush(self.endpoint.ring, (self.turn, self))
            if not self.endpoint.queued:
                self.endpoint.queue()

    def idle_at(self, now: float) -> float:
        """Return when it can be forgotten."""
        return math.inf if self.waiters else self.own[0].idle_at(now)
