"""What a scan did, and how far its result can be trusted."""

from __future__ import annotations

from attrs import frozen
from msgspec import Struct
from msgspec.structs import asdict

from ..http import Response
from .page import Order


@frozen(kw_only=True)
class ScanReport:
    """Say what a scan did, and how far its result can be trusted.

    Attributes:
        items: rows yielded.
        requests: pages asked for, those that brought nothing new included.
        retries: requests that were made again below the scan.
        waited: seconds of back-off between those.
        queued: seconds spent waiting for room in the rate limits; pages that were
            in flight together count each.
        repeats: rows received once more and dropped. Pages overlap on purpose, so
            a few are normal.
        steps_back: pages that began too far on, because rows had been deleted, so
            that an earlier one had to be asked for.
        order: the order of ids, as checked against every page; None if unknown.
        complete: the scan came to its end: that of the listing, or `max_items`.
        proven: complete, and every row that existed from the first request to the
            last answer came exactly once, whatever was created or deleted.
        reason: why it is not proven; empty if it is.
    """

    items: int = 0
    requests: int = 0
    retries: int = 0
    waited: float = 0.0
    queued: float = 0.0
    repeats: int = 0
    steps_back: int = 0
    order: Order | None = None
    complete: bool = False
    proven: bool = False
    reason: str = "the scan has not come to its end"


class Counters(Struct, kw_only=True):
    """Count what a scan does, as it does it."""

    items: int = 0
    requests: int = 0
    retries: int = 0
    waited: float = 0.0
    queued: float = 0.0
    repeats: int = 0
    steps_back: int = 0

    def add_response(self, response: Response | None) -> None:
        """Add what it took to get an answer."""
        if response is None:
            return
        self.retries += response.attempts - 1
        self.waited += response.waited
        self.queued += response.queued

    def report(
        self, *, pending: int, order: Order | None, complete: bool, doubt: str
    ) -> ScanReport:
        """Return the report, as things are now.

        Args:
            pending: how many of the items have not been handed to the caller yet.
        """
        counts = asdict(self) | {"items": self.items - pending}
        unfinished = "" if complete else ScanReport().reason
        return ScanReport(
            **counts,
            order=order,
            complete=complete,
            proven=complete and not doubt,
            reason=doubt or unfinished,
        )
