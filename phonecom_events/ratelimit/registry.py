"""A registry of keys: each is kept from its first request until no server counts it.

Keys come and go with the accounts of a bulk run; what is remembered must not grow
with all that ever were.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Generic, Protocol, TypeVar

from .fair_queue import Account, Address, Endpoint, RequestQueue
from .limits import RateLimits
from .sliding_window import SlidingWindows


class Expiring(Protocol):
    """Be kept in a registry.

    Attributes:
        expiry_scheduled: the registry is going to ask it; kept by the registry.
    """

    expiry_scheduled: bool

    @property
    def key(self) -> Hashable:
        """What it is found by."""
        ...

    def expires_at(self) -> float:
        """Return when it can be forgotten; infinite while it is in use."""
        ...


T = TypeVar("T", bound=Expiring)


class Registry(Generic[T]):
    """Keep items by key until they say that they can be forgotten.

    An item is asked when its use may have ended, and again when it says; those in
    use are not asked, so that `evict` costs nothing for them.
    """

    def __init__(self) -> None:
        self._items: dict[Hashable, T] = {}
        self._expiries: list[tuple[float, int, T]] = []
        # Of two that expire at the same time the older is popped, uncompared.
        self._numbers = count()

    def get(self, key: Hashable) -> T | None:
        """Return the item with that key, if there is one."""
        return self._items.get(key)

    def add(self, item: T) -> T:
        """Keep an item, until its expiry is scheduled, and return it."""
        self._items[item.key] = item
        return item

    def schedule_expiry(self, item: T) -> None:
        """Ask the item when it can be forgotten: its use may have ended.

        One that was forgotten already stays so.
        """
        if item.expiry_scheduled or self._items.get(item.key) is not item:
            return
        at = item.expires_at()
        if at < math.inf:
            item.expiry_scheduled = True
            heappush(self._expiries, (at, next(self._numbers), item))

    def evict(self, now: float) -> list[T]:
        """Forget what can be forgotten, and return it."""
        expiries = self._expiries
        evicted = []
        while expiries and expiries[0][0] <= now:
            item = heappop(expiries)[2]
            item.expiry_scheduled = False
            if item.expires_at() <= now:
                del self._items[item.key]
                evicted.append(item)
            else:
                self.schedule_expiry(item)
        return evicted

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)


class QueueRegistry:
    """Find the queue of a request, with its account and endpoint.

    Args:
        address: where all of them lead to.
        limits: the address's windows.
    """

    def __init__(self, address: Address, limits: RateLimits) -> None:
        self._address = address
        self._limits = limits
        self._queues: Registry[RequestQueue] = Registry()
        self._accounts: Registry[Account] = Registry()
        self._endpoints: Registry[Endpoint] = Registry()

    def get(
        self, limits: RateLimits, account: str | None, endpoint: str
    ) -> RequestQueue:
        """Return the queue, made if need be.

        Args:
            limits: the account's windows.
            account: None for a request that counts in the address's alone.
            endpoint: as `RateLimits.endpoint_of` gives it.
        """
        key = (limits, account, endpoint)
        return self._queues.get(key) or self._queues.add(self._make(*key))

    def evict(self, queue: RequestQueue, now: float) -> None:
        """Let a queue be forgotten when its time has come, and forget others now."""
        self._queues.schedule_expiry(queue)
        for evicted in self._queues.evict(now):
            evicted.endpoint.queues -= 1
            self._endpoints.schedule_expiry(evicted.endpoint)
            if evicted.account is not None:
                evicted.account.queues -= 1
                self._accounts.schedule_expiry(evicted.account)
        self._accounts.evict(now)
        self._endpoints.evict(now)

    def __iter__(self) -> Iterator[RequestQueue]:
        return iter(self._queues)

    def __len__(self) -> int:
        return len(self._queues) + len(self._accounts) + len(self._endpoints)

    def _make(self, limits: RateLimits, name: str | None, path: str) -> RequestQueue:
        endpoint = self._endpoints.get(path)
        if endpoint is None:
            windows = SlidingWindows(self._limits.address_endpoint, self._limits)
            endpoint = self._endpoints.add(Endpoint(path, windows, self._address))
        endpoint.queues += 1
        key = (limits, name, path)
        if name is None:
            return RequestQueue(key, SlidingWindows((), limits), None, endpoint)
        account = self._account(limits, name)
        account.queues += 1
        windows = SlidingWindows(limits.endpoint, limits, narrow=True)
        return RequestQueue(key, windows, account, endpoint)

    def _account(self, limits: RateLimits, name: str) -> Account:
        key = (limits, name)
        account = self._accounts.get(key)
        if account is None:
            windows = SlidingWindows(limits.account, limits)
            account = self._accounts.add(Account(key, windows))
        return account
