"""Listings under limit and offset, read exactly while they change.

Knows no HTTP and no provider; all it needs is ``fetch(limit, offset) -> Page``.
"""

from __future__ import annotations

from .ids import Order
from .iterators import Items, Pages
from .page import Page
from .paginator import Paginator
from .report import ScanReport
from .stream import Fetch

__all__ = ["Fetch", "Items", "Order", "Page", "Pages", "Paginator", "ScanReport"]
