"""How many requests may be under way at once, on one event loop."""

from __future__ import annotations

import asyncio
from collections import deque


class Slots:
    """Let so many be under way at once; the others wait, first come, first served.

    `asyncio.Semaphore` does it too, but takes six calls where nobody has to wait, as
    hardly any request has. Here whoever sees that a slot is `free` takes one off.

    Args:
        count: how many.
    """

    def __init__(self, count: int) -> None:
        self.free: int = count
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def wait(self) -> None:
        """Return with a slot that somebody gave back."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            # The cancel came after the slot, and before anybody could take it.
            if not turn.cancelled():
                self.give_back()
            raise

    def give_back(self) -> None:
        """Hand a slot to who has waited longest, past those who were cancelled."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1
