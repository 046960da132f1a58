"""The frontier is the last row yielded; by it pages are judged, and scans exact.

An answer is one contiguous slice of the listing, which is ordered by id, as it was
at one moment. A page is accepted if nothing can lie between the frontier and its
first row: it was asked for at offset 0, or its first row is the frontier or comes
before it. Of an accepted page the rows beyond the frontier are yielded, and the last
of them is the new frontier.

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

The moments need not be in order, nor the state be one server's: all that counts is
that a row is in every state that a page was cut from. What this takes on trust is in
`ScanReport`.

Three things cannot be proven, and are said:

- A page that was not meant to overlap, because the server gives one row a page, is
  taken where it was asked for, as if the listing were at rest.
- A row whose id cannot be read has its place between its neighbours. Where pages
  overlap it is known again by what is in it, and by the row that it follows. Other
  rows may be just like it, so where rows without ids come and go, one may be taken for
  another: it may come twice, or not at all. In a listing at rest neither happens, and
  a row with an id never comes twice.
- A listing whose order by id is unknown or contradicted is read on by counting rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from .page import (
    Ids,
    Order,
    Page,
    echoed_order,
    ids_with_gaps,
    in_order,
    rows_up_to,
    whole_ids,
)
from .resume import Cursor

T = TypeVar("T")

# So many of the latest rows without ids are kept, to know them again.
_MAX_UNIDENTIFIED: Final = 100


class Accepted(Struct, frozen=True, kw_only=True):
    """Say which rows of an accepted page are new.

    Attributes:
        start: the index of the first new row; the page's length if there is none.
        end: the offset at which the page ended.
        ids: of the new rows, None for a row without one; empty where the scan goes
            by count.
        repeat: the page begins just as the one before it.
        expected: the overlap was as long as the offsets promised, so no row before
            it came or went.
        overlaps: it begins no later than the frontier; else it has been taken
            without proof.
    """

    start: int
    end: int
    repeat: bool
    ids: Ids = ()
    expected: bool = True
    overlaps: bool = True


class _Anything:  # noqa: PLW1641 - nothing hashes it
    """Equal what a row has been that an earlier scan took, whatever that was."""

    def __eq__(self, other: object) -> bool:
        return True


_ANYTHING: Final = _Anything()
_IDENTIFIED: Final = object()


class Frontier(Generic[T]):
    """Keep how far rows have been yielded, and judge pages by it.

    Attributes:
        order: of ids, as checked against every page so far; None if unknown.
        position: the offset after the last row yielded, as it was then.
        doubt: the first reason why the scan is not proven; empty if there is none.
        counting: ids do not serve, so rows are counted.
        lossy: rows without ids were dropped as repeats, and may be none.
        unidentified: how many rows without ids were yielded after the last with one.
    """

    def __init__(self, start: Cursor, *, key: Callable[[T], object] | None) -> None:
        self.order: Order | None = start.order
        self.position: int = start.offset
        self.doubt: str = ""
        self.counting: bool = start.counting
        self.lossy: bool = False
        if start.unproven:
            self.note("the scan it goes on from was not proven")
        self._key = key
        self._last = start.last
        self._order_shown = False
        self.unidentified: int = start.unidentified
        # No more than is kept: a token may have been tampered with.
        known = min(start.unidentified, _MAX_UNIDENTIFIED)
        self._latest_unidentified: list[Any] = [_ANYTHING] * known
        self._first: object = None
        self._counted: Sequence[object] = ()

    @property
    def untouched(self) -> bool:
        """Whether no row has been yielded yet, here or before a resume."""
        return self._last is None and not self.unidentified

    def note(self, doubt: str) -> None:
        """Note why the scan is not proven, unless that is known already."""
        self.doubt = self.doubt or doubt

    def accept(self, offset: int, page: Page[T], *, overlap: int) -> Accepted | None:
        """Judge a page, and move on if it fits.

        Args:
            offset: as asked for.
            page: the answer.
            overlap: how many known rows it is meant to begin with.

        Returns:
            What is new in it, or None if rows may lie before it.
        """
        ids = self.check(page)
        if self.counting or ids is None:
            return self._accept_by_count(offset, page.items, ids)
        return self._accept_by_id(offset, page.items, ids, overlap)

    def check(self, page: Page[T]) -> Ids | None:
        """Give up the rule if a page's ids or their order do not fit it; return them."""
        # Nearly every page has all its ids, and they are read several times faster.
        ids: Ids | None = whole_ids(page.items, self._key)
        if ids is None:
            ids = ids_with_gaps(page.items, self._key)
        if not self.counting:
            self._check_ids(page, ids)
        return ids

    def _check_ids(self, page: Page[T], ids: Ids | None) -> None:
        if self.order is None:
            self.order = echoed_order(page.sort)
        contradiction = ""
        if ids is None:
            contradiction = "rows have no id, or one that is not a whole number"
        elif self.order is None:
            contradiction = "the answer does not say that it is ordered by id"
        elif not self._fits_order(page, _without_gaps(ids), self.order):
            contradiction = f"ids are not in {self.order}ending order"
        if contradiction:
            self.note(contradiction)
            self.counting = True
            self.order = None

    def _fits_order(self, page: Page[T], ids: list[int], order: Order) -> bool:
        if len(ids) > 1:
            self._order_shown = True
            return in_order(ids, order)
        if self._order_shown or self._last is None or ids in ([], [self._last]):
            return True
        # No page has had two rows to compare yet. If the order that was asked for is
        # not heeded, rows further on look like known ones; only the answer can tell.
        return echoed_order(page.sort) in (None, order)

    def _accept_by_id(
        self, offset: int, rows: Sequence[Any], ids: Ids, overlap: int
    ) -> Accepted | None:
        untouched = self.untouched
        start = self._count_known(rows, ids, offset)
        overlaps = start > 0 or offset == 0 or untouched
        if not overlaps and (overlap or offset > self.position):
            # It began otherwise than a page that can be taken.
            self._first = None
            return None
        accepted = Accepted(
            start=start,
            end=offset + len(ids),
            ids=ids[start:],
            repeat=self._begins_as_before(rows, ids),
            expected=untouched or start == self.position - offset,
            overlaps=overlaps,
        )
        if accepted.ids:
            self._move_on(rows[start:], accepted.ids, accepted.end)
        return accepted

    def _count_known(self, rows: Sequence[Any], ids: Ids, offset: int) -> int:
        """Count the rows that come no later than the frontier."""
        count = 0
        if self._last is not None and self.order is not None:
            count = rows_up_to(self._last, _without_gaps(ids), self.order)
        if isinstance(ids, list):
            return count
        places = [place for place, id_ in enumerate(ids) if id_ is not None]
        start = places[count - 1] + 1 if count else 0
        # While no id is known, any row may come before one that was yielded.
        ends = self._last is not None and count < len(places)
        end = places[count] if ends else len(ids)
        taken = self._latest_unidentified
        if count and ids[start - 1] == self._last:
            # Nothing before the frontier can be there. Rows may be alike.
            taken = taken[max(0, len(taken) - self.unidentified) :]
        elif self._last is not None:
            taken = [row for row in taken if row is not _ANYTHING]
        return start + _count_taken(
            taken,
            [
                row.raw if id_ is None else _IDENTIFIED
                for row, id_ in zip(rows[start:end], ids[start:end], strict=True)
            ],
            # After a row with an id, that one tells more than the offset does.
            at_rest=0 if start else self.position - offset,
        )

    def _begins_as_before(self, rows: Sequence[Any], ids: Ids) -> bool:
        before = self._first
        self._first = None
        if ids:
            self._first = rows[0].raw if ids[0] is None else ids[0]
        return self._first is not None and self._first == before

    def _move_on(self, rows: Sequence[Any], ids: Ids, position: int) -> None:
        """Make the last of the new rows the frontier."""
        self.position = position
        if isinstance(ids, list):
            self._last, self.unidentified = ids[-1], 0
            return
        for row, id_ in zip(rows, ids, strict=True):
            if id_ is None:
                self.note("a row has no id that can be read")
                self.unidentified += 1
                self._latest_unidentified.append(row.raw)
            else:
                self._last, self.unidentified = id_, 0
        del self._latest_unidentified[:-_MAX_UNIDENTIFIED]

    def _accept_by_count(
        self, offset: int, rows: Sequence[Any], ids: Ids | None
    ) -> Accepted | None:
        """Take the rows from the own position on, as if nothing ever changed.

        A page that begins just as the one before it is a repeat: without this, the
        scan of a listing that ignores `offset` would never end.
        """
        if offset > self.position:
            return None
        counted = ids if isinstance(ids, list) else rows
        both = min(len(counted), len(self._counted))
        repeat = both > 0 and counted[:both] == self._counted[:both]
        if repeat and counted is rows:
            self.lossy = True
        start = len(rows) if repeat else self.position - offset
        self._counted = counted
        self.position = max(self.position, offset + len(rows))
        start = min(start, len(rows))
        return Accepted(start=start, end=self.position, repeat=repeat)


def _without_gaps(ids: Ids) -> list[int]:
    return ids if isinstance(ids, list) else [id_ for id_ in ids if id_ is not None]


def _count_taken(taken: list[Any], rows: list[Any], *, at_rest: int) -> int:
    """Count the rows up to the last of those *taken*, which have no ids.

    Args:
        taken: the latest of them, which may be alike.
        rows: what is in those that follow each other.
        at_rest: how many it would be in a listing that does not change; not above 0
            if the offset does not say.
    """
    first = rows[:at_rest]
    if at_rest > 0 and _IDENTIFIED not in first and taken[-at_rest:] == first:
        return len(first)
    left, count = list(taken), 0
    for place, row in enumerate(rows, 1):
        if row is not _IDENTIFIED and row in left:
            left.remove(row)
            count = place
    return count
