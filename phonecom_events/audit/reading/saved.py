"""What a reading saves as it goes, so that another process can go on with it.

Who keeps it, and where, is not known here: see `resume`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final, Generic, Protocol, TypeVar

from attrs import evolve, frozen
from msgspec import Struct

from ...pagination import ScanReport
from ...pagination.progress import MAX_ODD_ROWS
from ..snapshot import CallbackRow, HeardListener, ProfileRow

T = TypeVar("T")

_COSTS: Final = ("requests", "retries", "waited", "queued", "repeats", "steps_back")


class HeardBy(Struct, frozen=True, gc=False):
    """Say what one listener hears.

    Attributes:
        listener_id: whose subscriptions they are.
        subscriptions: the tags of each; None if it is gone, or they are not known.
    """

    listener_id: int
    subscriptions: tuple[tuple[str, ...], ...] | None


# What is listed one by one has a name of its own: the overview may have been begun.
ONE_BY_ONE: Final = "listeners, one by one"
ROWS: Final[Mapping[str, type[Struct]]] = {
    "profiles": ProfileRow,
    "callbacks": CallbackRow,
    "listeners": HeardListener,
    ONE_BY_ONE: HeardListener,
    "subscriptions": HeardBy,
}
"""What the rows of which listing are."""


class SavedRows(Struct, Generic[T], frozen=True, kw_only=True):
    """Hold what one page brought.

    Attributes:
        rows: of the type that `ROWS` names.
        callbacks: those that were nested in them, and are in no listing.
        profiles: ids of those likewise.
    """

    rows: tuple[T, ...] = ()
    callbacks: tuple[CallbackRow, ...] = ()
    profiles: tuple[int, ...] = ()


@frozen(kw_only=True)
class ListingState:
    """Say how far a listing was read.

    Attributes:
        token: what its scan goes on with.
        report: of all scans of it so far.
        ended: whether it was read to its end.
        clock_ahead: as of a `Reader`.
    """

    token: str | None = None
    report: ScanReport
    ended: bool = False
    clock_ahead: timedelta | None = None


class SavedReading(Protocol):
    """Keep what is read of one account."""

    def state(self, listing: str) -> ListingState | None:
        """Return how far a listing was read; None if it was not begun."""
        ...

    def pages(self, listing: str) -> Iterator[SavedRows[Any]]:
        """Return what has been read of a listing, in order."""
        ...

    def save(
        self, listing: str, state: ListingState, rows: SavedRows[Any] | None = None
    ) -> None:
        """Keep a page, and where the scan stands after it: both, or neither."""
        ...


class NotSaved:
    """Keep nothing: the audit is not to be resumed."""

    def state(self, listing: str) -> ListingState | None:  # noqa: ARG002
        """Return None: nothing was begun."""
        return None

    def pages(self, listing: str) -> Iterator[SavedRows[Any]]:  # noqa: ARG002
        """Return nothing."""
        return iter(())

    def save(
        self, listing: str, state: ListingState, rows: SavedRows[Any] | None = None
    ) -> None:
        """Do nothing."""


NOT_SAVED: Final = NotSaved()


class Nested(Protocol):
    """Collect what is nested in rows and is not among them."""

    def fresh(self) -> tuple[tuple[CallbackRow, ...], tuple[int, ...]]:
        """Return the callbacks, and the ids of profiles, found since the last call."""
        ...

    def restore(self, rows: SavedRows[Any]) -> None:
        """Take in what was found earlier."""
        ...


def continued(earlier: ScanReport | None, later: ScanReport) -> ScanReport:
    """Return the report of two scans of a listing, one of which went on from the other.

    Args:
        earlier: None if there was none.
        later: its token was the end of the earlier one.
    """
    if earlier is None:
        return later
    costs: dict[str, Any] = {
        name: getattr(earlier, name) + getattr(later, name) for name in _COSTS
    }
    # What the earlier one doubts the later one only knows to be in doubt.
    doubted = later.reason and earlier.reason != ScanReport().reason
    return evolve(
        later,
        **costs,
        items=earlier.items + later.items,
        order=later.order or earlier.order,
        odd_rows=(*earlier.odd_rows, *later.odd_rows)[:MAX_ODD_ROWS],
        odd_row_count=earlier.odd_row_count + later.odd_row_count,
        reason=earlier.reason if doubted else later.reason,
    )
