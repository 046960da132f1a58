"""A receiver that is killed while it is posted to, again and again, and what is left.

Each life of the receiver is a process. It writes down each event that it has handled,
before its handler returns; a write that was made survives the process. So what was
acknowledged, and never written down, was lost; and what one life wrote down twice was
handled twice without a crash in between.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import web
from attrs import define, field

from phonecom_events.phonecom.events import Event
from phonecom_events.receiver import SqliteInbox, phonecom_receiver

from ..webhooks.samples import dumps, phonecom_event

_CONNECTIONS: Final = 8
_PATIENCE: Final = 10.0
_ROOT: Final = Path(__file__).parents[2]


@define
class Outcome:
    """Count what became of events.

    Attributes:
        posted: uuids that were sent, whether they were answered or not.
        acknowledged: those that were answered with 200.
        lost: those that no life has handled.
        lives: for each life of the receiver, how often it handled what.
    """

    posted: list[str] = field(factory=list[str])
    acknowledged: set[str] = field(factory=set[str])
    lost: set[str] = field(factory=set[str])
    lives: list[Counter[str]] = field(factory=list[Counter[str]])

    @property
    def handled(self) -> Counter[str]:
        """How often each event was handled in all lives."""
        return sum(self.lives, Counter[str]())

    @property
    def repeated(self) -> set[str]:
        """What one life handled twice."""
        return {
            uuid for life in self.lives for uuid, count in life.items() if count > 1
        }

    @property
    def again(self) -> int:
        """How many were handled by a second life, as the first was killed over them."""
        return sum(count - 1 for count in self.handled.values())

    def __str__(self) -> str:
        return (
            f"{len(self.posted)} posted, {len(self.acknowledged)} acknowledged,"
            f" {len(self.lost)} lost, {len(self.repeated)} handled twice by one"
            f" process, {self.again} handled again after a crash"
        )


async def crash(
    folder: Path, *, kills: int, rng: random.Random, within: float = 0.3
) -> Outcome:
    """Kill a receiver so often, each time amid its work, and let it finish in the end.

    Args:
        folder: where the inbox and what was handled are kept.
        kills: how often.
        rng: chooses the moments.
        within: seconds after the first delivery in which they lie.
    """
    outcome = Outcome()
    for number in range(kills):
        log = folder / f"handled-{number}"
        async with _life(folder, log) as (port, process):
            load = asyncio.create_task(_load(port, outcome))
            await asyncio.sleep(rng.uniform(0.02, within))
            process.send_signal(signal.SIGKILL)
            await load
            await process.wait()
        outcome.lives.append(_handled(log))
    log = folder / f"handled-{kills}"
    async with _life(folder, log) as (port, process):
        outcome.lost |= await _unhandled(outcome, log)
        # As the senders would: what they saw no answer to comes again. And so do some
        # that were answered, only now, as one that was lost would be kept by that.
        again = rng.sample(outcome.posted, min(50, len(outcome.posted)))
        unanswered = [u for u in outcome.posted if u not in outcome.acknowledged]
        for uuid in (*unanswered, *again):
            await _post(port, uuid, outcome)
        outcome.lost |= await _unhandled(outcome, log)
        process.send_signal(signal.SIGTERM)
        await process.wait()
    outcome.lives.append(_handled(log))
    return outcome


@asynccontextmanager
async def _life(
    folder: Path, log: Path
) -> AsyncIterator[tuple[int, asyncio.subprocess.Process]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", __name__, str(folder / "inbox.db"), str(log)),
        stdout=asyncio.subprocess.PIPE,
        cwd=_ROOT,
    )
    try:
        assert process.stdout is not None
        yield int(await process.stdout.readline()), process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _load(port: int, outcome: Outcome) -> None:
    """Post new events over several connections, until all of them break."""

    async def post_on() -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.closing(writer):
                while True:
                    uuid = f"e-{len(outcome.posted)}"
                    outcome.posted.append(uuid)
                    await _exchange(reader, writer, uuid, outcome)

    await asyncio.gather(*(post_on() for _ in range(_CONNECTIONS)))


async def _post(port: int, uuid: str, outcome: Outcome) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.closing(writer):
        await _exchange(reader, writer, uuid, outcome)


async def _exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    uuid: str,
    outcome: Outcome,
) -> None:
    body = dumps(phonecom_event(uuid=uuid))
    head = f"POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    outcome.acknowledged.add(uuid)


async def _unhandled(outcome: Outcome, log: Path) -> set[str]:
    """Wait until all is handled, or nothing has happened for a while; return the rest."""
    seen, since = 0, time.monotonic()
    while True:
        handled = _handled(log)
        rest = outcome.acknowledged - outcome.handled.keys() - handled.keys()
        if not rest or time.monotonic() > since + _PATIENCE:
            return rest
        if handled.total() > seen:
            seen, since = handled.total(), time.monotonic()
        await asyncio.sleep(0.02)


def _handled(log: Path) -> Counter[str]:
    # A line without an end was being written when the process was killed.
    lines = log.read_text().splitlines(keepends=True) if log.exists() else []
    return Counter(line.strip() for line in lines if line.endswith("\n"))


async def _serve(inbox: Path, log: Path) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def handle(event: Event) -> None:
        await asyncio.sleep(0)
        os.write(file, f"{event.uuid}\n".encode())

    app = web.Application()
    receiver = phonecom_receiver(
        handle, secret=None, inbox=SqliteInbox(inbox), workers=4
    )
    receiver.mount(app, "/hook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await end.wait()
    await runner.cleanup()
    os.close(file)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), Path(sys.argv[2])))
