"""Make one call twice, and print the seconds of each.

Run in a process of its own: ``python -m benchmarks.first_call get URL``, or
``overview`` for the listing that imports and decodes most. Nothing but the package
itself has been imported when the first one starts.
"""

from __future__ import annotations

import asyncio
import sys
from time import perf_counter

from phonecom_events import Account, PhoneComClient

from .samples import ACCOUNT


async def _call(account: Account, name: str) -> object:
    if name == "overview":
        return await account.overview.list()
    return await account.listeners.get(1)


async def _twice(name: str, url: str) -> tuple[float, float]:
    async with PhoneComClient("made-up", base_url=url) as client:
        started = perf_counter()
        await _call(client.account(ACCOUNT), name)
        between = perf_counter()
        await _call(client.account(ACCOUNT), name)
        return between - started, perf_counter() - between


if __name__ == "__main__":
    print(*asyncio.run(_twice(*sys.argv[1:])))
