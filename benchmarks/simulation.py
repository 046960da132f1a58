"""Sends a load through a limiter to a model server, on a virtual clock."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence

from attrs import frozen

from phonecom_events.http import Request
from phonecom_events.middleware import Middleware
from phonecom_events.ratelimit import RateLimits

from .model_server import ModelServer, read_hint
from .virtual_clock import run

Load = Sequence[tuple[str, str]]
"""Account and endpoint of each request."""

Make = Callable[[RateLimits], Middleware]
"""Makes a limiter, on the running loop."""


@frozen(kw_only=True)
class Neighbour:
    """Another process that uses the quota of one account and endpoint.

    Attributes:
        start: seconds until it begins.
        first: how many requests it makes at once then.
        every: seconds between further ones, on average; None for none.
    """

    start: float = 0.0
    first: int = 0
    every: float | None = None

    async def use(self, server: ModelServer, account: str, endpoint: str) -> None:
        """Make the requests, until cancelled; its own refusals are not counted."""
        loop = asyncio.get_running_loop()
        draw = random.Random(server.seed)
        if self.start:
            await asyncio.sleep(self.start)
        for _ in range(self.first):
            server.arrive(account, endpoint, loop.time())
        while self.every is not None:
            await asyncio.sleep(draw.expovariate(1 / self.every))
            server.arrive(account, endpoint, loop.time())


@frozen(kw_only=True)
class Outcome:
    """What came of a load.

    Attributes:
        sent: requests, those that were refused included.
        refused: answers 429.
        most_refused: the most for one account and endpoint in any 30 s.
        early: requests sent before the time that a 429 had announced.
        seconds: virtual time until the last answer.
        cpu: microseconds for each request of the load, the model's included.
    """

    sent: int
    refused: int
    most_refused: int
    early: int
    seconds: float
    cpu: float


def simulate(
    make: Make, load: Load, server: ModelServer, neighbour: Neighbour | None = None
) -> Outcome:
    """Send a load all at once, and again what is refused, until all is answered.

    Args:
        make: makes the limiter; what is refused is sent to it again when the 429
            says, by each request for itself.
        load: what to send.
        server: what answers; a new one for each simulation.
        neighbour: uses the quota of the load's first account and endpoint.
    """
    before = time.process_time()
    sent = run(_send_all(make, load, server, neighbour))
    cpu = (time.process_time() - before) / len(load) * 1e6
    return Outcome(
        sent=sent,
        refused=len(server.refusals),
        most_refused=server.most_refused(30.0),
        early=server.early,
        seconds=server.last_answer,
        cpu=cpu,
    )


async def _send_all(
    make: Make, load: Load, server: ModelServer, neighbour: Neighbour | None
) -> int:
    limiter = make(server.limits)
    other = asyncio.create_task((neighbour or Neighbour()).use(server, *load[0]))
    await asyncio.sleep(0)
    tasks = (_send(limiter, server, account, endpoint) for account, endpoint in load)
    sent = await asyncio.gather(*tasks)
    other.cancel()
    return sum(sent)


async def _send(
    limiter: Middleware, server: ModelServer, account: str, endpoint: str
) -> int:
    request = Request(
        method="GET", url="", path="/", account=account, endpoint=endpoint
    )
    sent = 1
    while not (response := await limiter(request, server.handle)).ok:
        await asyncio.sleep(read_hint(response).retry_after or 0.0)
        sent += 1
    return sent
