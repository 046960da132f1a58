"""What a scan did, and how far its result can be trusted."""

from __future__ import annotations

from attrs import fields, frozen

from .counters import UNFINISHED
from .page import OddRow, Order


@frozen(kw_only=True)
class ScanReport:
    """Say what a scan did, and how far its result can be trusted.

    Attributes:
        items: how many were yielded.
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
        odd_rows: rows that are not as documented, and so not among the items; the
            first thousand.
        odd_row_count: how many there are.
        complete: the scan came to its end: that of the listing, or `max_items`.
        proven: complete, and every row that existed from the first request to the
            last answer came exactly once, be it as an item or as an odd row, whatever
            was created or deleted. See below for what this takes on trust.
        reason: why it is not proven; empty if it is.

    A proof goes by what the answers say. It assumes of the server, and no more:

    - Rows are told apart by their ids.
    - An answer is one contiguous slice of the listing in order of id, as it was at one
      moment; at offset 0 it begins with the first row. Ids out of order in a page are
      noticed, and so is an order other than asked for. Not noticed are rows that
      changed places across the edge of a page, nor an order that is falsely claimed
      while no page that came has two rows.
    - A page with fewer rows than asked for is the last, unless its `limit` is no more
      than its rows or its `total` counts rows beyond it. A server that gives fewer
      than it says, with no `total` or one too low, seems to end early.
    - If several servers answer, of which some lag behind, a row exists once all of them
      have it, and as long as all do.

    Nothing else is relied on: offsets may be off, `total` wrong, pages of any size and
    late, ids deleted and used again.
    """

    items: int = 0
    requests: int = 0
    retries: int = 0
    waited: float = 0.0
    queued: float = 0.0
    repeats: int = 0
    steps_back: int = 0
    order: Order | None = None
    odd_rows: tuple[OddRow, ...] = ()
    odd_row_count: int = 0
    complete: bool = False
    proven: bool = False
    reason: str = UNFINISHED

    def __repr__(self) -> str:
        """Say in a line what it did, and whether that is proven."""
        return f"<{type(self).__name__}: {self._summary()}>"

    def _repr_html_(self) -> str:
        """Show it as a table in a notebook, and the first odd rows under it."""
        from ..display import html  # noqa: PLC0415 only notebooks ask for this

        told = {
            attribute.name: getattr(self, attribute.name)
            for attribute in fields(type(self))
            if attribute.name != "odd_rows"
        }
        numbers = {
            name: f"{value:,}" if type(value) is int else html.cell(value)
            for name, value in told.items()
        }
        parts = [html.heading(self._summary()), html.pairs(numbers)]
        if self.odd_rows:
            parts.append(html.table_of(self.odd_rows, OddRow))
        return html.block(*parts)

    def _summary(self) -> str:
        from ..display.words import counted  # noqa: PLC0415 rarely asked for

        parts = [
            f"{counted(self.items, 'item')} in {counted(self.requests, 'request')}"
        ]
        if self.odd_row_count:
            parts.append(counted(self.odd_row_count, "odd row"))
        if self.queued + self.waited >= 1:
            parts.append(f"{self.queued + self.waited:.0f} s waited")
        parts.append("proven" if self.proven else f"not proven: {self.reason}")
        return ", ".join(parts)
