"""Stretches of a listing that were asked for, and the queue of them.

How many rows to ask for, and how many of them to ask for a second time.

Where in the listing a scan goes on: a guess, found again after big changes.

Nothing here can make a scan wrong, only long: whether a page is accepted is
decided by its ids alone. After each answer the scan says whether the page began
too far on, or was one that held nothing new. The search doubles its stride until
the place lies between one of each, then halves the gap: some thirty requests find
it again after hundreds of thousands of rows were deleted or inserted at once.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Generic, TypeVar

from msgspec import Struct

from .options import MAX_PAGE_SIZE
from .page import Page

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


class Place:
    """Keep the offset at which to ask next.

    Attributes:
        offset: the guess; the overlap is already taken off.
    """

    __slots__ = ("_ceiling", "_floor", "_step", "_stride", "offset")

    def __init__(self, offset: int) -> None:
        self.found(offset)

    def found(self, offset: int) -> None:
        """Go on at *offset*: the page before it held something new."""
        self.offset: int = max(0, offset)
        self._floor: int | None = None
        self._ceiling: int | None = None
        self._step = 0
        self._stride = 0

    def too_far(self, asked: int, *, step: int, width: int) -> None:
        """Step back from *asked*, where the page began beyond the place.

        Args:
            asked: the offset of that page.
            step: how far the first step back goes; each further one twice as far.
            width: how many rows a page can hold.
        """
        self._ceiling = asked
        if self._floor is not None and self._floor < asked:
            self._halve(self._floor, asked, width)
            return
        self._floor = None
        self._step = 2 * self._step or step
        self.offset = max(0, asked - self._step)

    def too_near(self, reached: int, *, width: int) -> None:
        """Go forward from *reached*, up to where the rows were all known ones."""
        self._floor = reached
        if self._ceiling is not None and reached < self._ceiling:
            self._halve(reached, self._ceiling, width)
            return
        self._ceiling = None
        self.offset = reached + self._stride
        self._stride = 2 * self._stride or width

    def _halve(self, floor: int, ceiling: int, width: int) -> None:
        gap = ceiling - floor
        self.offset = floor if gap <= width else floor + gap // 2


T = TypeVar("T")


class Window(Struct, Generic[T], eq=False):
    """Hold one request of a scan, and its answer once that is in.

    Attributes:
        limit, offset: as asked for.
        overlap: how many of its rows should be known ones.
        page: the answer.
        kept: it began too far on, and waits for the gap before it to be filled.
    """

    limit: int
    offset: int
    overlap: int
    page: Page[T] | None = None
    kept: bool = False

    @property
    def end(self) -> int:
        """The offset after the last row asked for."""
        return self.offset + self.limit

    @property
    def short(self) -> bool:
        """Whether the answer has fewer rows than it could: the listing ends here."""
        if self.page is None:
            return False
        echoed = self.page.limit
        # An echo of 0 says nothing: no page would ever be short of it.
        most = min(self.limit, echoed) if echoed and echoed > 0 else self.limit
        return len(self.page) < most


class Queue(Generic[T]):
    """Keep windows in the order in which their answers are to be judged.

    Attributes:
        gap: there may be rows before the first window; ask for them, and put that
            window first.
    """

    def __init__(self) -> None:
        self._windows: deque[Window[T]] = deque()
        self.gap: bool = False

    def __len__(self) -> int:
        return len(self._windows)

    def __contains__(self, window: Window[T]) -> bool:
        return window in self._windows

    @property
    def first(self) -> Window[T]:
        """The window whose answer is due."""
        return self._windows[0]

    @property
    def last(self) -> Window[T]:
        """The window furthest on."""
        return self._windows[-1]

    @property
    def ends(self) -> bool:
        """Whether an answer that is in reaches the end of the listing."""
        return any(window.short for window in self._windows)

    def put_first(self, window: Window[T]) -> None:
        """Fill the gap; if it is wider than the window, all beyond is too far on."""
        self.gap = False
        if self._windows and window.end <= self.first.offset:
            self._windows.clear()
        self._windows.appendleft(window)

    def put_last(self, window: Window[T]) -> None:
        """Go on after the last window."""
        self._windows.append(window)

    def drop_first(self) -> None:
        """Be done with the first window."""
        self._windows.popleft()

    def clear(self) -> None:
        """Be done with all of them."""
        self._windows.clear()
        self.gap = False
