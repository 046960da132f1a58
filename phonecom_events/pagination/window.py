"""A stretch of a listing that was asked for."""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import define

from .page import Page

T = TypeVar("T")


@define(eq=False)
class Window(Generic[T]):
    """Hold one request of a scan, and its answer once that is in.

    Attributes:
        limit, offset: as asked for.
        overlap: how many of its rows should be known ones.
        page: the answer.
        kept: it began too far on, and waits for the gap before it to be filled.
    """

    limit: int
    offset: int
    overlap: int
    page: Page[T] | None = None
    kept: bool = False

    @property
    def end(self) -> int:
        """The offset after the last row asked for."""
        return self.offset + self.limit

    @property
    def short(self) -> bool:
        """Whether the answer has fewer rows than it could: the listing ends here."""
        if self.page is None:
            return False
        limit = self.page.limit
        most = self.limit if limit is None else min(self.limit, limit)
        return len(self.page) < most
