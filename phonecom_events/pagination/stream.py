"""The requests of one scan: the one the caller waits for, and those read ahead."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

from ..lazy import LazyModule
from .page import Page
from .scan import Scan
from .windows import Fetch, Window

if TYPE_CHECKING:
    from ..telemetry import scans as telemetry_scans
else:
    telemetry_scans = LazyModule("..telemetry.scans", __package__)

T = TypeVar("T")


class Stream(Generic[T]):
    """Fetch what a scan asks for, until there is a page to hand on.

    Only pages ahead of the caller are fetched by tasks. These know nothing of the
    stream, so that dropping it, as ``break`` does, cancels them.

    Args:
        fetch: asks for one page.
        scan: says which, and judges them.
        telemetry: what tells of the scan.
    """

    def __init__(
        self,
        fetch: Fetch[T],
        scan: Scan[T],
        telemetry: telemetry_scans.ScanTelemetry | None = None,
    ) -> None:
        self.scan = scan
        self._telemetry = telemetry
        self._fetch = fetch if telemetry is None else telemetry.watch(fetch)
        self._tasks: dict[Window[T], asyncio.Task[Page[T]]] = {}
        self._cancelled: set[asyncio.Task[Page[T]]] = set()
        self._busy = False
        self._closed = False

    async def next(self) -> Page[T] | None:
        """Return the next answer with new rows, or None at the end.

        The new rows are in the scan's `progress`. After an error or a cancellation
        it may be called again, and goes on where it was; our own errors get an
        attribute `resume`, to go on elsewhere.

        Raises:
            RuntimeError: another task is waiting for the next page already.
            PaginationError: the scan gets nowhere.
        """
        self._enter()
        try:
            return await self._advance()
        except (Exception, asyncio.CancelledError) as error:
            self.scan.progress.attach_token(error)
            await self._stop(error)
            raise
        finally:
            self._busy = False

    async def aclose(self) -> None:
        """End the scan; nothing of it is in flight any more."""
        self._enter()
        self._closed = True
        try:
            await self._stop()
        finally:
            self._busy = False

    def __del__(self) -> None:
        """Cancel what is in flight; from whichever thread, even without a loop."""
        if self._telemetry is not None:
            self._telemetry.end()
        for task in self._tasks.values():
            with suppress(RuntimeError):
                task.get_loop().call_soon_threadsafe(task.cancel)

    def _enter(self) -> None:
        if self._busy:
            raise RuntimeError(
                "this iterator is in use by another task; give each task its own"
            )
        self._busy = True

    async def _advance(self) -> Page[T] | None:
        # Between `take` and `return` nothing is awaited, or a cancellation could
        # lose the page.
        scan = self.scan
        while not (self._closed or scan.finished):
            self._collect_answers()
            page = scan.take()
            self._ask(ahead=page is not None)
            if page is not None:
                return page
            if not scan.finished:
                await self._await_due()
        await self._stop()
        return None

    def _collect_answers(self) -> None:
        """Bring the answers that are there; an error waits until its turn."""
        for window, task in tuple(self._tasks.items()):
            if task.done() and not task.cancelled() and task.exception() is None:
                self.scan.answer(window, task.result())
                del self._tasks[window]

    def _ask(self, *, ahead: bool) -> None:
        while (window := self.scan.ask(ahead=ahead)) is not None:
            if ahead or window is not self.scan.due:
                task = asyncio.ensure_future(window.request(self._fetch))
                task.add_done_callback(_mark_retrieved)
                self._tasks[window] = task
        self._cancel([window for window in self._tasks if not self.scan.wants(window)])

    async def _await_due(self) -> None:
        window = self.scan.due
        task = self._tasks.pop(window, None)
        try:
            page = await (window.request(self._fetch) if task is None else task)
        finally:
            # Or its error, whose traceback holds this frame, would keep itself and the
            # stream, and dropping that would no longer cancel what is in flight.
            del task
        self.scan.answer(window, page)

    async def _stop(self, error: BaseException | None = None) -> None:
        if self._telemetry is not None:
            self._telemetry.end(error)
        self.scan.forget()
        self._cancel(tuple(self._tasks))
        if self._cancelled:
            await asyncio.wait(self._cancelled)

    def _cancel(self, windows: Iterable[Window[T]]) -> None:
        for window in windows:
            task = self._tasks.pop(window)
            self._cancelled.add(task)
            task.add_done_callback(self._cancelled.discard)
            task.cancel()


def _mark_retrieved(task: asyncio.Task[Page[T]]) -> None:
    """Look at the error of a page that may never be reached, or asyncio logs it."""
    if not task.cancelled():
        task.exception()
