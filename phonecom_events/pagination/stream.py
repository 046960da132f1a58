"""The requests of one scan, made one at a time, when the caller wants more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from .page import Page
from .scan import Scan

T = TypeVar("T")

Fetch = Callable[[int, int], Awaitable[Page[T]]]


class Stream(Generic[T]):
    """Fetch what a scan asks for, until there is a page to hand on."""

    def __init__(self, fetch: Fetch[T], scan: Scan[T]) -> None:
        self.scan = scan
        self._fetch = fetch
        self._busy = False
        self._closed = False

    async def next(self) -> Page[T] | None:
        """Return the next page with new rows, or None at the end.

        After an error or a cancellation it may be called again, and goes on where
        it was.

        Raises:
            RuntimeError: another task is waiting for the next page already.
            PaginationError: the scan is hopeless.
        """
        self._enter()
        try:
            return await self._advance()
        except BaseException:
            self.scan.forget()
            raise
        finally:
            self._busy = False

    async def aclose(self) -> None:
        """End the scan, and all that is under way for it."""
        self._enter()
        self._closed = True
        self.scan.forget()
        self._busy = False

    def _enter(self) -> None:
        if self._busy:
            raise RuntimeError(
                "this iterator is in use by another task; give each task its own"
            )
        self._busy = True

    async def _advance(self) -> Page[T] | None:
        scan = self.scan
        while not self._closed:
            page = scan.take()
            if page is not None or scan.finished:
                return page
            scan.ask()
            window = scan.head
            scan.answer(window, await self._fetch(window.limit, window.offset))
        return None
