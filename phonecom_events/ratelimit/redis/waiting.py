"""What the requests of one account and endpoint wait for, as Redis said last."""

from __future__ import annotations

import time

from ..admission import Wait
from .levels import Place
from .shared import Refusal


class Waiting:
    """Count who waits at a place, and remember what was said of it.

    Attributes:
        place: where.
        requests: how many wait.
    """

    def __init__(self, place: Place) -> None:
        self.place: Place = place
        self.requests: int = 0
        self._refusal = Refusal(0.0, None, throttled=False)
        self._noted = time.monotonic()

    def note(self, refusal: Refusal) -> None:
        """Remember the latest answer."""
        self._refusal, self._noted = refusal, time.monotonic()

    def seconds(self) -> float:
        """Return how long it takes at least; 0 if it may be any time."""
        return max(0.0, self._noted + self._refusal.seconds - time.monotonic())

    def wait(self) -> Wait:
        """Tell it as `waits_of` does."""
        seconds, level = self.seconds(), self._refusal.level
        # Without a level it is the address that is held up as a whole.
        level = len(self.place.levels) - 1 if level is None else level
        return Wait(
            account=self.place.account,
            endpoint=self.place.endpoint,
            requests=self.requests,
            seconds=seconds,
            limit=self.place.levels[level].name if seconds else None,
            throttled=self._refusal.throttled,
        )
