"""An event loop on which time passes only while nothing else can happen.

Hours of waiting take as long as the work in between, and a run with the same
seeds takes the same course every time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

# Seconds. A timer that fires a rounding error early and is set again would else
# find that no time has passed, for ever.
_ITERATION: Final = 1e-9


class VirtualClockLoop(asyncio.SelectorEventLoop):
    """Jump to the next timer instead of waiting for it; `time` starts at 0."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_Skipping(self._skip))

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._now

    def _skip(self, seconds: float | None) -> None:
        if seconds is None:
            raise RuntimeError("deadlock: nothing is ready, and no timer is set")
        self._now += max(seconds, _ITERATION)


class _Skipping(selectors.SelectSelector):
    def __init__(self, skip: Callable[[float | None], None]) -> None:
        super().__init__()
        self._skip = skip

    def select(
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        # Looking at files costs a system call; here they are for signals and
        # threads only, which can wait until nothing else is to be done.
        busy = timeout is not None and timeout <= 0
        ready = [] if busy else super().select(0)
        if not ready:
            self._skip(timeout)
        return ready


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run *main* as `asyncio.run` does, on a virtual clock."""
    with asyncio.Runner(loop_factory=VirtualClockLoop) as runner:
        return runner.run(main)
