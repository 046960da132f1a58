"""Telling of a scan: one span, which its pages are events of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sized
from typing import TypeVar

from .calls import CallTelemetry
from .protocol import Span

P = TypeVar("P", bound=Sized)


class ScanTelemetry:
    """Tell of one scan, or of what is left of it after an error.

    A scan is many awaits, with the user's own code between them. So it is active only
    while a page is fetched: what was made current across a ``yield`` could end up in
    another task, or never be unmade.

    Args:
        calls: of the client.
        endpoint: the template of the listing's path.
    """

    def __init__(self, calls: CallTelemetry, endpoint: str) -> None:
        self._calls = calls
        self._endpoint = endpoint
        self._span: Span | None = None

    def watch(
        self, fetch: Callable[[int, int], Awaitable[P]]
    ) -> Callable[[int, int], Awaitable[P]]:
        """Return *fetch*, but told of."""

        async def watched(limit: int, offset: int) -> P:
            span = self._span
            if span is None:
                operation = self._calls.operation("scan", "GET", self._endpoint)
                span = self._span = self._calls.telemetry.begin(operation)
            with self._calls.page(self._endpoint, span):
                page = await fetch(limit, offset)
            # A page ahead may come when the scan has ended.
            if span is self._span:
                span.event("page", limit=limit, offset=offset, rows=len(page))
            return page

        return watched

    def end(self, error: BaseException | None = None) -> None:
        """Tell of the end, if that is one; the next page begins another span."""
        span, self._span = self._span, None
        if span is not None:
            span.end(error=None if error is None else type(error).__name__)
