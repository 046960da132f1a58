"""The frontier is the last row yielded; by it pages are judged, and scans exact.

An answer is one contiguous slice of the listing, which is ordered by id, as it was
at one moment. A page is accepted if nothing can lie between the frontier and its
first row: it was asked for at offset 0, or its first row is the frontier or comes
before it. Of an accepted page the rows beyond
the frontier are yielded, and the last of them is the new frontier.

Why that is exact. Take the rows that exist from the first request to the last
answer, and suppose that all those up to the frontier have been yielded. Such a row
beyond the frontier, but not beyond the end of an accepted page, is in that page: it
existed when the slice was taken, and the slice begins no later than the frontier.
So it is yielded now, and what was supposed holds again. An accepted page that is
shorter than it could be reached the end of the listing, hence every such row has
been yielded then. And nothing comes twice, for the frontier only moves on.

Where and when a page was asked for plays no part in this, so answers may be late
and out of order, and offsets may be guesses. An empty page at an offset above 0 has
no first row: it may lie beyond an end that has moved, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from .page import Order, Page, echoed_order, in_order, rows_up_to, whole_ids
from .resume import Cursor

T = TypeVar("T")


class Accepted(Struct, frozen=True, kw_only=True):
    """Say which rows of an accepted page are new.

    Attributes:
        start: the index of the first new row; the page's length if there is none.
        end: the offset at which the page ended.
        ids: of the new rows; empty where the scan goes by count.
        repeat: it begins just as the one before it, so its rows are left out.
        expected: the overlap was as long as the offsets promised, so no row before
            it came or went.
    """

    start: int
    end: int
    ids: Sequence[int] = ()
    repeat: bool = False
    expected: bool = True


class Frontier(Generic[T]):
    """Keep how far rows have been yielded, and judge pages by it.

    A listing whose order by id is unknown or contradicted is read on by counting
    rows, which is not exact; `doubt` says why.

    Attributes:
        order: of ids, as checked against every page so far; None if unknown.
        position: the offset after the last row yielded, as it was then.
        doubt: why the rule cannot be applied; empty while it can.
        lossy: rows without ids were dropped as repeats, and may be none.
    """

    def __init__(self, start: Cursor, *, key: Callable[[T], object] | None) -> None:
        self.order: Order | None = start.order
        self.position: int = start.offset
        self.doubt: str = ""
        self.lossy: bool = False
        if start.counting:
            self.doubt = "the scan it goes on from was not proven"
        self._key = key
        self._last = start.last
        self._counted: Sequence[object] = ()

    @property
    def untouched(self) -> bool:
        """Whether no row has been yielded yet, here or before a resume."""
        return self._last is None

    def accept(self, offset: int, page: Page[T]) -> Accepted | None:
        """Judge a page that was asked for at *offset*, and move on if it fits.

        Returns:
            What is new in it, or None if rows may lie before it.
        """
        ids = whole_ids(page.items, self._key)
        if not self.doubt:
            self._check(page, ids)
        if self.doubt or ids is None or self.order is None:
            rows: Sequence[object] = page.items if ids is None else ids
            accepted = self._accept_by_count(offset, rows)
            if ids is None and accepted is not None and accepted.repeat:
                self.lossy = True
                self.doubt = "pages repeat each other, and rows have no id to tell why"
            return accepted
        return self._accept_by_id(offset, ids, self.order)

    def _check(self, page: Page[T], ids: list[int] | None) -> None:
        """Give up the rule if the ids or their order do not fit it."""
        if self.order is None:
            self.order = echoed_order(page.sort)
        if ids is None:
            self.doubt = "rows have no id, or one that is not a whole number"
        elif self.order is None:
            self.doubt = "the answer does not say that it is ordered by id"
        elif not in_order(ids, self.order):
            self.doubt = f"ids are not in {self.order}ending order"
        if self.doubt:
            self.order = None

    def _accept_by_id(
        self, offset: int, ids: list[int], order: Order
    ) -> Accepted | None:
        start, expected = 0, True
        if self._last is not None:
            start = rows_up_to(self._last, ids, order)
            if start == 0 and offset > 0:
                return None
            expected = start == self.position - offset
        end = offset + len(ids)
        if start < len(ids):
            self._last = ids[-1]
            self.position = end
        return Accepted(start=start, end=end, ids=ids[start:], expected=expected)

    def _accept_by_count(self, offset: int, rows: Sequence[object]) -> Accepted | None:
        """Take the rows from the own position on, as if nothing ever changed.

        A page that begins just as the one before it is a repeat: without this, the
        scan of a listing that ignores `offset` would never end.
        """
        if offset > self.position:
            return None
        both = min(len(rows), len(self._counted))
        repeat = both > 0 and rows[:both] == self._counted[:both]
        start = len(rows) if repeat else self.position - offset
        self._counted = rows
        self.position = max(self.position, offset + len(rows))
        start = min(start, len(rows))
        return Accepted(start=start, end=self.position, repeat=repeat)
