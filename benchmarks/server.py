"""A server that costs next to nothing: answers made beforehand, over bare asyncio.

The package's own sandbox checks, counts and logs every request, and would hide what
a client costs behind what it costs itself. Run as ``python -m benchmarks.server``;
prints its port when it listens, and ends with its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Final, overload
from urllib.parse import parse_qs

import msgspec

from .samples import (
    ACCOUNT,
    listener,
    overview_listener,
    page,
    webhook_subscription,
)

_EVENTS: Final = f"/accounts/{ACCOUNT}/integrations/events"
LISTENERS: Final = f"{_EVENTS}/listeners"
LINQ: Final = "/v3/webhook-subscriptions"
_MOST_MADE: Final = 100_000
LINQ_ID: Final = webhook_subscription(0)["id"]

Answer = Callable[[str], bytes]


def answers(*, listeners: int, subscriptions: int) -> dict[str, Answer]:
    """Return what makes the answer to each path, from its query."""
    rows = _Rows(listeners) if listeners > _MOST_MADE else list(_Rows(listeners))
    linq = [webhook_subscription(n) for n in range(subscriptions)]
    all_of_linq = msgspec.json.encode({"subscriptions": linq})
    one_of_linq = msgspec.json.encode(linq[0])
    one_listener = msgspec.json.encode(listener(1))
    overview = [msgspec.json.encode(overview_listener(1))]
    return {
        LISTENERS: lambda query: page_of(rows, query),
        f"{LISTENERS}/1": lambda _: one_listener,
        f"{_EVENTS}/overview": lambda query: page_of(overview, query),
        LINQ: lambda _: all_of_linq,
        f"{LINQ}/{LINQ_ID}": lambda _: one_of_linq,
    }


class _Rows(Sequence[bytes]):
    """Make rows only when they are asked for."""

    def __init__(self, count: int) -> None:
        self._numbers = range(count)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            return [msgspec.json.encode(listener(n)) for n in self._numbers[index]]
        return msgspec.json.encode(listener(self._numbers[index]))


def page_of(rows: Sequence[bytes], query: str) -> bytes:
    """Return the page that a query asks for."""
    given = parse_qs(query)
    limit, offset = int(given["limit"][0]), int(given["offset"][0])
    shown = rows[offset : offset + limit]
    return page(shown, limit=limit, offset=offset, total=len(rows))


class Connection(asyncio.Protocol):
    """Answer the requests of one connection; none of them has a body."""

    def __init__(self, made: dict[str, Answer], latency: float) -> None:
        self._made = made
        self._latency = latency
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hold what the answers go to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that has come whole."""
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, self._read = self._read.split(b"\r\n\r\n", 1)
            path, _, query = head.split(b" ", 2)[1].decode().partition("?")
            body = self._made[path](query)
            answer = (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )
            loop = asyncio.get_running_loop()
            loop.call_later(self._latency, self._transport.write, answer)


async def serve(made: dict[str, Answer], latency: float) -> None:
    """Serve until the standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(made, latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0, help="seconds")
    parser.add_argument("--listeners", type=int, default=500)
    parser.add_argument("--subscriptions", type=int, default=500)
    options = parser.parse_args()
    made = answers(listeners=options.listeners, subscriptions=options.subscriptions)
    asyncio.run(serve(made, options.latency))


if __name__ == "__main__":
    main()
