"""What the caller has had of a scan, and so where a later one would go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import length_hint
from typing import Generic, TypeVar

from msgspec.structs import replace

from ..errors import PhonecomEventsError
from .options import Terms
from .page import Page
from .resume import Mark

T = TypeVar("T")


class Delivery(Generic[T]):
    """Hand out the rows of one page after the other.

    The rows' iterator knows how many are left, so that nothing need be counted row
    by row; and it lets go of the page with its last row.

    Attributes:
        rows: those of the latest page that the caller has not had yet.
    """

    __slots__ = ("_after", "_before", "_ids", "_page", "_size", "_terms", "rows")

    def __init__(self, terms: Terms[T]) -> None:
        self._terms = terms
        self.take_back()

    def take_back(self) -> None:
        """Count no row as had: the caller has got none, or none after all."""
        self.rows: Iterator[T] = iter(())
        self._page: Sequence[T] = ()
        self._size = 0
        self._ids: Sequence[int] = ()
        self._before = self._after = self._terms.start()

    def put(self, rows: Sequence[T], *, ids: Sequence[int], after: Mark) -> None:
        """Offer the new rows of a page; those before it have been had.

        Args:
            ids: of the rows, and perhaps of more after them; empty if they have none
                that count.
            after: where a scan goes on that has had all of them.
        """
        self._before, self._after = self.mark, after
        self.rows = iter(rows)
        self._page = rows
        self._size = len(rows)
        self._ids = ids

    def hand_out(self, page: Page[T]) -> Page[T]:
        """Give all rows offered to the caller at once, as what *page* comes to."""
        items = tuple(self._page if self.pending == self._size else self.rows)
        self.rows, self._page = iter(()), ()
        return Page(
            items=items,
            limit=page.limit,
            offset=page.offset,
            total=page.total,
            sort=page.sort,
            filters=page.filters,
            response=page.response,
            resume=self.token,
        )

    def hand_out_singly(self) -> Iterator[T]:
        """Give the rows offered one by one; nothing here keeps the others."""
        self._page = ()
        return self.rows

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
        return replace(
            self._after,
            last=self._ids[self._size - 1 - pending] if self._ids else None,
            offset=self._after.offset - pending,
            left=None if left is None else left + pending,
        )

    @property
    def token(self) -> str | None:
        """The same as a text; None for a listing without pages."""
        return self._terms.token(self.mark)

    def label(self, error: BaseException) -> None:
        """Give one of our own errors the token to go on, as its `resume`."""
        if isinstance(error, PhonecomEventsError):
            error.__dict__["resume"] = self.token
