"""One scan of a listing, without any I/O: what to ask for, and what to yield.

The rule that makes it exact is in `frontier.py`. Around it, this module keeps the
windows that were asked for in the listing's order, and judges their answers in that
order. A page that begins too far on is kept, and the gap before it filled; a kept
page is judged again as soon as that has been done. Several windows may be in flight
at once, each overlapping the one before: that supposes a listing at rest, and where
it is not at rest, requests are lost, never rows.

By default one page is read ahead, once the caller has come back for the second: who
wants the first page or its rows pays for no other. While the caller works on a page
the next one is under way; while it waits for one, the next one after is, if a `total`
says that there are rows for it. So a listing at rest, read to its end, costs just the
requests that it costs one after the other; a scan that is left, one more.

A listing at rest is read whole whatever the server does with a page's size: a page
may have fewer rows than were asked for, if it says so by its `limit` or its `total`.
Only a page that is short of both is the last one.

A server may ignore what it is asked for. More rows than `limit` says are taken, and
said. Where `offset` has no effect (`search.py`), there is no second page: if the
answer has more or fewer rows than were asked for, it may be the whole listing, and
ends the scan, not proven; a full page cannot be, and ends it with an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

from attrs import evolve
from msgspec.structs import asdict

from ..errors import PaginationError
from ..lazy import LazyModule
from .counters import UNFINISHED, Counters
from .frontier import Accepted, Frontier
from .options import PagingOptions
from .page import Page
from .progress import Progress
from .resume import Cursor
from .search import OffsetCheck, OffsetSearch
from .windows import Window, WindowQueue, WindowSize

if TYPE_CHECKING:
    from . import report as report_module
else:
    # Most scans are never asked for a report.
    report_module = LazyModule(".report", __package__)

T = TypeVar("T")

# Answers in a row without a new row, before the scan gives up. To find the frontier
# again in a listing of a million rows takes about twenty doublings and as many
# halvings at worst, and some more while rows keep changing.
_MAX_WITHOUT_NEW_ROWS: Final = 64
_NOTHING_OVERLAPS: Final = "pages of one row leave nothing to overlap"


class Scan(Generic[T]):
    """Go through a listing.

    Take what is ready; if nothing is, ask for all that may be asked for, and bring
    the answer of the first window in the queue. So on until it is finished.

    Attributes:
        finished: there is nothing more to ask for or to take.
        progress: what the caller has had, and the new rows of the page taken last.
        last_empty: the latest answer that held nothing new, without its rows.
    """

    def __init__(self, options: PagingOptions[T], size: WindowSize) -> None:
        start = options.start()
        self._options = options
        self._left = start.left
        self._total: int | None = None
        self._frontier = Frontier(start, key=options.key)
        if not options.paged:
            self._frontier.counting = True
        self._size = size
        if not self._frontier.untouched:
            size.leave_room()
        # Back to the last row with an id: what is in the others is not known here.
        self._search = OffsetSearch(start.offset - start.unidentified - self._overlap)
        self._offset_check = OffsetCheck()
        self._limit_ignored = False
        self._failure = ""
        self._counters = Counters()
        self._queue: WindowQueue[T] = WindowQueue()
        self._gaining = False
        self._pages = 0
        self._short = False
        self._without_new_rows = 0
        self._looked_again = False
        self.finished: bool = start.left == 0
        self.progress: Progress[T] = Progress(options)
        self.last_empty: Page[T] = Page()

    @property
    def report(self) -> report_module.ScanReport:
        """What has been done up to now."""
        pending, doubt = self.progress.pending, self._frontier.doubt
        complete = self.finished and not pending and not self._frontier.lossy
        counts = asdict(self._counters)
        counts["items"] -= pending
        return report_module.ScanReport(
            **counts,
            order=self._frontier.order,
            odd_rows=self.progress.odd_rows,
            odd_row_count=self.progress.odd_row_count,
            complete=complete,
            proven=complete and not doubt,
            reason=doubt or ("" if complete else UNFINISHED),
        )

    @property
    def total(self) -> int | None:
        """How many rows the latest answer says there are; never relied on."""
        return self._total

    @property
    def due(self) -> Window[T]:
        """The window whose answer is needed next."""
        return self._queue.first

    def wants(self, window: Window[T]) -> bool:
        """Whether the answer to a window is of any use still."""
        return not self.finished and window in self._queue

    def ask(self, *, ahead: bool) -> Window[T] | None:
        """Say what to ask for now, or None if that is enough.

        Args:
            ahead: the caller has a page to work on, and does not wait for this.

        Raises:
            PaginationError: `offset` has no effect, or too many answers in a row
                brought nothing new.
        """
        queue = self._queue
        room = self._most_ahead(working=ahead) + (not ahead)
        if self.finished or not (queue.gap or len(queue) < room):
            return None
        if self._failure and ahead:
            return None
        self._check_that_rows_come()
        overlap = self._overlap
        if queue.gap or not queue:
            window = self._size.window(self._search.offset, overlap=overlap)
            queue.put_first(window)
        elif self._may_read_ahead():
            window = self._size.window(queue.last.end - overlap, overlap=overlap)
            queue.put_last(window)
        else:
            return None
        self._counters.requests += 1
        return window

    def answer(self, window: Window[T], page: Page[T]) -> None:
        """Bring the answer to a window that was asked for."""
        self._counters.add_response(page.response)
        self._size.note_answer(window, page)
        window.answer(page)

    def forget(self) -> None:
        """Drop what was asked for; ask again to go on."""
        self._queue.clear()

    def take(self) -> Page[T] | None:
        """Judge the answers that are in, up to the first with new rows.

        Returns:
            That answer, whose new rows are now in `progress`; or None to ask first.
        """
        while not self.finished and self._queue:
            window = self._queue.first
            if window.page is None:
                break
            accepted = self._frontier.accept(
                window.offset, window.page, overlap=window.overlap
            )
            if accepted is None:
                self._reject(window)
                break
            self._queue.drop_first()
            self._accept(window, window.page, accepted)
            if self.finished and not self._frontier.counting:
                self._look_beyond()
            if self._gaining:
                return window.page
            self.last_empty = evolve(window.page, items=())
        return None

    def _look_beyond(self) -> None:
        """Heed what pages further on show of the order, where the scan seems to end.

        In another order than is claimed, new rows look like known ones; one row alone
        does not show it.
        """
        for window in self._queue:
            if window.page is not None:
                self._frontier.check(window.page)
        if self._frontier.counting and self._left != 0:
            self.finished = False
            self._queue.clear()
            self._search.found(self._frontier.position)

    @property
    def _overlap(self) -> int:
        if self._frontier.counting or self._frontier.untouched:
            return 0
        return self._size.overlap

    def _check_that_rows_come(self) -> None:
        failure = self._failure
        most = _MAX_WITHOUT_NEW_ROWS + (self._options.prefetch or 0)
        if self._without_new_rows >= most:
            failure = (
                f"{self._without_new_rows} answers in a row brought no new row: the"
                " listing changes faster than it can be read"
            )
        if failure:
            raise PaginationError(failure, report=self.report)

    def _most_ahead(self, *, working: bool) -> int:
        """Say how many pages may be under way beyond the one that is due.

        Args:
            working: the caller has a page; else it waits for one.
        """
        if self._options.prefetch is not None:
            return self._options.prefetch
        # Until the page that is due is in, only a total knows of rows beyond it.
        known = working or self._total is not None
        return int(known and self._pages > 1 and not self._short)

    def _may_read_ahead(self) -> bool:
        """Whether one more window would be wanted, for all that is known.

        Not before the first answer, nor while the offset is being searched for.
        `total` may be wrong: it only saves requests beyond the end.
        """
        last = self._queue.last
        return (
            self._gaining
            and last.expected > self._overlap
            and not self._queue.ends
            and (self._total is None or last.end <= self._total)
            and (self._left is None or last.end - self._frontier.position < self._left)
        )

    def _reject(self, window: Window[T]) -> None:
        """Keep a page that begins too far on, and see that the gap gets filled.

        Only a new answer says anything about the offset, and only if that has been
        asked for already. A filler that is itself too far on is of little use, so
        it does not add to what is kept.
        """
        self._queue.gap = True
        self._gaining = False
        if window.kept:
            return
        self._counters.steps_back += 1
        self._without_new_rows += 1
        self._size.note_gap(window.overlap)
        self._size.widen()
        if window.offset <= self._search.offset:
            step = max(1, self._size.overlap)
            self._search.step_back(window.offset, step=step, width=self._size.rows)
        window.kept = len(self._queue) <= 1 + self._options.most_ahead
        if not window.kept:
            self._queue.drop_first()

    def _accept(self, window: Window[T], page: Page[T], accepted: Accepted) -> None:
        """Offer what is new in a page, and work out where to go on after it."""
        most = None if self._left is None else accepted.start + self._left
        rows = page.items[accepted.start : most]
        self._counters.repeats += accepted.start
        self._total = page.total
        self._short = window.short
        self._gaining = bool(rows)
        self._offset_check.note(window.offset, repeat=accepted.repeat)
        self._note_page_size(window, page, accepted)
        if rows:
            if not accepted.overlaps:
                self._frontier.note(_NOTHING_OVERLAPS)
            self._offer(rows, window.offset + accepted.start, accepted)
            # A second page from offset 0, as after one of one row, does not show that
            # `offset` has an effect; what is read ahead would be wasted if it has not.
            self._pages += not self._pages or window.offset > 0
            self._without_new_rows = 0
            self._size.narrow()
        else:
            self._without_new_rows += 1
            self._size.widen()
        self._go_on(window, accepted)
        self.finished = self._is_last(window, page, accepted)
        # Who has had all that was wanted need not know what could not be had.
        if self._left != 0 and self._offset_check.ignored(
            counting=self._frontier.counting
        ):
            self._end_without_offset(window, page)

    def _note_page_size(
        self, window: Window[T], page: Page[T], accepted: Accepted
    ) -> None:
        self._size.note_accepted(as_expected=accepted.expected)
        if self._options.paged and len(page) > window.limit:
            self._limit_ignored = True
            self._frontier.note(
                f"`limit` has no effect: {len(page)} rows came where {window.limit}"
                " were asked for"
            )
        if page.items and window.short and _announces_more(page, accepted):
            self._size.note_server_limit(len(page))

    def _offer(self, rows: tuple[T, ...], offset: int, accepted: Accepted) -> None:
        if self._left is not None:
            self._left -= len(rows)
        after = Cursor(
            order=self._frontier.order,
            offset=offset + len(rows),
            left=self._left,
            counting=self._frontier.counting,
            unproven=bool(self._frontier.doubt),
        )
        self._counters.items += self.progress.offer(rows, ids=accepted.ids, after=after)

    def _go_on(self, window: Window[T], accepted: Accepted) -> None:
        """Choose the offset to ask at after an accepted page."""
        search, overlap = self._search, self._overlap
        onward = max(0, accepted.end - overlap)
        if self._gaining or self._frontier.counting:
            search.found(onward)
            return
        if search.bounded or accepted.end - window.overlap > search.offset:
            search.step_forward(onward, width=self._size.rows)
        else:
            # It was asked for before that offset was chosen, or is too short to reach
            # the frontier, which may be where it was.
            search.look_from(self._frontier.position - overlap)
        if self._offset_check.suspected and not search.bounded:
            search.look_from(self._offset_check.far_offset)

    def _is_last(self, window: Window[T], page: Page[T], accepted: Accepted) -> bool:
        """Decide whether the scan ends with an accepted page.

        A short page is the last. If `total` says otherwise, the server may give
        fewer rows than it says: look once more, but take `total` for no proof.
        """
        if not self._options.paged or self._left == 0:
            return True
        if self._gaining:
            self._looked_again = False
        if not window.short:
            return False
        if _announces_more(page, accepted):
            looked_before, self._looked_again = self._looked_again, True
            # An empty page is accepted only at the start, or where rows are counted:
            # it shows that nothing is left there.
            beyond = accepted.end > self._frontier.position or not page
            if not (looked_before and beyond):
                return False
            self._frontier.note("`total` counts more rows than could be read")
        if not accepted.overlaps:
            self._frontier.note(_NOTHING_OVERLAPS)
        return True

    def _end_without_offset(self, window: Window[T], page: Page[T]) -> None:
        """End a scan whose pages are all the same, now or when it has to go on."""
        names = "`limit` and `offset` have" if self._limit_ignored else "`offset` has"
        effect = (
            f"{names} no effect: the same rows came at offsets {self._offset_check}"
        )
        more = page.total is not None and page.total > len(page)
        if (self._limit_ignored or window.short) and not more:
            self._frontier.doubt = f"{effect}; they may be all there are"
            self.finished = True
        else:
            self._failure = f"{effect}; the rest cannot be read"
            self._queue.clear()


def _announces_more(page: Page[T], accepted: Accepted) -> bool:
    return page.total is not None and page.total > accepted.end
