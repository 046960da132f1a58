"""The two ways to go through a scan: by page and by item."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

from .page import Page
from .stream import Stream

T = TypeVar("T")


class _Iteration(Generic[T]):
    """Own a stream: dropping the iterator drops what is under way for it.

    These are classes and not async generators, because a generator that is left by
    ``break`` is finished some time later, in a task of its own.
    """

    def __init__(self, stream: Stream[T]) -> None:
        self._stream = stream

    def __aiter__(self) -> Self:
        return self

    async def aclose(self) -> None:
        """End the scan; nothing of it is under way any more."""
        await self._stream.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


class Pages(_Iteration[T], AsyncIterator[Page[T]]):
    """Go through the pages; none is empty, and no row comes twice."""

    async def __anext__(self) -> Page[T]:
        page = await self._stream.next()
        if page is None:
            raise StopAsyncIteration
        return self._stream.scan.delivery.hand_out(page)


class Items(_Iteration[T], AsyncIterator[T]):
    """Go through the items."""

    def __init__(self, stream: Stream[T]) -> None:
        super().__init__(stream)
        self._rows: Iterator[T] = iter(())

    async def __anext__(self) -> T:
        # The one statement that runs for every item; next() would cost a sentinel.
        for item in self._rows:
            return item
        if await self._stream.next() is None:
            raise StopAsyncIteration
        self._rows = self._stream.scan.delivery.hand_out_singly()
        return next(self._rows)

    async def aclose(self) -> None:
        """End the scan; the rest of the page that has been read is dropped too."""
        await super().aclose()
        self._rows = iter(())
