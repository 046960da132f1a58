"""Requests to ask permission for, and what is done with it."""

from __future__ import annotations

import asyncio
import time

from attrs import define, field

from phonecom_events.http import Request
from phonecom_events.ratelimit import Outcome, Permit
from phonecom_events.ratelimit.redis import RedisLimiter

ANSWERED = Outcome(status=200)


def request(
    account: str | None = "1",
    endpoint: str = "listeners",
    deadline: float | None = None,
) -> Request:
    """Return a request; its deadline is in so many seconds."""
    until = None if deadline is None else time.monotonic() + deadline
    return Request(
        method="GET",
        url="https://api.example.com/",
        path="/listeners",
        account=account,
        endpoint=endpoint,
        deadline=until,
    )


@define
class Sender:
    """Send through a limiter, and note when.

    Attributes:
        limiter: what permits it.
        name: of the process that it stands for.
        log: name, label, and when it was sent, of all senders.
    """

    limiter: RedisLimiter
    name: str = "a"
    log: list[tuple[str, str, float]] = field(factory=list)

    async def send(
        self, label: str = "", *, takes: float = 0.01, account: str | None = "1"
    ) -> Permit:
        """Send one request that takes so many seconds."""
        permit = await self.limiter.acquire(request(account))
        self.log.append((self.name, label, time.monotonic()))
        await asyncio.sleep(takes)
        self.limiter.release(permit, ANSWERED)
        return permit

    def most_in(self, seconds: float) -> int:
        """Return how many were sent in any span of that length, by all of them."""
        times = sorted(at for _, _, at in self.log)
        return max(sum(a <= b < a + seconds for b in times) for a in times)
