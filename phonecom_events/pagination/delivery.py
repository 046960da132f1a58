"""What of a page the caller has had, and so where a later scan would go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import length_hint
from typing import Generic, TypeVar

from attrs import evolve

from .resume import Mark

T = TypeVar("T")


class Delivery(Generic[T]):
    """Hand out the rows of a page.

    The rows' iterator knows how many are left, so that nothing need be counted row
    by row; and it lets go of the page with its last row.

    Attributes:
        rows: those the caller has not had yet.
    """

    __slots__ = ("_after", "_before", "_ids", "_size", "rows")

    def __init__(
        self, rows: Sequence[T], *, ids: Sequence[int], before: Mark, after: Mark
    ) -> None:
        """Begin with none handed out.

        Args:
            ids: of the rows; empty if they have none that count.
            before, after: where a scan goes on that has had none, or all of them.
        """
        self.rows: Iterator[T] = iter(rows)
        self._size = len(rows)
        self._ids = ids
        self._before = before
        self._after = after

    @property
    def pending(self) -> int:
        """How many rows the caller has not had yet."""
        return length_hint(self.rows)

    @property
    def mark(self) -> Mark:
        """Where a scan goes on after the last row the caller has had."""
        pending = self.pending
        if pending == 0:
            return self._after
        if pending == self._size:
            return self._before
        left = self._after.left
        return evolve(
            self._after,
            last=self._ids[-1 - pending] if self._ids else None,
            offset=self._after.offset - pending,
            left=None if left is None else left + pending,
        )
