"""Listings under limit and offset, read exactly while they change.

Knows no HTTP and no provider; all it needs is ``fetch(limit, offset) -> Page``.
"""

from typing import TYPE_CHECKING

from ..lazy import late_names
from .options import OddRows
from .page import OddRow, Order, Page
from .paginator import Items, Pages, Paginator
from .windows import Fetch

if TYPE_CHECKING:
    from .report import ScanReport
else:
    __getattr__ = late_names(globals(), {"report": ("ScanReport",)})

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


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
