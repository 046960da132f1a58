"""The clock that back-off, rate limits and deadlines go by, and waiting on it.

It is the monotonic clock, until something else keeps its timers and lets time pass at
once, as `testing.no_wait` does. Time never goes back, so what was noted before and
meanwhile, such as the end of a window, is right afterwards too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol


class Timer(Protocol):
    """A call that is still to come."""

    def cancel(self) -> object:
        """Do not make it."""
        ...


class Timers(Protocol):
    """Keep time in place of event loops, and skip it where nothing else goes on."""

    def call_later(
        self,
        loop: asyncio.AbstractEventLoop,
        seconds: float,
        callback: Callable[[], object],
    ) -> Timer:
        """Call back on the running loop when so many seconds have passed."""
        ...

    def hold(self) -> None:
        """Note that the current task is sending: no time is to be skipped."""
        ...

    def let_go(self) -> bool:
        """Note that it is no more, or waits for its turn; tell whether it was."""
        ...


class Clock:
    """Tell seconds, and wait for them.

    Attributes:
        skipped: seconds that were let pass at once; never less than before.
        timers: what keeps time in place of event loops; None, but in tests.
    """

    def __init__(self) -> None:
        self.skipped: float = 0.0
        self.timers: Timers | None = None

    def monotonic(self) -> float:
        """Return seconds on the monotonic clock, and those that were skipped."""
        return time.monotonic() + self.skipped

    def skip_to(self, moment: float) -> None:
        """Let the time until a moment on this clock pass at once, if it is to come."""
        self.skipped = max(self.skipped, moment - time.monotonic())

    def call_later(
        self,
        loop: asyncio.AbstractEventLoop,
        seconds: float,
        callback: Callable[[], object],
    ) -> Timer:
        """Call back on the running loop when so many seconds have passed here."""
        if self.timers is not None:
            return self.timers.call_later(loop, seconds, callback)
        return loop.call_later(seconds, callback)

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed here."""
        if self.timers is None:
            await asyncio.sleep(seconds)
            return
        loop = asyncio.get_running_loop()
        woken = loop.create_future()

        def wake() -> None:
            if not woken.cancelled():
                woken.set_result(None)

        timer = self.timers.call_later(loop, seconds, wake)
        try:
            await woken
        finally:
            timer.cancel()

    @contextmanager
    def kept_by(self, timers: Timers) -> Iterator[None]:
        """Have something else than event loops keep the timers set meanwhile."""
        before, self.timers = self.timers, timers
        try:
            yield
        finally:
            self.timers = before


CLOCK: Final = Clock()
