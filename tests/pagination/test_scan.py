"""A scan by itself, given its answers."""

from __future__ import annotations

from phonecom_events.pagination import Page
from phonecom_events.pagination.options import PagingOptions
from phonecom_events.pagination.scan import Scan
from phonecom_events.pagination.windows import WindowSize

from .listing import Row, rows


def test_a_scan_tells_the_total_and_keeps_no_known_row() -> None:
    """The total is the latest answer's; one with nothing new is kept without rows."""
    scan: Scan[Row] = Scan(PagingOptions(), WindowSize(2))
    assert scan.total is None
    for items, total in ((rows([2, 1]), 2), (rows([1]), 1)):
        window = scan.ask(ahead=False)
        assert window is not None
        scan.answer(window, Page(items=items, total=total, sort={"id": "desc"}))
        scan.take()
        assert scan.total == total

    assert scan.finished
    assert (scan.last_empty.items, scan.last_empty.total) == ((), 1)
