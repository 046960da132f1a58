"""How far the caller has got in a scan, and so where a later one would go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import length_hint
from typing import Generic, TypeVar

from msgspec.structs import replace

from ..errors import PhonecomEventsError
from .options import PagingOptions
from .page import Page
from .resume import Cursor

T = TypeVar("T")


class Progress(Generic[T]):
    """Hand out the rows of one page after the other.

    The rows' iterator knows how many are left, so that nothing need be counted row
    by row; and it lets go of the page with its last row.

    Attributes:
        rows: those of the latest page that the caller has not had yet.
    """

    __slots__ = ("_after", "_before", "_ids", "_options", "_page", "_size", "rows")

    def __init__(self, options: PagingOptions[T]) -> None:
        self._options = options
        self.reset()

    def reset(self) -> None:
        """Count no row as had: the caller has got none, or none after all."""
        self.rows: Iterator[T] = iter(())
        self._page: Sequence[T] = ()
        self._size = 0
        self._ids: Sequence[int] = ()
        self._before = self._after = self._options.start()

    def offer(self, rows: Sequence[T], *, ids: Sequence[int], after: Cursor) -> None:
        """Offer the new rows of a page; those before it have been had.

        Args:
            ids: of the rows, and perhaps of more after them; empty if they have none
                that count.
            after: where a scan goes on that has had all of them.
        """
        self._before, self._after = self.cursor, after
        self.rows = iter(rows)
        self._page = rows
        self._size = len(rows)
        self._ids = ids

    def take_page(self, page: Page[T]) -> Page[T]:
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

    def take_rows(self) -> Iterator[T]:
        """Give the rows offered one by one; nothing here keeps the others."""
        self._page = ()
        return self.rows

    @property
    def pending(self) -> int:
        """How many rows the caller has not had yet."""
        return length_hint(self.rows)

    @property
    def cursor(self) -> Cursor:
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
        return self._options.token(self.cursor)

    def attach_token(self, error: BaseException) -> None:
        """Give one of our own errors the token to go on, as its `resume`."""
        if isinstance(error, PhonecomEventsError):
            error.__dict__["resume"] = self.token
