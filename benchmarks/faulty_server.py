"""A server that does wrong: one port for each fault of `fault_list`.

Run as ``python -m benchmarks.faulty_server``. Prints as JSON where each fault is and
the certificate that signs the good ones; then, for each line of its standard input,
``begin NAME`` or ``heal NAME``, how many requests that fault has had, or for ``idle
NAME``, whether its first exchange is over. Ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import IO, Any, Final

import trustme
from attrs import define

from .fault import Counter, Fault, Talk
from .fault_list import FAULTS

HOST: Final = "127.0.0.1"
_TOO_LONG: Final = 1 << 24


class Listener:
    """Do what one fault says to every connection."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.counter = Counter()
        self._talks: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Forget what was before."""
        for talk in self._talks:
            talk.cancel()
        self.counter = Counter(warm=self.fault.warm)

    async def talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        # One that hung up, as clients do that have seen enough, is no matter here.
        with suppress(OSError, asyncio.IncompleteReadError, ValueError):
            await self._talk(Talk(reader, writer, self.counter))
        self._talks.discard(task)
        writer.close()

    async def _talk(self, talk: Talk) -> None:
        fault = self.fault
        warmed = False
        if fault.opening is not None:
            await fault.opening(talk)
            return
        while not talk.writer.is_closing():
            await talk.read_head()
            faulty = not self.counter.healed and not self.counter.warm
            if faulty and fault.midway is not None:
                await fault.midway(talk)
                continue
            await talk.read_body()
            if self.counter.warm:
                self.counter.warm, warmed = False, True
                await talk.answer()
                if fault.script is not None:
                    await asyncio.sleep(0.005)
                    await fault.script(talk)
                self.counter.idle = True
            elif faulty and warmed and fault.again is not None:
                await fault.again(talk)
            elif faulty and not fault.warm and fault.script is not None:
                await fault.script(talk)
            else:
                await talk.answer()


async def serve() -> None:
    """Listen for every fault, until the standard input ends."""
    authority = trustme.CA()
    listeners = {name: Listener(fault) for name, fault in FAULTS.items()}
    kept: list[Any] = []
    ports = {}
    for name, listener in listeners.items():
        ports[name] = await _listen(listener, authority, kept)
    pem = authority.cert_pem.bytes().decode()
    print(json.dumps({"ports": ports, "pem": pem}), flush=True)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)  # handshakes fail here on purpose
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command, name = line.split()
        listener = listeners[name]
        count = listener.counter.requests
        if command == "begin":
            listener.begin()
        elif command == "heal":
            listener.counter.healed = True
        else:
            count = int(listener.counter.idle)
        print(count, flush=True)


async def _listen(listener: Listener, authority: trustme.CA, kept: list[Any]) -> int:
    fault = listener.fault
    end = socket.socket()
    end.bind((HOST, 0))
    kept.append(end)
    port: int = end.getsockname()[1]
    if fault.listens == "full":
        end.listen(0)
        # One that nobody accepts fills the queue; the system may take one more.
        for _ in range(3):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex((HOST, port))
            kept.append(waiting)
    elif not fault.listens:
        context = _context(fault.certificate, authority)
        server = await asyncio.start_server(
            listener.talk, sock=end, ssl=context, limit=_TOO_LONG
        )
        kept.append(server)
    return port


def _context(certificate: str, authority: trustme.CA) -> ssl.SSLContext | None:
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    issuer = trustme.CA() if certificate == "untrusted" else authority
    host = "another.example.org" if certificate == "other host" else HOST
    past = datetime.now(UTC) - timedelta(days=1)
    until = past if certificate == "expired" else None
    issuer.issue_cert(host, not_after=until).configure_cert(context)
    return context


@define
class FaultyServer:
    """Talk to that process.

    Attributes:
        trusting: a context that trusts its good certificate.
    """

    trusting: ssl.SSLContext
    _ports: dict[str, int]
    _commands: IO[str]
    _answers: IO[str]

    def begin(self, fault: Fault) -> None:
        """Have a fault start anew."""
        self._ask("begin", fault)

    def heal(self, fault: Fault) -> int:
        """Have all be well from here on; return how many requests there were."""
        return self._ask("heal", fault)

    def is_idle(self, fault: Fault) -> bool:
        """Tell whether the first exchange is over, and what follows it by itself."""
        return bool(self._ask("idle", fault))

    def url(self, fault: Fault) -> str:
        """Return the base URL to ask for a fault; not of a proxy."""
        if fault.proxy:
            return "https://api.example.org/v4"
        return f"{fault.scheme}://{fault.host}:{self._ports[fault.name]}/v4"

    def proxy(self, fault: Fault) -> str | None:
        """Return the proxy to ask for a fault, if it is one of proxies."""
        return f"http://{HOST}:{self._ports[fault.name]}" if fault.proxy else None

    def _ask(self, command: str, fault: Fault) -> int:
        self._commands.write(f"{command} {fault.name}\n")
        self._commands.flush()
        return int(self._answers.readline())


@contextmanager
def faulty_server() -> Iterator[FaultyServer]:
    """Run this module in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.faulty_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        trusting = ssl.create_default_context(cadata=told["pem"])
        try:
            yield FaultyServer(trusting, told["ports"], process.stdin, process.stdout)
        finally:
            process.stdin.close()


if __name__ == "__main__":
    asyncio.run(serve())
