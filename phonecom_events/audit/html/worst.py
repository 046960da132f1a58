"""The few of many that rank highest."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappush, heappushpop
from typing import Generic, TypeVar

T = TypeVar("T")

Rank = tuple[float, ...]


class Worst(Generic[T]):
    """Keep those that rank highest, and count all.

    Attributes:
        seen: how many were added.

    Args:
        size: how many to keep.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[Rank, int, T]] = []
        self.seen: int = 0

    def add(self, rank: Rank, item: T) -> None:
        """Take one, and perhaps let the lowest go; of equals the first stays."""
        self.seen += 1
        entry = (rank, -self.seen, item)
        if len(self._heap) < self._size:
            heappush(self._heap, entry)
        else:
            heappushpop(self._heap, entry)

    def __iter__(self) -> Iterator[T]:
        """Go through those that were kept, the highest first."""
        return (item for _, _, item in sorted(self._heap, reverse=True))

    def __len__(self) -> int:
        return len(self._heap)
