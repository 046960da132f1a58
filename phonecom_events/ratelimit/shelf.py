"""A dict that forgets what has had no use for long enough."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Generic, Protocol, TypeVar


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
