"""Reads listings of one account, or of Linq, one after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Any, Final, TypeVar

from attrs import evolve, frozen

from ...errors import (
    ConnectFailed,
    InvalidArgument,
    NotFound,
    PhonecomEventsError,
    SessionClosed,
    Unauthorized,
)
from ...http import Response
from ...pagination import Paginator, ScanReport
from ...pagination.progress import MAX_ODD_ROWS
from ...phonecom.listing import Collection
from ..slices import joined
from ..snapshot import Reading
from .saved import (
    NOT_SAVED,
    ListingState,
    Nested,
    SavedReading,
    SavedRows,
    continued,
)

T = TypeVar("T")
U = TypeVar("U")

_COUNTS: Final = (
    *("items", "requests", "retries", "waited"),
    *("queued", "repeats", "steps_back", "odd_row_count"),
)


@frozen(kw_only=True)
class RowsRead:
    """Say how far the reading of a listing is.

    Attributes:
        account: its voip id; None for Linq.
        resource: what is listed; ``subscriptions`` where each listener is asked for
            its own, which are then counted by listeners.
        rows: how many have been read.
        total: how many there are, as far as the server says so.
    """

    account: int | None
    resource: str
    rows: int
    total: int | None


OnRows = Callable[[RowsRead], None]


def ignore_rows(_: RowsRead) -> None:
    """Do nothing about it: nobody wants to know how far the reading is."""


def _now() -> datetime:
    return datetime.now(UTC)


class Reader:
    """Read listings one after another, until one says that there is no use in more.

    That is so if there is no way in, or if the first of them is not found: then it
    is the account that is not there.

    Args:
        account: whose they are; None for Linq.
        on_rows: called after each page.
        clock: the time by this machine's clock, aware.
        saved: what was read by an earlier process, and where to keep more.
    """

    def __init__(
        self,
        account: int | None = None,
        on_rows: OnRows = ignore_rows,
        *,
        clock: Callable[[], datetime] = _now,
        saved: SavedReading = NOT_SAVED,
    ) -> None:
        self._account = account
        self._on_rows = on_rows
        self._clock = clock
        self._saved = saved
        self._stopped_by: PhonecomEventsError | None = None
        self._found = False
        self._clock_ahead: timedelta | None = None

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far this machine's clock is ahead of the vendor's; None if not known.

        By the answers' `Date`, which counts whole seconds and is as old as the answer
        took: the least of all is nearest to the truth.
        """
        return self._clock_ahead

    @property
    def found(self) -> bool:
        """Whether a listing could be read, so that the account is there."""
        return self._found

    def resume(self, listing: str) -> str | None:
        """Return the token that a listing's scan is to go on with."""
        state = self._saved.state(listing)
        return None if state is None else state.token

    async def read(
        self, resource: str, listing: Paginator[T], *, saved_as: str | None = None
    ) -> Reading[T]:
        """Read a listing as it is; see `read_as`."""
        return await self.read_as(resource, listing, _same, saved_as=saved_as)

    async def read_as(
        self,
        resource: str,
        listing: Paginator[T],
        keep: Callable[[T], U],
        *,
        nested: Nested | None = None,
        saved_as: str | None = None,
    ) -> Reading[U]:
        """Read a listing to its end, or to what ended it early.

        Args:
            resource: what is listed.
            listing: not begun yet; it goes on with the token that `resume` gave.
            keep: takes in each item, and gives what is to be kept.
            nested: what collects more of the items than `keep` returns.
            saved_as: the name of what is saved, if that is not *resource*.

        Raises:
            SessionClosed, InvalidArgument: the client cannot be used at all.
        """
        if self._stopped_by is not None:
            return Reading(resource=resource, error=self._stopped_by)
        name = saved_as or resource
        state = self._saved.state(name)
        pages: list[tuple[U, ...]] = []
        earlier = None
        if state is not None:
            pages = await self._restore(name, state, nested)
            earlier = state.report
            if state.ended:
                return Reading(resource=resource, items=joined(pages), report=earlier)
        rows = sum(map(len, pages))
        error: PhonecomEventsError | None = None
        try:
            async for page in listing.pages():
                self._compare_clocks(page.response)
                pages.append(tuple(map(keep, page)))
                rows += len(pages[-1])
                if self._saved is not NOT_SAVED:
                    report = continued(earlier, listing.report)
                    self._save(name, report, page.resume, pages[-1], nested)
                self.tell(resource, rows, page.total)
        # Nobody can read on with a client like that: it is the caller's mistake.
        except (SessionClosed, InvalidArgument):
            raise
        except PhonecomEventsError as caught:
            # The frames would keep every page of the listing alive.
            error = caught.with_traceback(None)
        self._note(error)
        report = continued(earlier, listing.report)
        if error is None:
            state = ListingState(
                report=report, ended=True, clock_ahead=self._clock_ahead
            )
            self._saved.save(name, state)
        return Reading(
            resource=resource, items=joined(pages), report=report, error=error
        )

    async def _restore(
        self, name: str, state: ListingState, nested: Nested | None
    ) -> list[tuple[Any, ...]]:
        """Return what an earlier process has read of a listing."""
        pages: list[tuple[Any, ...]] = []
        for saved in self._saved.pages(name):
            pages.append(saved.rows)
            if nested is not None:
                nested.restore(saved)
            await asyncio.sleep(0)
        self._found = True
        if state.clock_ahead is not None:
            self._note_clock(state.clock_ahead)
        return pages

    def _save(
        self,
        name: str,
        report: ScanReport,
        token: str | None,
        rows: tuple[Any, ...],
        nested: Nested | None,
    ) -> None:
        callbacks, profiles = ((), ()) if nested is None else nested.fresh()
        self._saved.save(
            name,
            ListingState(token=token, report=report, clock_ahead=self._clock_ahead),
            SavedRows(rows=rows, callbacks=callbacks, profiles=profiles),
        )

    def tell(self, resource: str, rows: int, total: int | None) -> None:
        """Tell how far the reading of a listing is."""
        self._on_rows(
            RowsRead(account=self._account, resource=resource, rows=rows, total=total)
        )

    def _compare_clocks(self, response: Response | None) -> None:
        if response is None or response.date is None:
            return
        self._note_clock(self._clock() - response.date)

    def _note_clock(self, ahead: timedelta) -> None:
        if self._clock_ahead is None or ahead < self._clock_ahead:
            self._clock_ahead = ahead

    def _note(self, error: PhonecomEventsError | None) -> None:
        if error is None:
            self._found = True
        # After another listing was read, it is the resource that is missing.
        gone = isinstance(error, NotFound) and not self._found
        if gone or isinstance(error, (ConnectFailed, Unauthorized)):
            self._stopped_by = error


