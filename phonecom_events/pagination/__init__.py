"""Listings under limit and offset, read exactly while they change.

Knows no HTTP and no provider; all it needs is ``fetch(limit, offset) -> Page``.
"""

from __future__ import annotations

from .page import Order, Page
from .paginator import Items, Pages, Paginator
from .report import ScanReport
from .windows import Fetch

__all__ = ["Fetch", "Items", "Order", "Page", "Pages", "Paginator", "ScanReport"]
