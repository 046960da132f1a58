"""When the next receiver may be asked: few at once, and each host in peace."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class Pacing:
    """Let *at_once* go on at a time, and begin one in *spacing* seconds for a host.

    Args:
        at_once: how many, whatever their hosts.
        spacing: seconds between the beginnings at one host.
        clock: monotonic seconds.
        sleep: waits for so many of them.
    """

    def __init__(
        self,
        *,
        at_once: int,
        spacing: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._spacing = spacing
        self._clock = clock
        self._sleep = sleep
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._began: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at *host*, and have it until left."""
        # The host comes first: those who wait for one host must not fill all slots.
        # And its lock is held until there is a slot, or two that waited for slots
        # would begin together.
        async with self._hosts[host]:
            began = self._began.get(host)
            if began is not None:
                await self._sleep(max(0.0, began + self._spacing - self._clock()))
            await self._slots.acquire()
            self._began[host] = self._clock()
        try:
            yield
        finally:
            self._slots.release()
