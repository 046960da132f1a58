"""How far the caller has got in a scan, and so where a later one would go on.

Odd rows are passed over on the way: an item is had together with those before it, and
the last item of a page with those after it, too. So of two scans, one of which goes
on from the other, just one reports each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import length_hint
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ..errors import PhonecomEventsError
from .options import PagingOptions
from .page import Ids, OddRow, Page
from .resume import Cursor

T = TypeVar("T")

# So many odd rows are kept; all are counted. A listing may have nothing else.
MAX_ODD_ROWS: Final = 1_000


class _Offer(Struct, kw_only=True):
    """Hold what is known of the new rows of one page, without its items.

    Attributes:
        before, after: where a scan goes on that has had none, or all of them.
        ids: of the rows, and perhaps of more after them; empty if they have none
            that count.
        rows: how many there are.
        items: how many of them are no odd rows.
        places: of the items among the rows; None if that is all of them.
        odd: the odd rows.
    """

    before: Cursor
    after: Cursor
    ids: Ids = ()
    rows: int = 0
    items: int = 0
    places: Sequence[int] | None = None
    odd: Sequence[OddRow] = ()

    def had(self, pending: int) -> int:
        """Count the rows that have been had, if so many items have not."""
        if pending == 0:
            return self.rows
        items = self.items - pending
        if self.places is None or items == 0:
            return items
        return self.places[items - 1] + 1

    def odd_had(self, pending: int) -> Sequence[OddRow]:
        """Return the odd rows that have been passed over."""
        return self.odd[: self.had(pending) - (self.items - pending)]

    def cursor(self, pending: int) -> Cursor:
        """Return where a scan goes on after the last item that has been had."""
        had = self.had(pending)
        if had == self.rows:
            return self.after
        if had == 0:
            return self.before
        left = self.after.left
        last, unidentified = self.last(had) if self.ids else (None, 0)
        return replace(
            self.after,
            last=last,
            unidentified=unidentified,
            offset=self.after.offset - self.rows + had,
            left=None if left is None else left + self.rows - had,
        )

    def last(self, had: int) -> tuple[int | None, int]:
        """Return the last id of so many rows, and how many rows came after it."""
        for place in reversed(range(had)):
            if self.ids[place] is not None:
                return self.ids[place], had - 1 - place
        return self.before.last, self.before.unidentified + had


class Progress(Generic[T]):
    """Hand out the rows of one page after the other.

    The rows' iterator knows how many are left, so that nothing need be counted row
    by row; and it lets go of the page with its last row.

    Attributes:
        rows: the items of the latest page that the caller has not had yet.
    """

    __slots__ = ("_odd_count", "_odd_rows", "_offer", "_options", "_page", "rows")

    def __init__(self, options: PagingOptions[T]) -> None:
        self._options = options
        self._odd_rows: list[OddRow] = []
        self._odd_count = 0
        self._start()

    def reset(self) -> None:
        """Count no row as had: the caller has got none after all."""
        self._keep_odd_rows()
        self._start()

    def _start(self) -> None:
        self.rows: Iterator[T] = iter(())
        self._page: Sequence[T] = ()
        start = self._options.start()
        self._offer = _Offer(before=start, after=start)

    def offer(self, rows: Sequence[Any], *, ids: Ids, after: Cursor) -> int:
        """Offer the new rows of a page; those before it have been had.

        Args:
            rows: items, and odd rows in their places.
            ids: of the rows, and perhaps of more after them; empty if they have none
                that count.
            after: where a scan goes on that has had all of them; by count, for the
                ids say the rest.

        Returns:
            How many items there are.
        """
        self._keep_odd_rows()
        offer = _Offer(before=self.cursor, after=after, ids=ids, rows=len(rows))
        if self._options.odd_rows == "report" and OddRow in set(map(type, rows)):
            offer.odd = tuple(row for row in rows if isinstance(row, OddRow))
            offer.places = [
                place for place, row in enumerate(rows) if not isinstance(row, OddRow)
            ]
            rows = [rows[place] for place in offer.places]
        offer.items = len(rows)
        if ids:
            last, unidentified = offer.last(offer.rows)
            offer.after = replace(after, last=last, unidentified=unidentified)
        self._offer = offer
        self.rows = iter(rows)
        self._page = rows
        return offer.items

    def take_page(self, page: Page[T]) -> Page[T]:
        """Give all items offered to the caller at once, as what *page* comes to."""
        items = self._page if self.pending == self._offer.items else self.rows
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
            odd_rows=tuple(self._offer.odd),
            model=self._options.model,
        )

    def take_rows(self) -> Iterator[T]:
        """Give the items offered one by one; nothing here keeps the others."""
        self._page = ()
        return self.rows

    @property
    def pending(self) -> int:
        """How many items the caller has not had yet."""
        return length_hint(self.rows)

    @property
    def odd_rows(self) -> tuple[OddRow, ...]:
        """Those passed over, the first thousand of them."""
        latest = self._offer.odd_had(self.pending)
        return (*self._odd_rows, *latest)[:MAX_ODD_ROWS]

    @property
    def odd_row_count(self) -> int:
        """How many were passed over."""
        return self._odd_count + len(self._offer.odd_had(self.pending))

    @property
    def cursor(self) -> Cursor:
        """Where a scan goes on after the last item the caller has had."""
        return self._offer.cursor(self.pending)

    @property
    def token(self) -> str | None:
        """The same as a text; None for a listing without pages."""
        return self._options.token(self.cursor)

    def attach_token(self, error: BaseException) -> None:
        """Give one of our own errors the token to go on, as its `resume`."""
        if isinstance(error, PhonecomEventsError):
            error.__dict__["resume"] = self.token

    def _keep_odd_rows(self) -> None:
        """Count the odd rows of a page that is done with."""
        odd = self._offer.odd_had(self.pending)
        self._odd_count += len(odd)
        self._odd_rows += odd[: MAX_ODD_ROWS - len(self._odd_rows)]
