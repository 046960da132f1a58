"""A listing as one object: await it, or iterate over its items or its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar
from weakref import WeakSet

from msgspec.structs import replace

from ..lazy import LazyModule
from .options import MAX_PAGE_SIZE, OddRows, PagingOptions
from .page import Order, Page
from .scan import Scan
from .stream import Stream
from .windows import Fetch, WindowSize

if TYPE_CHECKING:
    from ..display.bar import Step
    from ..telemetry import scans as telemetry_scans
    from . import report as report_module
else:
    report_module = LazyModule(".report", __package__)
    telemetry_scans = LazyModule("..telemetry.scans", __package__)

T = TypeVar("T")


class _Iteration(Generic[T]):
    """Own a stream: dropping the iterator drops what is in flight for it.

    These are classes and not async generators, because a generator that is left by
    ``break`` is finished some time later, in a task of its own.
    """

    def __init__(self, stream: Stream[T]) -> None:
        self._stream = stream

    def __aiter__(self) -> Self:
        return self

    async def aclose(self) -> None:
        """End the scan; nothing of it is in flight any more."""
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
        progress = self._stream.scan.progress
        while (page := await self._stream.next()) is not None:
            if taken := progress.take_page(page):
                return taken
        raise StopAsyncIteration


class Items(_Iteration[T], AsyncIterator[T]):
    """Go through the items."""

    def __init__(self, stream: Stream[T]) -> None:
        super().__init__(stream)
        self._rows: Iterator[T] = iter(())

    async def __anext__(self) -> T:
        # The one statement that runs for every item; next() would cost a sentinel.
        for item in self._rows:
            return item
        while await self._stream.next() is not None:
            self._rows = self._stream.scan.progress.take_rows()
            for item in self._rows:
                return item
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """End the scan; the rest of the page that has been read is dropped too."""
        await super().aclose()
        self._rows = iter(())


class Paginator(Generic[T]):
    """Read a listing that is paged by limit and offset; building it does no I/O.

    ``await`` gives the page at `offset`, ``async for`` every item from there on,
    `pages` the same by page. Each of these, and `collect` and `first`, is a scan of
    its own, so a paginator can be used again. Scans are exact while rows are created
    and deleted, which `report` confirms or denies.

    Leaving a loop early needs no care; ``async with`` or `aclose` ends at once what
    is in flight.

    Args:
        fetch: asks for one page, ``(limit, offset) -> Page``. What it raises goes
            to the caller. A row that is not as documented may stand in its place as
            an `OddRow`.
        page_size: the `limit` of the first request, 1…500. Later ones may ask for
            more, while rows change, and for 2 at least.
        offset: how many rows to leave out at the start.
        max_items: where to stop; 0 makes no request at all.
        order: the order of ids that `fetch` asks for; None to go by what the first
            answer says about itself. Either is checked against the ids.
        prefetch: how many pages may be under way beyond the one that the caller has
            or waits for; 0 asks for a page when it is due. The first page is always
            asked for alone, and none ahead that lies beyond the `total` or beyond
            `max_items`. None reads one page ahead, but only once the caller has
            come back for the second, and never past one that may be the last.
            Leaving early wastes what is ahead: one request at most by default, else
            `prefetch` of them. ``await`` and `first` never read ahead. The error of
            a page ahead is raised when the caller gets there.
        key: reads the id of an item; None for its attribute `id`.
        paged: whether there are pages; else the first answer is the whole listing.
        fingerprint: what tells this listing from any other: its path and filters.
        resume: the token of an earlier scan, of this process or another, to go on
            after the last row it gave. Both together are as exact as one scan, and
            give no more than `max_items` together.
        name: what is listed, as its repr shows it.
        odd_rows: ``"report"`` to leave an `OddRow` out of items and pages, and to
            have it in the report. For everything else it counts as a row.
        telemetry: makes what tells of one scan; None for nothing.
        model: the type of an item, whose fields are the columns of frames.
        waits: says what requests for it wait for now, for a progress bar to tell.

    Raises:
        InvalidArgument: a number out of its range, another order or `odd_rows` than
            there are, or a token of another listing.
    """

    def __init__(
        self,
        fetch: Fetch[T],
        *,
        page_size: int = MAX_PAGE_SIZE,
        offset: int = 0,
        max_items: int | None = None,
        order: Order | None = None,
        prefetch: int | None = None,
        key: Callable[[T], object] | None = None,
        paged: bool = True,
        fingerprint: str = "",
        resume: str | None = None,
        name: str = "rows",
        odd_rows: OddRows = "raise",
        telemetry: Callable[[], telemetry_scans.ScanTelemetry] | None = None,
        model: Any = None,
        waits: Callable[[], str] | None = None,
    ) -> None:
        self._fetch = fetch
        self._telemetry = telemetry
        self._name = name
        self._waits = waits
        self._page_size = page_size
        self._paged = paged
        self._options = PagingOptions(
            offset=offset,
            max_items=max_items,
            order=order,
            prefetch=prefetch,
            key=key,
            paged=paged,
            fingerprint=fingerprint,
            resume=resume,
            odd_rows=odd_rows,
            model=model,
        )
        self._scan = Scan(self._options, WindowSize(page_size))
        self._streams: WeakSet[Stream[T]] = WeakSet()

    def __repr__(self) -> str:
        size = f", page_size {self._page_size}" if self._paged else ""
        return f"<{type(self).__name__} of {self._name}{size}>"

    @property
    def report(self) -> report_module.ScanReport:
        """What the latest scan has done up to now."""
        return self._scan.report

    @property
    def resume(self) -> str | None:
        """The token to go on after the last row that the latest scan has given.

        It stays valid after the end, and gives what has been added there since.
        None for a listing without pages.
        """
        return self._scan.progress.token

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._page().__await__()

    def __aiter__(self) -> Items[T]:
        return Items(self._stream())

    def pages(self) -> Pages[T]:
        """Iterate over pages of new rows; none is empty, an empty listing has none.

        Raises (while iterating):
            PaginationError: the rows change faster than pages come, or the server
                ignores `offset`.
        """
        return Pages(self._stream())

    async def collect(self, *, progress: bool = False) -> list[T]:
        """Read everything into a list.

        If that fails no row has been given, so the token in the error, and
        `resume`, go back to the start.

        Args:
            progress: show a bar meanwhile, in a notebook or on a terminal, that names
                what is waited for.

        Raises:
            PaginationError: as in `pages`.
        """
        items: list[T] = []
        if not progress:
            await self._collect_into(items)
            return items
        from ..display.bar import shown  # noqa: PLC0415 only for who looks on

        with shown(lambda: self._step(len(items))):
            await self._collect_into(items)
        return items

    async def to_pandas(self, *, progress: bool = False) -> Any:
        """Read everything into a `pandas.DataFrame`; see `Page.to_pandas`.

        Rows that are not as documented stay apart, as `odd_rows` says.

        Args:
            progress: as in `collect`.

        Raises:
            PaginationError: as in `pages`.
            ImportError: pandas is not installed; no request was made.
        """
        from .. import frames  # noqa: PLC0415 only notebooks ask for this

        frames.check_pandas()
        items = await self.collect(progress=progress)
        return frames.to_pandas(items, self._options.model)

    async def to_polars(self, *, progress: bool = False) -> Any:
        """Read everything into a `polars.DataFrame`, as `to_pandas` does.

        Raises:
            PaginationError: as in `pages`.
            ImportError: polars is not installed; no request was made.
        """
        from .. import frames  # noqa: PLC0415 only notebooks ask for this

        frames.check_polars()
        items = await self.collect(progress=progress)
        return frames.to_polars(items, self._options.model)

    async def first(self) -> T | None:
        """Read the first item, or None if there is none; asks for one row only.

        If that is an odd row, to be reported, a second scan looks for the first that
        is none.
        """
        options = replace(self._options, prefetch=0)
        most = 1 if options.max_items is None else options.max_items
        one = replace(options, max_items=min(1, most))
        first = await anext(Items(self._stream(one, page_size=1)), None)
        if first is None and self._scan.progress.odd_row_count:
            return await anext(Items(self._stream(options)), None)
        return first

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

    async def _collect_into(self, items: list[T]) -> None:
        stream = self._stream()
        try:
            while await stream.next() is not None:
                items += stream.scan.progress.take_rows()
        except BaseException as error:
            stream.scan.progress.reset()
            stream.scan.progress.attach_token(error)
            raise

    def _step(self, rows: int) -> Step:
        """Say how far a scan is that has given so many rows."""
        from ..display.bar import Step  # noqa: PLC0415 only for who looks on

        total, before = self._scan.total, self._options.start()
        left = None if total is None else max(rows, total - before.offset)
        total = min(
            (each for each in (left, before.left) if each is not None), default=None
        )
        of = "" if total is None else f" of {total:,}"
        waits = self._waits() if self._waits else ""
        text = f"{rows:,}{of} {self._name}"
        return Step(done=rows, total=total, text=f"{text}; {waits}" if waits else text)

    async def _page(self) -> Page[T]:
        stream = self._stream(replace(self._options, prefetch=0))
        page = await stream.next()
        return stream.scan.progress.take_page(page or stream.scan.last_empty)

    def _stream(
        self, options: PagingOptions[T] | None = None, *, page_size: int | None = None
    ) -> Stream[T]:
        size = WindowSize(page_size or self._page_size)
        self._scan = Scan(options or self._options, size)
        telemetry = None if self._telemetry is None else self._telemetry()
        stream = Stream(self._fetch, self._scan, telemetry)
        self._streams.add(stream)
        return stream
