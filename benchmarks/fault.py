"""What a fault is: what a server does, and what must reach the user of it."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Literal

from attrs import define, field, frozen

METHODS: Final = ("GET", "POST", "PATCH", "DELETE")
SECRET: Final = "canary-secret"  # noqa: S105  made up
TOKEN: Final = "canary-token"  # noqa: S105  made up
ID: Final = 7
FINE: Final = "fine"

# SO_LINGER, on and zero seconds: closing then sends a reset and no FIN.
_AT_ONCE: Final = struct.pack("ii", 1, 0)


@define
class Counter:
    """Count what came in for one fault.

    Attributes:
        requests: how many may have taken effect, as far as a client can know.
        warm: whether the next request is to be answered well, and not counted.
        healed: whether all of them are.
        idle: whether that is done, and what the server then does on its own.
    """

    requests: int = 0
    warm: bool = False
    healed: bool = False
    idle: bool = False


@define
class Talk:
    """Read and write one connection, byte for byte.

    Attributes:
        method, path, head, body: of the request that was read last.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    counter: Counter
    method: str = "GET"
    path: str = "/"
    head: bytes = b""
    body: bytes = b""

    async def read_head(self) -> None:
        """Read a request's head, and count it unless it warms the connection up."""
        first = await self.reader.readexactly(1)
        if not self.counter.warm:
            self.counter.requests += 1
        self.head = first + await self.reader.readuntil(b"\r\n\r\n")
        self.method, self.path = self.head.decode("latin-1").split(" ", 2)[:2]

    async def read_body(self) -> None:
        """Read the rest of that request."""
        length = 0
        for line in self.head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        self.body = await self.reader.readexactly(length)

    async def say(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, body: bytes = b"", status: str = "", **head: str) -> None:
        """Send a whole answer; by default the right one."""
        await self.say(self.answered(body, status, **head))

    def answered(self, body: bytes = b"", status: str = "", **head: str) -> bytes:
        """Write a whole answer; None as a header's value leaves it out."""
        body = body or self.good
        status = status or ("201 Created" if self.method == "POST" else "200 OK")
        fields = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        } | {name.replace("_", "-"): text for name, text in head.items()}
        lines = [f"{name}: {text}" for name, text in fields.items() if text]
        return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body

    @property
    def good(self) -> bytes:
        """The body of the right answer."""
        if self.method == "DELETE":
            return b'{"success": true}'
        last = self.path.rpartition("/")[2]
        sent: Mapping[str, Any] = json.loads(self.body or b"{}")
        return json.dumps(
            {
                "id": int(last) if last.isdecimal() else ID,
                "voip_id": 1,
                "name": sent.get("name", "crm"),
                "mode": "HTTPS",
                "config": {
                    "url": "https://hooks.example.org",
                    "headers": [{"name": "X-Api-Key", "value": SECRET}],
                },
            }
        ).encode()

    def reset(self) -> None:
        """Close by a reset: what is under way is lost."""
        end: socket.socket = self.writer.get_extra_info("socket")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.writer.transport.abort()

    async def close(self) -> None:
        """Close in order, after all that was said."""
        self.writer.close()


Script = Callable[[Talk], Awaitable[None]]


@frozen(kw_only=True)
class Expected:
    """Say what must reach the user, as names of classes, or `FINE`.

    Several that are all right have a bar between them: which of them it is hangs on
    the moment, or on the version of aiohttp.

    Attributes:
        safe: for GET and DELETE, which may be sent again.
        unsafe: for POST and PATCH, which may not.
        delete: for DELETE, if it differs.
    """

    safe: str
    unsafe: str
    delete: str = ""

    def of(self, method: str) -> frozenset[str]:
        """Return the names for a method."""
        text = self.safe if method in ("GET", "DELETE") else self.unsafe
        if method == "DELETE" and self.delete:
            text = self.delete
        return frozenset(text.split("|"))


def always(name: str) -> Expected:
    """Expect the same for every method."""
    return Expected(safe=name, unsafe=name)


# Sent, and no whole answer: the table at the top of retry.py.
LOST: Final = Expected(safe="ConnectionLost", unsafe="OutcomeUnknown")
LATE: Final = Expected(safe="DeadlineExceeded|RequestTimedOut", unsafe="OutcomeUnknown")
BROKEN: Final = Expected(safe="ServerError", unsafe="OutcomeUnknown")
UNREADABLE: Final = Expected(safe="DecodeError", unsafe="DecodeError")
# A DELETE is judged by its status, and a body that says nothing is none.
UNREADABLE_BUT_DELETED: Final = Expected(
    safe="DecodeError", unsafe="DecodeError", delete=FINE
)
UNCONNECTED: Final = always("ConnectFailed")
ALL_FINE: Final = always(FINE)


@frozen(kw_only=True)
class Fault:
    """One thing that a server, or what is in front of it, does wrong.

    Attributes:
        name: short, without spaces.
        group: at which stage it happens.
        what: for people.
        expected: what must reach the user.
        script: what is done once a request was read whole.
        opening: what is done with a new connection first.
        midway: what is done once a head was read, and its body was not.
        listens: whether connections are accepted; "full" is a queue that is full.
        scheme: of the URL that the client is given.
        certificate: what a TLS server shows; empty for no TLS.
        proxy: whether it is the proxy that does it.
        warm: whether a good exchange comes first on the same connection; then
            `script` is what follows it at once, and `again` answers the next.
        stalls: whether it takes until the deadline.
        refuses: whether the server says that it did not do what it was asked to.
        fast: whether the test suite has it.
    """

    name: str
    group: str
    what: str
    expected: Expected
    script: Script | None = None
    opening: Script | None = None
    midway: Script | None = None
    again: Script | None = None
    listens: Literal["", "never", "full"] = ""
    scheme: Literal["http", "https"] = "http"
    certificate: Literal["", "good", "untrusted", "other host", "expired"] = ""
    proxy: bool = False
    host: str = "127.0.0.1"
    warm: bool = False
    stalls: bool = False
    refuses: bool = False
    fast: bool = False

    @property
    def heals(self) -> bool:
        """Whether the same server can answer well afterwards."""
        connects = not (self.listens or self.opening or self.proxy)
        return connects and self.certificate in ("", "good") and self.scheme == "http"


@define
class Faults:
    """Collect faults, each with the group that is named at the time."""

    found: dict[str, Fault] = field(factory=dict)
    group: str = ""

    def add(self, name: str, what: str, expected: Expected, **rest: Any) -> None:
        """Add one."""
        assert name not in self.found
        self.found[name] = Fault(
            name=name, what=what, group=self.group, expected=expected, **rest
        )
