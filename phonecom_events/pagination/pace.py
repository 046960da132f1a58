"""How many rows to ask for, and how many of them to ask for a second time."""

from __future__ import annotations

from typing import Final

from .terms import MAX_PAGE_SIZE

# Enough for four rows deleted between two pages; 1 % of a page of 500.
_WARY: Final = 5
# What an overlap may cost of a page: a twelfth.
_SHARE: Final = 12
# How many pages have to fit as expected before the overlap is halved.
_CALM_PAGES: Final = 8


class Pace:
    """Size the pages by how the scan gets on.

    Pages that bring nothing new are followed by wider ones, for on short pages
    changes could outrun the scan for ever. Pages overlap by one row at first, and
    by more after one that began too far on, until the listing has been calm for a
    while: such a page costs a whole request, a few rows more cost next to nothing.
    """

    def __init__(self, page_size: int, *, resuming: bool) -> None:
        self._page_size = page_size
        self._width = max(2, page_size) if resuming else page_size
        self._most = MAX_PAGE_SIZE
        self._overlap = 1
        self._calm = 0

    @property
    def limit(self) -> int:
        """How many rows the next page should hold."""
        return min(self._width, self._most)

    @property
    def overlap(self) -> int:
        """How many rows of it should be known ones."""
        return max(1, min(self._overlap, self.limit // _SHARE))

    def gained(self) -> None:
        """Narrow, after a page with new rows; two rows at least, one to overlap."""
        self._width = max(2, self._page_size, self._width // 2)

    def in_vain(self) -> None:
        """Widen, after a page with nothing new."""
        self._width = min(2 * self._width, MAX_PAGE_SIZE)

    def fitted(self, *, expected: bool) -> None:
        """Note a page that could be taken, with the expected overlap or another."""
        self._calm = self._calm + 1 if expected else 0
        if self._calm == _CALM_PAGES:
            self._calm = 0
            self._overlap = max(1, self._overlap // 2)

    def missed(self, overlap: int) -> None:
        """Note a page that began too far on, though meant to overlap by so much."""
        self._calm = 0
        self._overlap = max(self._overlap, 2 * overlap, _WARY)

    def answered(self, *, asked: int, limit: int | None) -> None:
        """Note a limit below the one asked for: the server gives no more than that."""
        if limit is not None and 0 < limit < asked:
            self._most = limit
