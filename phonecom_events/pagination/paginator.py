"""A listing as one object: await it, or iterate over its items or its pages."""

from __future__ import annotations

from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar
from weakref import WeakSet

from attrs import evolve

from .ids import Order
from .iterators import Items, Pages
from .page import Page
from .report import ScanReport
from .scan import Scan
from .stream import Fetch, Stream
from .terms import MAX_PAGE_SIZE, Terms

T = TypeVar("T")


class Paginator(Generic[T]):
    """Read a listing that is paged by limit and offset; building it does no I/O.

    ``await`` gives the page at `offset`, ``async for`` every item from there on,
    `pages` the same by page. Each of these, and `collect` and `first`, is a scan of
    its own, so a paginator can be used again. Scans are exact while rows are created
    and deleted, which `report` confirms or denies.

    Leaving a loop early needs no care; ``async with`` or `aclose` ends at once what
    is under way.

    Args:
        fetch: asks for one page, ``(limit, offset) -> Page``. What it raises goes
            to the caller.
        page_size: the `limit` of the first request, 1…500. Later ones may ask for
            more, while rows change, and for 2 at least.
        offset: how many rows to leave out at the start.
        max_items: where to stop; 0 makes no request at all.
        order: the order of ids that `fetch` asks for; None to go by what the first
            answer says about itself. Either is checked against the ids.
        prefetch: how many pages to keep under way while waiting for one, from the
            second on; 0 and 1 ask for a page when it is due. Leaving early wastes
            the others, `prefetch` - 1 requests at most.
        key: reads the id of an item; None for its attribute `id`.
        paged: whether there are pages; else the first answer is the whole listing.
        fingerprint: what tells this listing from any other: its path and filters.
        resume: the token of an earlier scan, of this process or another, to go on
            after the last row it gave. Both together are as exact as one scan, and
            give no more than `max_items` together.

    Raises:
        InvalidArgument: a number out of its range, an unknown order, or a token of
            another listing.
    """

    def __init__(
        self,
        fetch: Fetch[T],
        *,
        page_size: int = MAX_PAGE_SIZE,
        offset: int = 0,
        max_items: int | None = None,
        order: Order | None = None,
        prefetch: int = 0,
        key: Callable[[T], object] | None = None,
        paged: bool = True,
        fingerprint: str = "",
        resume: str | None = None,
    ) -> None:
        self._fetch = fetch
        self._terms = Terms(
            page_size=page_size,
            offset=offset,
            max_items=max_items,
            order=order,
            prefetch=prefetch,
            key=key,
            paged=paged,
            fingerprint=fingerprint,
            resume=resume,
        )
        self._scan = Scan(self._terms)
        self._streams: WeakSet[Stream[T]] = WeakSet()

    @property
    def report(self) -> ScanReport:
        """What the latest scan has done up to now."""
        return self._scan.report

    @property
    def resume(self) -> str | None:
        """The token to go on after the last row that the latest scan has given.

        It stays valid after the end, and gives what has been added there since.
        None for a listing without pages.
        """
        return self._scan.delivery.token

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._page().__await__()

    def __aiter__(self) -> Items[T]:
        return Items(self._stream(self._terms))

    def pages(self) -> Pages[T]:
        """Iterate over pages of new rows; none is empty, an empty listing has none.

        Raises (while iterating):
            PaginationError: the rows change faster than pages come, or the
                listing ignores `offset`.
        """
        return Pages(self._stream(self._terms))

    async def collect(self) -> list[T]:
        """Read everything into a list.

        If that fails no row has been given, so the token in the error, and
        `resume`, go back to the start.

        Raises:
            PaginationError: as in `pages`.
        """
        stream = self._stream(self._terms)
        items: list[T] = []
        try:
            while await stream.next() is not None:
                items += stream.scan.delivery.hand_out_singly()
        except BaseException as error:
            stream.scan.delivery.take_back()
            stream.scan.delivery.label(error)
            raise
        return items

    async def first(self) -> T | None:
        """Read the first item, or None if there is none; asks for one row only."""
        most = min(1, 1 if self._terms.max_items is None else self._terms.max_items)
        terms = evolve(self._terms, page_size=1, max_items=most, prefetch=0)
        return await anext(Items(self._stream(terms)), None)

    async def aclose(self) -> None:
        """End all scans of this paginator; it can be used again."""
        for stream in tuple(self._streams):
            await stream.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def _page(self) -> Page[T]:
        stream = self._stream(evolve(self._terms, prefetch=0))
        page = await stream.next()
        return stream.scan.delivery.hand_out(page or stream.scan.barren)

    def _stream(self, terms: Terms[T]) -> Stream[T]:
        self._scan = Scan(terms)
        stream = Stream(self._fetch, self._scan)
        self._streams.add(stream)
        return stream
