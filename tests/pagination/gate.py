"""A listing whose every answer waits to be let through."""

from __future__ import annotations

import asyncio

from attrs import define, field

from phonecom_events.pagination import Page

from .listing import Listing, Row, turns


@define
class Gate:
    """Hold every request until it is let through, one at a time.

    Attributes:
        waiting: offset → what the request waits for.
        dropped: offsets of the requests that were cancelled.
        fails: offset → what its request raises.
    """

    server: Listing
    waiting: dict[int, asyncio.Future[None]] = field(factory=dict)
    dropped: list[int] = field(factory=list)
    fails: dict[int, Exception] = field(factory=dict)

    async def fetch(self, limit: int, offset: int) -> Page[Row]:
        """Answer when let through."""
        turn = asyncio.get_running_loop().create_future()
        self.waiting[offset] = turn
        try:
            await turn
        except asyncio.CancelledError:
            self.dropped.append(offset)
            raise
        finally:
            del self.waiting[offset]
        if offset in self.fails:
            raise self.fails[offset]
        return await self.server.fetch(limit, offset)

    async def let(self, *offsets: int) -> None:
        """Let requests through, and the loop turn until all has come of it."""
        for offset in offsets:
            self.waiting[offset].set_result(None)
        await turns()
