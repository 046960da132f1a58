"""Every key in use, from its first request until no server counts it any more.

A dict that forgets what has had no use for long enough.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Generic, Protocol, TypeVar

from .fair_queue import Account, Address, Endpoint, Lane
from .limits import RateLimits
from .sliding_window import Book


class Shelved(Protocol):
    """What can be kept on a shelf.

    Attributes:
        key: what it is found by.
        listed: the shelf is going to ask it; kept by the shelf.
    """

    key: Hashable
    listed: bool

    def idle_at(self, now: float) -> float:
        """Return when it can be forgotten; infinite while it is in use."""
        ...


T = TypeVar("T", bound=Shelved)


class Shelf(Generic[T]):
    """Keep items by key until they say that they can be forgotten.

    An item is asked when it is touched, and again when it says; those in use are
    not asked, so that a sweep costs nothing for them.
    """

    def __init__(self) -> None:
        self._items: dict[Hashable, T] = {}
        self._agenda: list[tuple[float, int, T]] = []
        self._numbers = count()

    def get(self, key: Hashable) -> T | None:
        """Return the item with that key, if there is one."""
        return self._items.get(key)

    def put(self, item: T) -> T:
        """Keep an item, for good if it is never touched, and return it."""
        self._items[item.key] = item
        return item

    def touch(self, item: T, now: float) -> None:
        """Ask the item when it can be forgotten: its use may have ended.

        One that was forgotten already stays so.
        """
        if item.listed or self._items.get(item.key) is not item:
            return
        at = item.idle_at(now)
        if at < math.inf:
            item.listed = True
            heappush(self._agenda, (at, next(self._numbers), item))

    def sweep(self, now: float) -> list[T]:
        """Forget what can be forgotten, and return it."""
        agenda = self._agenda
        gone = []
        while agenda and agenda[0][0] <= now:
            item = heappop(agenda)[2]
            item.listed = False
            if item.idle_at(now) <= now:
                del self._items[item.key]
                gone.append(item)
            else:
                self.touch(item, now)
        return gone

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)


class Keys:
    """Find the lane of a request, with its account and endpoint.

    Args:
        address: where all of them lead to.
        limits: the address's windows.
    """

    def __init__(self, address: Address, limits: RateLimits) -> None:
        self._address = address
        self._limits = limits
        self._lanes: Shelf[Lane] = Shelf()
        self._accounts: Shelf[Account] = Shelf()
        self._endpoints: Shelf[Endpoint] = Shelf()

    def lane(self, limits: RateLimits, account: str | None, endpoint: str) -> Lane:
        """Return the lane, made if need be.

        Args:
            limits: the account's windows.
            account: None for a request that counts in the address's alone.
            endpoint: method and path template.
        """
        key = (limits, account, endpoint)
        return self._lanes.get(key) or self._lanes.put(self._make(*key))

    def release(self, lane: Lane, now: float) -> None:
        """Let a lane be forgotten when its time has come, and forget others now."""
        self._lanes.touch(lane, now)
        for gone in self._lanes.sweep(now):
            gone.endpoint.lanes -= 1
            self._endpoints.touch(gone.endpoint, now)
            if gone.account is not None:
                gone.account.lanes -= 1
                self._accounts.touch(gone.account, now)
        self._accounts.sweep(now)
        self._endpoints.sweep(now)

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes)

    def __len__(self) -> int:
        return len(self._lanes) + len(self._accounts) + len(self._endpoints)

    def _make(self, limits: RateLimits, name: str | None, path: str) -> Lane:
        endpoint = self._endpoints.get(path)
        if endpoint is None:
            book = Book(self._limits.address_endpoint, self._limits)
            endpoint = self._endpoints.put(Endpoint(path, book, self._address))
        endpoint.lanes += 1
        key = (limits, name, path)
        if name is None:
            return Lane(key, limits, Book((), limits), None, endpoint)
        account = self._account(limits, name)
        account.lanes += 1
        book = Book(limits.endpoint, limits, steady=True)
        return Lane(key, limits, book, account, endpoint)

    def _account(self, limits: RateLimits, name: str) -> Account:
        key = (limits, name)
        account = self._accounts.get(key)
        if account is None:
            book = Book(limits.account, limits)
            account = self._accounts.put(Account(key, book))
        return account
