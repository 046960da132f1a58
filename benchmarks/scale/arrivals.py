"""A service that answers everything, and counts what was too many.

Run as ``python -m benchmarks.scale.arrivals SECONDS``: prints its port, and as JSON,
when its standard input ends, what arrived and what was one too many for the documented
windows, made so many times shorter. It shares no code with what it judges.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import deque
from collections.abc import Iterator
from typing import Final

from aiohttp import web
from attrs import define, field

_EMPTY: Final = {"items": [], "limit": 25, "offset": 0, "total": 0}


@define
class Arrivals:
    """Count arrivals in sliding windows.

    Attributes:
        shorter: how many times the windows are.
        times: when each arrived.
        over: what was too many, as text.
    """

    shorter: float
    times: list[float] = field(factory=list)
    over: list[str] = field(factory=list)
    _windows: dict[tuple[object, ...], deque[float]] = field(factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        """Count a request, and answer with an empty page."""
        now = time.monotonic()
        self.times.append(now)
        for most, seconds, key in self._keys(request):
            window = self._windows.setdefault((seconds, *key), deque())
            window.append(now)
            while window[0] <= now - seconds:
                window.popleft()
            if len(window) > most:
                self.over.append(f"{len(window)} in {seconds:g} s: {key}")
        return web.json_response(_EMPTY)

    def _keys(
        self, request: web.Request
    ) -> Iterator[tuple[int, float, tuple[object, ...]]]:
        account, endpoint = re.findall(r"/accounts/(\d+)/(.*)", request.path)[0]
        # https://apidocs.phone.com/docs/rate-limits
        yield 30, 30.0 / self.shorter, (account, endpoint)
        yield 120, 60.0 / self.shorter, (account,)
        yield 360, 30.0 / self.shorter, ("address", endpoint)
        yield 1440, 60.0 / self.shorter, ("address",)


async def serve(shorter: float) -> None:
    """Serve until the standard input ends; then print what was counted."""
    arrivals = Arrivals(shorter)
    app = web.Application()
    app.router.add_get("/{path:.*}", arrivals.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()
    begin = arrivals.times[0] if arrivals.times else 0.0
    times = [round(at - begin, 3) for at in arrivals.times]
    print(json.dumps({"times": times, "over": arrivals.over}))


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
