"""Listings under limit and offset, read exactly while they change.

Knows no HTTP and no provider; all it needs is ``fetch(limit, offset) -> Page``.
"""

from __future__ import annotations

from .options import OddRows
from .page import OddRow, Order, Page
from .paginator import Items, Pages, Paginator
from .report import ScanReport
from .windows import Fetch

__all__ = [
    "Fetch",
    "Items",
    "OddRow",
    "OddRows",
    "Order",
    "Page",
    "Pages",
    "Paginator",
    "ScanReport",
]
