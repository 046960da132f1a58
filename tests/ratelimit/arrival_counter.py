"""A judge of its own: a service that counts what arrives, and answers as it likes.

It knows the documented limits from their text and the requests from their URLs, and
shares neither windows nor endpoints nor arithmetic with what it judges.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from attrs import define, field

from phonecom_events.errors import ConnectFailed, ConnectionLost, RequestTimedOut
from phonecom_events.http import Request, Response

LISTENER = {
    "id": 5,
    "voip_id": 1,
    "version": "2.0.0",
    "callback_id": 1768,
    "created_at": 1_700_000_000,
}
_ITEM = json.dumps(LISTENER).encode()
_LIST = json.dumps({"items": [LISTENER], "limit": 1, "offset": 0}).encode()


@define(kw_only=True)
class ArrivalCounter:
    """Be the transport of a session; note arrivals and how many were too many.

    Attributes:
        by_method: reads and writes of one path are two endpoints.
        share: the limits are so many times smaller than the documented ones, so that
            few requests fill them.
        faults: how many of a hundred requests go wrong.
        seed: of the faults and delays.
        arrived: how many requests did.
        over: those that were too many for a window, as text.
    """

    by_method: bool = False
    share: int = 1
    faults: int = 0
    seed: int = 1
    arrived: int = field(default=0, init=False)
    over: list[str] = field(factory=list, init=False)
    _times: dict[tuple[object, ...], list[float]] = field(factory=dict, init=False)
    _random: random.Random = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Seed what is left to chance."""
        self._random = random.Random(self.seed)

    async def send(self, request: Request) -> Response:
        """Let a request arrive, or not, and answer it, or not."""
        chance = self._random.random
        fault = self._random.randrange(100) < self.faults
        if fault and chance() < 0.2:
            raise ConnectFailed("the connection is refused")
        out = chance() * (0.3 if chance() < 0.9 else 8.0)
        lost = fault and chance() < 0.2
        try:
            await asyncio.sleep(out)
        except asyncio.CancelledError:
            # What was on its way when the caller gave up may be read all the same.
            if not lost and chance() < 0.5:
                self._arrive(request)
            raise
        if lost:
            raise ConnectionLost("cut before the server has read it")
        self._arrive(request)
        if fault and chance() < 0.3:
            assert request.timeout is not None
            await asyncio.sleep(request.timeout - out)
            raise RequestTimedOut("there was no answer in time")
        await asyncio.sleep(chance() * (0.3 if chance() < 0.9 else 8.0))
        if fault and chance() < 0.3:
            raise ConnectionLost("cut before the answer was whole")
        return self._faulty_answer() if fault else _answer(request)

    async def aclose(self) -> None:
        """Have nothing to close."""

    def _faulty_answer(self) -> Response:
        status = self._random.choice([429, 500, 503, 200])
        if status == 429:
            # Of another program that uses the quota; its requests are not counted.
            return Response(status=429, headers={"retry-after": "3"})
        headers = {"ratelimit-remaining": "0", "ratelimit-reset": "4"}
        return Response(status=status, headers=headers, body=_ITEM)

    def _arrive(self, request: Request) -> None:
        now = asyncio.get_running_loop().time()
        self.arrived += 1
        for most, seconds, key in self._windows(request):
            times = self._times.setdefault((seconds, *key), [])
            times.append(now)
            while times[0] <= now - seconds:
                del times[0]
            if len(times) > most:
                self.over.append(f"{len(times)} in {seconds} s for {key} at {now:.2f}")

    def _windows(
        self, request: Request
    ) -> Iterator[tuple[int, float, tuple[object, ...]]]:
        """Give most requests, seconds and key of what a request counts in."""
        path = urlsplit(request.url).path
        account = re.search(r"/accounts/(\d+)", path)
        who = account[1] if account else "the token's"
        endpoint = re.sub(r"\d+", "#", path)
        if self.by_method:
            endpoint = f"{request.method} {endpoint}"
        # https://apidocs.phone.com/docs/rate-limits
        yield 30 // self.share, 30.0, ("account", who, endpoint)
        yield 120 // self.share, 60.0, ("account", who)
        yield 360 // self.share, 30.0, ("address", endpoint)
        yield 1440 // self.share, 60.0, ("address",)


def _answer(request: Request) -> Response:
    if request.method == "DELETE":
        return Response(status=204)
    is_list = request.method == "GET" and "limit=" in request.url
    return Response(status=200, body=_LIST if is_list else _ITEM)
