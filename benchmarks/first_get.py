"""Get a listener twice, and print the seconds of each, and of raw aiohttp's.

Run in a process of its own: ``python -m benchmarks.first_get URL``. Nothing but the
package itself has been imported when the first one starts.
"""

from __future__ import annotations

import asyncio
import sys
from time import perf_counter

from phonecom_events import PhoneComClient

from .samples import ACCOUNT


async def _twice(url: str) -> tuple[float, float]:
    async with PhoneComClient("made-up", base_url=url) as client:
        started = perf_counter()
        await client.account(ACCOUNT).listeners.get(1)
        between = perf_counter()
        await client.account(ACCOUNT).listeners.get(1)
        return between - started, perf_counter() - between


if __name__ == "__main__":
    print(*asyncio.run(_twice(sys.argv[1])))
