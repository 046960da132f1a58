"""Audits kept night after night, of an estate that hardly changes.

Made-up accounts, half of whose rows are listeners and half callbacks, are put into a
history in a SQLite file, as an audit would; between two runs a few rows change. What an
audit reads and checks is left out: it is timed what a history adds to that.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from phonecom_events.audit import (
    AccountSnapshot,
    Audited,
    CallbackRow,
    Delivery,
    HeardListener,
    Reading,
)
from phonecom_events.audit.extract import extract
from phonecom_events.audit.slices import in_slices
from phonecom_events.history import History
from phonecom_events.pagination import ScanReport

from .outcome import Measure, measures_as_json

_BEGIN: Final = datetime(2024, 1, 1, tzinfo=UTC)
_EACH: Final = 50  # listeners of an account, and callbacks
_PROVEN: Final = ScanReport(complete=True, proven=True, reason="")


class Estate:
    """Hold rows by account, and change a few of them.

    Args:
        rows: how many there are.
        changed: the share of them that one night changes.
    """

    def __init__(self, rows: int, changed: float) -> None:
        self._random = random.Random(1)
        self._changed = round(rows * changed)
        self._callbacks = {
            account: [_callback(account, number) for number in range(_EACH)]
            for account in range(1, rows // (2 * _EACH) + 1)
        }

    def night(self) -> None:
        """Turn some callbacks off, or on again."""
        accounts = list(self._callbacks)
        for _ in range(self._changed):
            rows = self._callbacks[self._random.choice(accounts)]
            number = self._random.randrange(_EACH)
            rows[number] = replace(rows[number], enabled=not rows[number].enabled)

    def snapshots(self) -> Iterator[AccountSnapshot]:
        """Give what an audit would read."""
        for account, callbacks in self._callbacks.items():
            listeners = tuple(_listener(each) for each in callbacks)
            yield AccountSnapshot(
                voip_id=account,
                listeners=Reading(
                    resource="listeners", items=listeners, report=_PROVEN
                ),
                callbacks=Reading(
                    resource="callbacks", items=tuple(callbacks), report=_PROVEN
                ),
                profiles=Reading(resource="profiles", report=_PROVEN),
            )


def _callback(account: int, number: int) -> CallbackRow:
    id_ = account * _EACH + number
    return CallbackRow(
        id=id_,
        voip_id=account,
        name=f"Receiver {number}",
        delivery=Delivery.HTTP,
        to=f"https://hooks.contoso.com/events/{id_}?key=sesame",
        method="POST",
    )


def _listener(callback: CallbackRow) -> HeardListener:
    return HeardListener(
        id=callback.id,
        voip_id=callback.voip_id,
        callback_id=callback.id,
        created_at=_BEGIN,
        subscriptions=(("call", "inbound"),),
    )


async def _night(history: History, estate: Estate, at: datetime) -> float:
    """Keep one run, and return what that took in seconds."""
    taken = 0.0
    async with await history.record(started_at=at) as recording:
        for snapshot in estate.snapshots():
            begun = time.perf_counter()
            kept = await in_slices(extract(snapshot, family=False))
            await in_slices(recording.on_extract(kept))
            done = Audited(account=snapshot.voip_id, readings=snapshot.readings)
            await recording.add(done)
            taken += time.perf_counter() - begun
        begun = time.perf_counter()
        await recording.finish()
    return taken + time.perf_counter() - begun


async def _nights(url: str, runs: int, estate: Estate) -> tuple[list[float], float]:
    """Keep so many runs; return what each took, and asking for the last week."""
    times = []
    async with History(url) as history:
        for number in range(runs):
            times.append(await _night(history, estate, _BEGIN + timedelta(number)))
            if number % 50 == 0:
                print(f"run {number + 1}: {times[-1]:.2f} s", flush=True)
            estate.night()
        since = _BEGIN + timedelta(max(runs - 7, 1))
        begun = time.perf_counter()
        count = 0
        async for _ in history.changes(since=since):
            count += 1
        week = time.perf_counter() - begun
    print(f"{count} changes in the last week")
    return times, week


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Measure, and return the numbers; none for a smaller estate than the aims'."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks history")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--changed", type=float, default=0.001, help="share a run")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "audits.db"
        estate = Estate(given.rows, given.changed)
        times, week = asyncio.run(_nights(f"sqlite:///{file}", given.runs, estate))
        size = file.stat().st_size
    found = {
        "the first run, seconds": (times[0], 10.0),
        "the slowest of the others, seconds": (max(times[1:], default=0.0), 10.0),
        "changes of the last week, seconds": (week, 1.0),
        "size of the file, GB": (size / 1e9, 2.0),
    }
    measures = [
        Measure(what=what, value=value, sense="at most", wanted=most)
        for what, (value, most) in found.items()
    ]
    title = f"{given.runs:,} runs of {given.rows:,} rows"
    print(title, *measures, sep="\n  ")
    return {} if argv else {title: {"measures": measures_as_json(measures)}}
