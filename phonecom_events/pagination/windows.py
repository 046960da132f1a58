"""The stretches of a listing that a scan asks for: how many rows, and from where.

Nothing here can make a scan wrong, only long: whether a page is accepted is decided
by its ids alone. After each answer the scan says whether the page began too far on,
or held nothing new. The search for the offset doubles its stride until the frontier
lies between one of each, then halves the gap: some thirty requests find it again
after hundreds of thousands of rows were deleted or inserted at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final, Generic, TypeVar

from attrs import define, field
from msgspec import Struct

from .options import MAX_PAGE_SIZE, whole_number
from .page import Page

T = TypeVar("T")

Fetch = Callable[[int, int], Awaitable[Page[T]]]

# Enough for four rows deleted between two pages; 1 % of a page of 500.
_OVERLAP_AFTER_GAP: Final = 5
# The overlap may be so large a part of a page: a twelfth.
_MAX_OVERLAP_SHARE: Final = 12
# So many pages have to fit as expected before the overlap is halved.
_PAGES_UNTIL_HALVED: Final = 8


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

    async def request(self, fetch: Fetch[T]) -> Page[T]:
        """Ask for the page."""
        return await fetch(self.limit, self.offset)

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


@define
class WindowSize:
    """Choose how many rows to ask for, and how many of them to ask for again.

    Pages that bring nothing new are followed by wider ones, for on short pages
    changes could outrun the scan for ever. Pages overlap by one row at first, and
    by more after one that began too far on, until the listing has been calm for a
    while: such a page costs a whole request, a few rows more cost next to nothing.

    Raises:
        InvalidArgument: the page size is no whole number from 1 to 500.
    """

    page_size: int = field(validator=whole_number(1, MAX_PAGE_SIZE))
    _width: int = field(init=False)
    _server_limit: int = field(default=MAX_PAGE_SIZE, init=False)
    _wanted_overlap: int = field(default=1, init=False)
    _calm_pages: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._width = self.page_size

    @property
    def rows(self) -> int:
        """How many rows the next page should hold."""
        return min(self._width, self._server_limit)

    @property
    def overlap(self) -> int:
        """How many rows of it should be known ones."""
        return max(1, min(self._wanted_overlap, self.rows // _MAX_OVERLAP_SHARE))

    def window(self, offset: int, *, overlap: int) -> Window[Any]:
        """Return the next window to ask for."""
        return Window(self.rows, offset, overlap)

    def leave_room(self) -> None:
        """Ask for two rows at least: one to overlap, one to gain."""
        self._width = max(2, self._width)

    def narrow(self) -> None:
        """Narrow towards the page size, after a page with new rows."""
        self._width = max(2, self.page_size, self._width // 2)

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
        """Note a limit below the one asked for: the server gives no more than that."""
        if page.limit is not None and 0 < page.limit < window.limit:
            self._server_limit = page.limit


class OffsetSearch:
    """Keep the offset at which to ask next, and find it again after big changes.

    Attributes:
        offset: a guess; the overlap is already taken off.
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

    def step_back(self, asked: int, *, step: int, width: int) -> None:
        """Go back from *asked*, where the page began beyond the frontier.

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

    def step_forward(self, reached: int, *, width: int) -> None:
        """Go on from *reached*, up to where the rows were all known ones."""
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
