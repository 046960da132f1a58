"""What a scan is asked for, and what its listing is like, checked before any request.

How many rows a request asks for is not here but in `windows.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ..errors import InvalidArgument
from .page import Order
from .resume import Cursor, read_token, write_token

T = TypeVar("T")

# Documented for every listing: "limit" is an integer from 1 to 500.
MAX_PAGE_SIZE: Final = 500
# What becomes of a row that is not as documented: an error, or a part of the report.
OddRows = Literal["raise", "report"]


def check_whole_number(
    name: str, value: Any, least: int, most: int | None = None
) -> None:
    """Refuse an argument that is no whole number in a range.

    Raises:
        InvalidArgument: it is not.
    """
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):
        wanted = f"at least {least}" if most is None else f"from {least} to {most}"
        raise InvalidArgument(f"{name} must be a whole number {wanted}, not {value!r}")


class PagingOptions(Struct, Generic[T], frozen=True, kw_only=True):
    """Hold what the caller of a listing may choose, and what the listing is like.

    Attributes:
        offset: how many rows to leave out at the start.
        max_items: where to stop; None for at the end.
        order: the order of ids that was asked for; None takes the listing's own.
        prefetch: how many pages may be under way beyond the one that is due; None
            for one, once the caller has come back for a second page.
        key: reads the id of an item; None for its attribute `id`.
        paged: whether there are pages; else one answer is the whole listing.
        fingerprint: what tells this listing from any other, its path and filters.
        resume: a token of an earlier scan, to go on after the row it had last.
        odd_rows: ``"report"`` if pages may have an `OddRow` in an item's place.
        model: the type of an item, which pages tell; None where nobody has said it.

    Raises:
        InvalidArgument: when built with anything else.
    """

    offset: int = 0
    max_items: int | None = None
    order: Order | None = None
    prefetch: int | None = None
    key: Callable[[T], object] | None = None
    paged: bool = True
    fingerprint: str = ""
    resume: str | None = None
    odd_rows: OddRows = "raise"
    model: Any = None

    def __post_init__(self) -> None:
        check_whole_number("offset", self.offset, 0)
        if self.max_items is not None:
            check_whole_number("max_items", self.max_items, 0)
        if self.order not in (None, "asc", "desc"):
            raise InvalidArgument(
                f"order must be 'asc', 'desc' or None, not {self.order!r}"
            )
        if self.prefetch is not None:
            check_whole_number("prefetch", self.prefetch, 0)
        if self.odd_rows not in ("raise", "report"):
            raise InvalidArgument(
                f"odd_rows must be 'raise' or 'report', not {self.odd_rows!r}"
            )
        self._check_together()

    def _check_together(self) -> None:
        if not self.paged and self.offset:
            raise InvalidArgument("this listing has no pages, so no offset either")
        if not self.paged and self.resume is not None:
            raise InvalidArgument("this listing has no pages, so nothing to resume")
        if self.offset and self.resume is not None:
            raise InvalidArgument("offset and resume exclude each other")
        self.start()

    @property
    def most_ahead(self) -> int:
        """How many pages may be under way, at most, beyond the one that is due."""
        return 1 if self.prefetch is None else self.prefetch

    def start(self) -> Cursor:
        """Work out where the scan begins.

        Raises:
            InvalidArgument: `resume` is no token, or one of another listing.
        """
        if self.resume is None:
            # Plain values, whatever subclass of them was given: tokens hold them.
            most = None if self.max_items is None else int(self.max_items)
            order: Order | None = self.order and (
                "asc" if self.order == "asc" else "desc"
            )
            return Cursor(order=order, offset=int(self.offset), left=most)
        cursor = read_token(self.resume, listing=self._listing)
        wanted = [most for most in (cursor.left, self.max_items) if most is not None]
        return replace(cursor, left=min(wanted, default=None))

    def token(self, cursor: Cursor) -> str | None:
        """Write the token that makes a later scan go on at *cursor*."""
        return write_token(cursor, listing=self._listing) if self.paged else None

    @property
    def _listing(self) -> str:
        return f"{self.order} {self.fingerprint}"
