"""Which deliveries were seen before: bounded in number, in time and in memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b

from ..errors import InvalidArgument


class ReplayGuard:
    """Remember keys, such as delivery ids, for a while.

    Linq sends a delivery again, under the same id, for up to 30 minutes; within
    the lifetime such a repeat is known. Beyond the capacity the oldest are
    forgotten first. A key takes the same room however long it is.

    Args:
        lifetime: seconds that a key is remembered.
        capacity: how many are, at most.
        clock: seconds, never going back.
    """

    def __init__(
        self,
        *,
        lifetime: float = 3600.0,
        capacity: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not lifetime > 0 or capacity < 1:
            raise InvalidArgument("lifetime and capacity must be greater than 0")
        self._lifetime = lifetime
        self._capacity = capacity
        self._clock = clock
        self._forget_at: OrderedDict[bytes, float] = OrderedDict()

    def seen(self, key: str) -> bool:
        """Whether *key* was added, and is still remembered."""
        self._drop_expired()
        return _digest(key) in self._forget_at

    def add(self, key: str) -> None:
        """Remember *key* from now on."""
        self._drop_expired()
        digest = _digest(key)
        self._forget_at.pop(digest, None)
        self._forget_at[digest] = self._clock() + self._lifetime
        if len(self._forget_at) > self._capacity:
            self._forget_at.popitem(last=False)

    def forget(self, key: str) -> None:
        """Let *key* come again: the sender was told to send it once more."""
        self._forget_at.pop(_digest(key), None)

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._forget_at)

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._forget_at and next(iter(self._forget_at.values())) <= now:
            self._forget_at.popitem(last=False)


def _digest(key: str) -> bytes:
    return blake2b(key.encode(errors="backslashreplace"), digest_size=16).digest()
