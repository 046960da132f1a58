"""The audit of one large account: how long the event loop stands still at most.

A task wants to run every millisecond, as an asyncio service has others to serve; how
late it is, is how long the loop stood still. The account's server has a process of its
own.

A full collection of garbage goes through all that the process holds, however little of
that is the audit's. So each audit is measured twice: as it is, and with what the process
held before put aside (`gc.freeze`), which leaves what the audit itself adds.

On a busy machine the loop also stands still because another process runs. So the CPU
that its thread took between two beats is told beside it, which is not compared.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import product
from math import inf
from typing import Any, Final

from attrs import frozen

from phonecom_events import PhoneComClient
from phonecom_events.audit import audit

from .aims import AIMS, measured
from .large_account import NOW, Case
from .outcome import Measure, measures_as_json
from .process import served
from .samples import ACCOUNT

_BEAT: Final = 0.001
_LONGEST: Final = AIMS["stall, 20,000"].wanted


@frozen(kw_only=True)
class Run:
    """Say what one audit did to the loop.

    Attributes:
        stall_ms: how long it stood still, at most.
        busy_ms: the CPU that its thread took meanwhile, at most.
        collection_ms: how long a collection of garbage took, at most.
        cpu_us: for each listener, the heartbeat's included.
        findings: how many there were.
    """

    stall_ms: float
    busy_ms: float
    collection_ms: float
    cpu_us: float
    findings: int

    def __str__(self) -> str:
        return (
            f"{self.stall_ms:>6.1f} ms at most ({self.busy_ms:.1f} of CPU,"
            f" {self.collection_ms:.1f} of garbage), {self.cpu_us:>5.1f} µs of CPU a"
            f" listener, {self.findings:,} findings"
        )


async def _heartbeat(late: list[float], busy: list[float]) -> None:
    """Note by how much each beat is late, and the CPU since the last, in seconds."""
    while True:
        due, cpu = time.perf_counter() + _BEAT, time.thread_time()
        await asyncio.sleep(_BEAT)
        late.append(time.perf_counter() - due)
        busy.append(time.thread_time() - cpu)


@contextmanager
def _collections() -> Iterator[list[float]]:
    """Note how long each collection of garbage takes, in seconds."""
    taken: list[float] = [0.0]
    started = 0.0

    def note(phase: str, _: object) -> None:
        nonlocal started
        if phase == "start":
            started = time.perf_counter()
        else:
            taken.append(time.perf_counter() - started)

    gc.callbacks.append(note)
    try:
        yield taken
    finally:
        gc.callbacks.remove(note)


async def _audit(url: str, listeners: int) -> Run:
    """Audit the account beside a heartbeat."""
    late: list[float] = []
    busy: list[float] = []
    async with PhoneComClient("token", base_url=url, rate_limits=None) as phonecom:
        heart = asyncio.create_task(_heartbeat(late, busy))
        with _collections() as collections:
            cpu = time.process_time()
            when = datetime.fromtimestamp(NOW, UTC)
            report = await audit(phonecom, [ACCOUNT], now=when)
            cpu = time.process_time() - cpu
        heart.cancel()
        await asyncio.wait([heart])
    assert not report.unreadable
    assert report.items["listeners"] == listeners
    return Run(
        stall_ms=1_000 * max(late),
        busy_ms=1_000 * max(busy),
        collection_ms=1_000 * max(collections),
        cpu_us=1_000_000 * cpu / listeners,
        findings=len(report.findings),
    )


def audited(case: Case, listeners: int, *, frozen_before: bool = False) -> Run:
    """Run one audit.

    Args:
        case: what the account is like.
        listeners: how many it has.
        frozen_before: let the collector pass over what there is before.
    """
    with served("benchmarks.large_account", case=case, listeners=listeners) as url:
        if frozen_before:
            gc.collect()
            gc.freeze()
        try:
            return asyncio.run(_audit(url, listeners))
        finally:
            gc.unfreeze()


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks stalls")
    parser.add_argument("--listeners", type=int, nargs="+", default=[20_000, 100_000])
    options = parser.parse_args(argv)
    title = "event loop beside the audit of one account"
    print(f"\n{title}")
    audited(Case.CLEAN, 10)  # the first page of a process builds the readers of models
    measures: list[Measure] = []
    for listeners in options.listeners:
        measures += _measured(listeners)
    for each in measures:
        print(f"  {each}")
    return {title: {"measures": measures_as_json(tuple(measures))}}


def _measured(listeners: int) -> Iterator[Measure]:
    """Audit accounts of one size, and print what that did to the loop."""
    cpu: dict[Case, float] = {}
    for frozen_before, case in product((False, True), Case):
        name = f"{case}, the rest frozen" if frozen_before else str(case)
        run = audited(case, listeners, frozen_before=frozen_before)
        print(f"  {listeners:>8,} listeners, {name:<40}{run}")
        cpu[case] = min(cpu.get(case, inf), run.cpu_us)
        what = f"longest stand-still in ms, {listeners:,} listeners, {name}"
        aim = f"stall, {listeners:,}"
        if aim in AIMS and not frozen_before:
            yield measured(aim, what, run.stall_ms)
        else:
            yield Measure(
                what=what, value=run.stall_ms, sense="at most", wanted=_LONGEST
            )
    yield measured(
        "audit of findings",
        f"CPU, {listeners:,} listeners, every one wrong over nothing wrong",
        cpu[Case.WRONG] / cpu[Case.CLEAN],
    )
