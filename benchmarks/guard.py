"""The guard: figures of ten jobs that do not hang on how busy the machine is.

``python -m benchmarks guard`` counts what each job in `guard_jobs` costs and compares
it with `guard.json`; what has grown by more than 5 % fails. ``guard --accept`` writes
the counts anew, for a growth that is worth it; the change of the file then shows it.

Counted are, of a job that has run before:

- calls: of this package's functions, and of those in C by these (`sys.setprofile`);
- objects: that the garbage collector was told of, in tens, net of those that died at
  once: what shows work in C, such as a body that is parsed twice;
- peak: the most KiB allocated at once (`tracemalloc`);
- requests, and iterations of the event loop.

Instructions of the processor would tell more, but the file could not be compared
between machines that count them and those that do not. Counts differ from one Python
to the next: they are kept for the oldest that is claimed, and elsewhere not compared.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final

import phonecom_events

from .guard_jobs import JOBS, Answering, Job, answering

_SOURCES: Final = str(Path(phonecom_events.__file__).parent)
KEPT: Final = Path(__file__).with_name("guard.json")
PYTHON: Final = (3, 11)
MOST_GROWTH: Final = 0.05
# What a small count may grow by, since 5 % of it would be less than one.
_SLACK: Final = {"objects": 2, "peak_kib": 4}
_OBJECTS: Final = 10
_WARM_UP: Final = 2

Counts = Mapping[str, int]


class _CountingLoop(asyncio.SelectorEventLoop):
    iterations = 0

    def _run_once(self) -> None:
        self.iterations += 1
        super()._run_once()  # type: ignore[misc]  # asyncio's own, and not in its stubs


def count(job: Job) -> dict[str, int]:
    """Run a job some times, and return what one run costs."""
    answer = answering()
    for _ in range(_WARM_UP):
        _run(job, answer)
    before = answer.requests
    iterations = _run(job, answer)
    requests = answer.requests - before
    return {
        "calls": _calls(lambda: _run(job, answer)),
        "objects": _objects(lambda: _run(job, answer)),
        "peak_kib": _peak(lambda: _run(job, answer)),
        "requests": requests,
        "iterations": iterations,
    }


def _run(job: Job, answer: Answering) -> int:
    """Run it, and return how often the event loop went round."""
    loop = _CountingLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(job(answer))
    return loop.iterations


def _calls(work: Callable[[], object]) -> int:
    calls = 0

    def seen(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        # At a call of a function in C, the frame is the caller's.
        if event in {"call", "c_call"} and frame.f_code.co_filename.startswith(
            _SOURCES
        ):
            calls += 1

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def _objects(work: Callable[[], object]) -> int:
    collections = 0

    def seen(phase: str, _: Mapping[str, int]) -> None:
        nonlocal collections
        collections += phase == "start"

    usual = gc.get_threshold()
    gc.collect()
    gc.callbacks.append(seen)
    # Older generations are left alone: when their turn comes depends on what was before.
    gc.set_threshold(_OBJECTS, 1_000_000, 1_000_000)
    try:
        work()
    finally:
        gc.set_threshold(*usual)
        gc.callbacks.remove(seen)
    return collections


def _peak(work: Callable[[], object]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] // 1024
    finally:
        tracemalloc.stop()


def grown(kept: Counts, now: Counts) -> list[str]:
    """Return what is more than is allowed over what was kept, in words."""
    return [
        f"{what}: {now[what]:,}, and {before:,} were kept"
        f" ({now[what] / max(before, 1) - 1:+.1%})"
        for what, before in kept.items()
        if now[what] > before * (1 + MOST_GROWTH) + _SLACK.get(what, 0)
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Count, compare or accept, and print it; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks guard")
    parser.add_argument("--accept", action="store_true", help="keep today's counts")
    parser.add_argument("--job", choices=JOBS, help="count one, and print it as JSON")
    options = parser.parse_args(argv)
    if options.job:
        print(json.dumps(count(JOBS[options.job])))
        return 0
    if sys.version_info[:2] != PYTHON:
        print(f"guard: skipped, its counts are those of Python {PYTHON[0]}.{PYTHON[1]}")
        return 0
    now = {name: _counted(name) for name in JOBS}
    if options.accept:
        KEPT.write_text(json.dumps(now, indent=2) + "\n")
        return 0
    kept = json.loads(KEPT.read_text())
    failed = False
    for name, counts in now.items():
        more = grown(kept[name], counts)
        failed |= bool(more)
        print(f"{name}: {'; '.join(more) or 'as kept'}")
    if failed:
        print("accept it, if it is worth it: python -m benchmarks guard --accept")
    return int(failed)


def _counted(name: str) -> dict[str, int]:
    """Count a job in a process of its own, in which all hashes are the same."""
    done = subprocess.run(  # noqa: S603 our own module
        [sys.executable, "-m", "benchmarks.guard", f"--job={name}"],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    counts: dict[str, Any] = json.loads(done.stdout)
    return counts


if __name__ == "__main__":
    sys.exit(main())
