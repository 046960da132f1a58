"""Deliveries a second, over loopback, that a receiver keeps and handles.

The receiver has a process of its own. Its handler does nothing; what is measured is
reading, keeping and handing over. On the disk every answer waits for a commit, which
the deliveries that come at the same time share.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from aiohttp import web

from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import MemoryInbox, SqliteInbox, phonecom_receiver
from tests.webhooks.samples import dumps, phonecom_event

from .outcome import Measure, measures_as_json

_WANTED: Final = 1000
_ROW: Final = "  {:<24}{:>8.0f} a second{:>8.0f} us of CPU each, p99 {:>6.1f} ms"


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Post to each inbox, and tell how many deliveries it took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks inbox")
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(argv)
    print(f"{options.deliveries} deliveries over {options.connections} connections")
    best: dict[str, dict[str, float]] = {}
    for _ in range(options.rounds):
        for name in ("memory", "sqlite"):
            found = _measured(name, options.deliveries, options.connections)
            print(_ROW.format(name, *found.values()))
            if name not in best or found["rate"] > best[name]["rate"]:
                best[name] = found
    measure = Measure(
        what="deliveries kept on the disk, a second",
        value=best["sqlite"]["rate"],
        sense="at least",
        wanted=_WANTED,
    )
    print(measure)
    return {
        "deliveries over loopback": {
            **best,
            "measures": measures_as_json((measure,)),
        }
    }


def _measured(name: str, deliveries: int, connections: int) -> dict[str, float]:
    """Return the rate, the CPU of the receiver and the slowest hundredth."""
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "inbox.db") if name == "sqlite" else ""
        with subprocess.Popen(  # noqa: S603 our own module
            [sys.executable, "-m", "benchmarks.inbox", str(deliveries), path],
            stdout=subprocess.PIPE,
            text=True,
        ) as receiver:
            assert receiver.stdout is not None
            port = int(receiver.stdout.readline())
            started = time.perf_counter()
            taken = asyncio.run(_post_all(port, deliveries, connections))
            cpu = float(receiver.stdout.readline())
            # Until the last one was handled, not only acknowledged.
            rate = deliveries / (time.perf_counter() - started)
    taken.sort()
    return {
        "rate": rate,
        "cpu_us": 1e6 * cpu / deliveries,
        "p99_ms": 1000 * taken[deliveries * 99 // 100],
    }


async def _post_all(port: int, deliveries: int, connections: int) -> list[float]:
    taken: list[float] = []
    bodies = [dumps(phonecom_event(uuid=f"e-{number}")) for number in range(deliveries)]

    async def post(own: Sequence[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for body in own:
            started = time.perf_counter()
            head = f"POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}"
            writer.write(head.encode() + b"\r\n\r\n" + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert b" 200 " in answer[:20], answer
            taken.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(post(bodies[n::connections]) for n in range(connections)))
    return taken


async def _serve(deliveries: int, path: str) -> None:
    handled = 0
    all_handled = asyncio.Event()

    async def handle(_: Event) -> None:
        nonlocal handled
        handled += 1
        if handled == deliveries:
            all_handled.set()

    inbox = SqliteInbox(path) if path else MemoryInbox(size=deliveries)
    app = web.Application()
    phonecom_receiver(handle, secret=None, inbox=inbox, drain=60).mount(app, "/hook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await all_handled.wait()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, flush=True)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2]))