def kept(
    collection: Collection[T], keep: Callable[[T], U], **paging: Any
) -> Paginator[U]:
    """List what is to be kept of a collection's items.

    Args:
        collection: of the client.
        keep: makes it of an item; without an effect, for it also gets items that the
            scan then drops.
        paging: order, whether to include subaccounts, and the token to go on with.
    """
    return collection._list_kept(keep, **paging)  # noqa: SLF001 - of ours


def _same(item: T) -> T:
    return item


def summed(reports: Iterable[ScanReport]) -> ScanReport:
    """Add up scans that make up one reading; it is as good as the worst of them."""
    every = tuple(reports)
    counts: dict[str, Any] = {
        name: sum(getattr(each, name) for each in every) for name in _COUNTS
    }
    proven = all(each.proven for each in every)
    doubts = (each.reason for each in every if not each.proven)
    odd_rows = chain.from_iterable(each.odd_rows for each in every)
    return ScanReport(
        **counts,
        odd_rows=tuple(islice(odd_rows, MAX_ODD_ROWS)),
        complete=all(each.complete for each in every),
        proven=proven,
        reason="" if proven else next(doubts),
    )


def with_cost(reading: Reading[T], other: ScanReport) -> Reading[T]:
    """Add to a reading what other requests for the same have cost."""
    report = reading.report
    costs = {
        name: getattr(report, name) + getattr(other, name)
        for name in ("requests", "retries", "waited", "queued")
    }
    return evolve(reading, report=evolve(report, **costs))
