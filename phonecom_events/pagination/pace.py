"""How many rows to ask for, and how many of them to ask for a second time."""

from __future__ import annotations

from typing import Final

from .terms import MAX_PAGE_SIZE

# Enough for four rows deleted between two pages; 1 % of a page of 500.
_MAX_OVERLAP: Final = 5
# How many quiet pages it takes to overlap by one row again.
_WARY_PAGES: Final = 8
# An overlap should cost no more than a twelfth of each page.
_OVERLAP_SHARE: Final = 12


class Pace:
    """Size the pages by how the scan gets on.

    Pages that bring nothing new are followed by wider ones, for on a short page
    changes could outrun the scan for ever. Pages overlap by one row, and by more
    for a while after rows were seen to come or go, since a page that begins too far
    on costs a whole request and a few rows more cost next to nothing.
    """

    def __init__(self, page_size: int) -> None:
        self._page_size = page_size
        self._width = page_size
        self._most = MAX_PAGE_SIZE
        self._wary = 0

    @property
    def limit(self) -> int:
        """How many rows the next page should hold."""
        return min(self._width, self._most)

    @property
    def overlap(self) -> int:
        """How many rows of it should be known ones."""
        wanted = _MAX_OVERLAP if self._wary else 1
        return min(wanted, max(1, self.limit // _OVERLAP_SHARE))

    def gained(self) -> None:
        """Narrow, after a page with new rows; two rows at least, one to overlap."""
        self._width = max(2, self._page_size, self._width // 2)

    def in_vain(self) -> None:
        """Widen, after a page with nothing new."""
        self._width = min(2 * self._width, MAX_PAGE_SIZE)

    def saw(self, *, change: bool) -> None:
        """Overlap by more where the listing changes, and by less where it rests."""
        self._wary = _WARY_PAGES if change else max(0, self._wary - 1)

    def answered(self, limit: int | None) -> None:
        """Note an answer's own limit: ask for no more than will be given."""
        if limit is not None and 0 < limit < self.limit:
            self._most = limit
