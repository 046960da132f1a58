"""Timers of one event loop, for books that outlive it and that loops share."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Final

# Seconds. Loops ring up to their clock's resolution early, and rounding adds to
# that: ring this much later, or the ring finds nothing to do and is set again.
_LATE: Final = 1e-6


class Alarm:
    """Call back on one event loop, at the earliest of the times asked for.

    Nothing here keeps the loop alive: a timer is not a task.

    Attributes:
        loop: the loop that calls back.
        waiting: how many requests wait on it.
    """

    __slots__ = ("_at", "_handle", "_ring", "loop", "waiting")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, ring: Callable[[], object]
    ) -> None:
        self.loop: asyncio.AbstractEventLoop = loop
        self.waiting: int = 0
        self._ring = ring
        self._at = math.inf
        self._handle: asyncio.TimerHandle | None = None

    @property
    def here(self) -> bool:
        """Whether this is the thread, and the loop, that it rings on."""
        try:
            return asyncio.get_running_loop() is self.loop
        except RuntimeError:
            return False

    def set(self, at: float, now: float) -> None:
        """Ring at *at*, unless it rings before that anyway."""
        if at >= self._at:
            return
        if not self.here:
            # Only its own thread may set its timers: it will, when it has rung.
            self._at = -math.inf
            self.call(self._fire)
            return
        if self._handle is not None:
            self._handle.cancel()
        self._at = at
        self._handle = self.loop.call_later(at - now + _LATE, self._fire)

    def stop(self) -> None:
        """Do not ring."""
        if self._handle is not None and self.here:
            self._handle.cancel()
            self._handle = None
            self._at = math.inf

    def call(self, callback: Callable[[], object]) -> bool:
        """Call *callback* on the loop from any thread; False if it is closed."""
        try:
            self.loop.call_soon_threadsafe(callback)
        except RuntimeError:
            return False
        return True

    def _fire(self) -> None:
        self._handle = None
        self._at = math.inf
        self._ring()
