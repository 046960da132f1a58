"""The windows of a listing that a scan asks for: their size, their order.

Nothing here can make a scan wrong, only long: whether a page is accepted is decided
by its ids alone.

How many rows a page has is the server's to choose, answer by answer. A limit that it
keeps to is asked for, so that windows ahead are laid where they belong; after a few
pages the size that is wanted is asked for again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from .options import MAX_PAGE_SIZE, check_whole_number
from .page import Page

T = TypeVar("T")

Fetch = Callable[[int, int], Awaitable[Page[T]]]

# Enough for four rows deleted between two pages; 1 % of a page of 500.
_OVERLAP_AFTER_GAP: Final = 5
# The overlap may be so large a part of a page: a twelfth.
_MAX_OVERLAP_SHARE: Final = 12
# So many pages have to fit as expected before the overlap is halved.
_PAGES_UNTIL_HALVED: Final = 8
# So many pages with new rows are asked for by the server's limit, then one is not.
_PAGES_BY_SERVER_LIMIT: Final = 4


class Window(Struct, Generic[T], eq=False):
    """Hold one request of a scan, and its answer once that is in.

    Attributes:
        limit, offset: as asked for.
        overlap: how many of its rows should be known ones.
        expected: how many rows the server may well give; the limit by default.
        page: the answer, given by `answer`.
        short: the answer has fewer rows than it could: the listing ends here.
        kept: it began too far on, and waits for the gap before it to be filled.
    """

    limit: int
    offset: int
    overlap: int
    expected: int
    page: Page[T] | None = None
    short: bool = False
    kept: bool = False

    async def request(self, fetch: Fetch[T]) -> Page[T]:
        """Ask for the page."""
        return await fetch(self.limit, self.offset)

    @property
    def end(self) -> int:
        """The offset after the last row expected."""
        return self.offset + self.expected

    def answer(self, page: Page[T]) -> None:
        """Note the answer."""
        self.page = page
        echoed = page.limit
        # An echo of 0 says nothing: no page would ever be short of it.
        most = min(self.limit, echoed) if echoed and echoed > 0 else self.limit
        self.short = len(page) < most


class WindowSize:
    """Choose how many rows to ask for, and how many of them to ask for again.

    Pages that bring nothing new are followed by wider ones, for on short pages
    changes could outrun the scan for ever. Pages overlap by one row at first, and
    by more after one that began too far on, until the listing has been calm for a
    while: such a page costs a whole request, a few rows more cost next to nothing.

    A page of one row is nothing to go by until there are two in a row: then rows
    come one by one, and nothing can overlap.

    Raises:
        InvalidArgument: the page size is no whole number from 1 to 500.
    """

    def __init__(self, page_size: int) -> None:
        check_whole_number("page_size", page_size, 1, MAX_PAGE_SIZE)
        self.page_size: int = page_size
        self._width = page_size
        self._server_limit = MAX_PAGE_SIZE
        self._pages_by_server_limit = 0
        self._one_row = False
        self._wanted_overlap = 1
        self._calm_pages = 0

    @property
    def rows(self) -> int:
        """How many rows the next page should hold."""
        return min(self._width, max(2, self._server_limit))

    @property
    def overlap(self) -> int:
        """How many rows of it should be known ones; 0 if rows come one by one."""
        if self._server_limit == 1:
            return 0
        return max(1, min(self._wanted_overlap, self.rows // _MAX_OVERLAP_SHARE))

    def window(self, offset: int, *, overlap: int) -> Window[Any]:
        """Return the next window to ask for."""
        limit = self.rows
        expected = min(limit, self._server_limit)
        if self._pages_by_server_limit >= _PAGES_BY_SERVER_LIMIT:
            self._pages_by_server_limit = 0
            limit = self._width
        return Window(limit, offset, overlap, expected)

    def leave_room(self) -> None:
        """Ask for two rows at least: one to overlap, one to gain."""
        self._width = max(2, self._width)

    def narrow(self) -> None:
        """Narrow towards the page size, after a page with new rows."""
        self._width = max(2, self.page_size, self._width // 2)
        self._pages_by_server_limit += 1

    def widen(self) -> None:
        """Widen, after a page with nothing new."""
        self._width = min(2 * self._width, MAX_PAGE_SIZE)

    def note_accepted(self, *, as_expected: bool) -> None:
        """Note a page that could be taken, with the expected overlap or another."""
        self._calm_pages = self._calm_pages + 1 if as_expected else 0
        if self._calm_pages == _PAGES_UNTIL_HALVED:
            self._calm_pages = 0
            self._wanted_overlap = max(1, self._wanted_overlap // 2)

    def note_gap(self, overlap: int) -> None:
        """Note a page that began too far on, though meant to overlap by so much."""
        self._calm_pages = 0
        self._wanted_overlap = max(
            self._wanted_overlap, 2 * overlap, _OVERLAP_AFTER_GAP
        )

    def note_answer(self, window: Window[T], page: Page[T]) -> None:
        """Note how many rows an answer has, and how many it says it could have had."""
        rows, limit = len(page), page.limit
        if limit is not None and max(rows, 1) <= limit < window.limit:
            self.note_server_limit(limit)
        elif rows > self._server_limit:
            self._server_limit = MAX_PAGE_SIZE
        self._one_row = rows == 1

    def note_server_limit(self, rows: int) -> None:
        """Note that the server gives no more rows than that at a time, for now."""
        self._server_limit = rows if rows > 1 or self._one_row else 2


class WindowQueue(Generic[T]):
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

    def __iter__(self) -> Iterator[Window[T]]:
        return iter(self._windows)

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
