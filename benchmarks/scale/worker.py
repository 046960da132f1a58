"""One of the processes: sends its part of the requests, through the shared limits.

Run as ``python -m benchmarks.scale.worker``, with its orders as JSON on the standard
input; prints as JSON how many were answered, and what was not.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from typing import Any, Final

from phonecom_events import PhoneComClient, RetryPolicy
from phonecom_events.errors import LimiterUnavailable
from phonecom_events.ratelimit.redis import RedisLimiter

from .shorter import shorter_limits

_AT_ONCE: Final = 200


async def work(orders: dict[str, Any]) -> Counter[str]:
    """Send the requests; one that Redis kept from being sent is tried again."""
    ends: Counter[str] = Counter()
    limits = shorter_limits(orders["shorter"])
    pending = iter(orders["requests"])
    async with (
        RedisLimiter(
            orders["redis"], limits=limits, on_lost=orders["on_lost"]
        ) as limiter,
        PhoneComClient(
            "token",
            base_url=orders["server"],
            limiter=limiter,
            retry=RetryPolicy(budget=None),
        ) as client,
    ):

        async def send() -> None:
            for account, endpoint in pending:
                listing = getattr(client.account(account), endpoint).list()
                while True:
                    try:
                        await listing.first()
                    except LimiterUnavailable:
                        ends["not sent, tried again"] += 1
                        await asyncio.sleep(0.2)
                    else:
                        ends["answered"] += 1
                        break

        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(send())
    return ends


if __name__ == "__main__":
    print(json.dumps(asyncio.run(work(json.load(sys.stdin)))), flush=True)
