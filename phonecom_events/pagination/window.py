"""Stretches of a listing that were asked for, and the queue of them."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from msgspec import Struct

from .page import Page

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
