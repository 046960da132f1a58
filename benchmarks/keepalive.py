"""Creates sent just as the server closes the connection: how many are left open.

The server, a process of its own, closes what has been idle for 0.3 s. Creates follow
each other after pauses that are swept across that. A session of the caller's keeps
connections as aiohttp does by itself, which shows what there is to be avoided.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any, Final

import aiohttp
import msgspec
from attrs import define, field

from phonecom_events import OutcomeUnknown, PhoneComClient

from .outcome import Measure, measures_as_json
from .process import served
from .samples import ACCOUNT, listener

LIMIT: Final = 0.3
_CREATES: Final = 400
_CLIENTS: Final = 20
# Of the limit: most pauses end within a few milliseconds of it, where the race is.
_SWEPT: Final = (0.1, 1.3)
_CLOSE: Final = (0.99, 1.01)


class _Connection(asyncio.Protocol):
    """Answer each POST with a listener, and close what is idle for too long."""

    made = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        type(self).made += 1
        self._transport = transport
        self._read = b""
        self._closing: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._closing is not None:
            self._closing.cancel()

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        if not end or len(body) < int(length or b"0"):
            return
        if self._closing is not None:
            self._closing.cancel()
        self._read = b""
        answer = msgspec.json.encode({**listener(1), "made": self.made})
        self._transport.write(
            b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
            b"X-Connections: %d\r\nContent-Length: %d\r\n\r\n%b"
            % (self.made, len(answer), answer)
        )
        loop = asyncio.get_running_loop()
        self._closing = loop.call_later(LIMIT, self._transport.close)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@define
class Swept:
    """What became of creates, and how long those took that were answered."""

    creates: int = 0
    unknown: int = 0
    seconds: list[float] = field(factory=list)

    def __str__(self) -> str:
        median = statistics.median(self.seconds) * 1000
        return (
            f"{self.creates} creates: {self.unknown} OutcomeUnknown,"
            f" {median:.2f} ms each (median)"
        )


async def _create(client: PhoneComClient, swept: Swept) -> None:
    swept.creates += 1
    began = time.perf_counter()
    try:
        await client.account(ACCOUNT).listeners.create(callback_id=1)
    except OutcomeUnknown:
        swept.unknown += 1
    else:
        swept.seconds.append(time.perf_counter() - began)


def _pauses() -> list[list[float]]:
    """Return the pauses of each client: half over a wide range, half close by."""
    each = _CREATES // _CLIENTS
    pauses = []
    for number in range(_CREATES):
        low, high = _SWEPT if number % 2 else _CLOSE
        pauses.append(LIMIT * (low + (high - low) * number / _CREATES))
    return [pauses[start::_CLIENTS] for start in range(_CLIENTS)][: _CREATES // each]


async def _sweep(url: str, *, given: bool) -> Swept:
    swept = Swept()

    async def one(pauses: Sequence[float]) -> None:
        async with aiohttp.ClientSession() as session:
            client = PhoneComClient(
                "made-up",
                base_url=url,
                rate_limits=None,
                http_session=session if given else None,
            )
            async with client:
                await _create(client, Swept())
                for pause in pauses:
                    await asyncio.sleep(pause)
                    await _create(client, swept)

    await asyncio.gather(*map(one, _pauses()))
    return swept


async def _in_a_row(url: str, pause: float, creates: int = 20) -> Swept:
    swept = Swept()
    async with PhoneComClient("made-up", base_url=url, rate_limits=None) as client:
        await _create(client, Swept())
        for _ in range(creates):
            await asyncio.sleep(pause)
            await _create(client, swept)
    return swept


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Sweep, print and return it."""
    del argv
    with served("benchmarks.keepalive") as url:
        found = {
            "this package": asyncio.run(_sweep(url, given=False)),
            "a session of the caller's": asyncio.run(_sweep(url, given=True)),
            "cost: one after the other, one connection": asyncio.run(
                _in_a_row(url, 0.0)
            ),
            "cost: with pauses of 0.15 s, each its own": asyncio.run(
                _in_a_row(url, 0.15)
            ),
        }
    for name, swept in found.items():
        print(f"{name}: {swept}")
    measures = (
        Measure(
            what=f"OutcomeUnknown of {found['this package'].creates} creates",
            value=found["this package"].unknown,
            sense="at most",
            wanted=0,
        ),
    )
    print(*measures, sep="\n")
    return {
        "creates across a server's keep-alive limit": {
            **{name: str(swept) for name, swept in found.items()},
            "measures": measures_as_json(measures),
        }
    }


if __name__ == "__main__":
    asyncio.run(_serve())
