"""The timer of one event loop, for a limiter that loops share and that outlives them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Final

from ..clock import CLOCK, Timer

# Seconds. Loops fire timers early by up to their clock's resolution, and rounding
# adds to that. Whoever is woken early finds nothing free, and sets the timer again.
_LATE: Final = 1e-6


class LoopTimer:
    """Call back on one event loop, at the earliest of the times asked for.

    A timer is no task: it keeps no loop running.

    Args:
        loop: the loop to call back on.
        callback: what to call.

    Attributes:
        loop: the loop that calls back.
        waiters: how many requests wait on that loop.
    """

    __slots__ = ("_at", "_callback", "_handle", "loop", "waiters")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, callback: Callable[[], object]
    ) -> None:
        self.loop: asyncio.AbstractEventLoop = loop
        self.waiters: int = 0
        self._callback = callback
        self._at = math.inf
        self._handle: Timer | None = None

    @property
    def is_current(self) -> bool:
        """Whether the caller runs on this very loop, and so on its thread."""
        try:
            return asyncio.get_running_loop() is self.loop
        except RuntimeError:
            return False

    def schedule(self, at: float, now: float) -> None:
        """Call back at *at*, unless that happens earlier anyway."""
        if at >= self._at:
            return
        if not self.is_current:
            # Only its own thread may set a loop's timers: the callback, which runs
            # there, asks for the time anew.
            self._at = -math.inf
            self.call(self._fire)
            return
        if self._handle is not None:
            self._handle.cancel()
        self._at = at
        self._handle = CLOCK.call_later(self.loop, at - now + _LATE, self._fire)

    def cancel(self) -> None:
        """Do not call back: nobody waits on this loop, and so the timer is dropped."""
        if self._handle is not None and self.is_current:
            self._handle.cancel()

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
        self._callback()
