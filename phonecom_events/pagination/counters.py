"""What a scan counts, for the report that may be asked for (`report.py`)."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from ..http import Response

UNFINISHED: Final = "the scan has not come to its end"
"""Why a scan is not proven that has not ended."""


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
