"""Four processes on one address, in good times and bad.

Each scenario has an independent server count what arrives. Nothing may be one too many
for a window; where nothing goes wrong, it takes at most 1.1 times as long as it must.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Final

from attrs import define, field

from ..model_server import ideal_seconds
from ..outcome import Measure, measures_as_json
from .redis_process import RedisProcess
from .shorter import shorter_limits

_PROCESSES: Final = 4
_ENDPOINTS: Final = ("listeners", "callbacks", "profiles", "extensions")
_STOPPED: Final = 5.0
_WITHOUT_REDIS: Final = 5.0


@define(kw_only=True)
class Run:
    """One scenario under way.

    Attributes:
        redis: the server that the limits are shared through.
        workers: the processes.
        shorter: how many times shorter the windows are.
        events: what was done, and when.
    """

    redis: RedisProcess
    workers: list[subprocess.Popen[str]]
    shorter: float
    events: list[str] = field(factory=list)
    _begun: float = field(factory=time.monotonic)

    def note(self, event: str) -> None:
        """Say what happens."""
        self.events.append(f"{time.monotonic() - self._begun:.1f} s: {event}")
        print(f"  {self.events[-1]}", flush=True)

    def wait(self, seconds: float) -> None:
        """Let some of the documented windows' time pass."""
        time.sleep(seconds / self.shorter)


def nothing(_: Run) -> None:
    """Let them work."""


def worker_killed(run: Run) -> None:
    """Kill one of them in the midst."""
    run.wait(20.0)
    run.workers[0].kill()
    run.note("a process was killed")


def worker_stopped(run: Run) -> None:
    """Stop one of them for a while."""
    run.wait(20.0)
    run.workers[0].send_signal(signal.SIGSTOP)
    run.note("a process was stopped")
    time.sleep(_STOPPED)
    run.workers[0].send_signal(signal.SIGCONT)
    run.note("it goes on")


def redis_killed(run: Run) -> None:
    """Kill Redis in the midst, and start an empty one."""
    run.wait(20.0)
    run.redis.kill()
    run.note("Redis was killed")
    time.sleep(_WITHOUT_REDIS)
    run.redis.start()
    run.note("an empty one was started")


def redis_gone(run: Run) -> None:
    """Kill Redis in the midst, and have it back after two minutes."""
    run.wait(20.0)
    run.redis.kill()
    run.note("Redis was killed")
    run.wait(120.0)
    run.redis.start()
    run.note("an empty one was started")


SCENARIOS: Final[dict[str, tuple[Callable[[Run], None], str]]] = {
    "nothing goes wrong": (nothing, "fail"),
    "a process is killed": (worker_killed, "fail"),
    "a process is stopped for 5 s": (worker_stopped, "fail"),
    "Redis is killed": (redis_killed, "fail"),
    "Redis is killed, on_lost='local'": (redis_gone, "local"),
}


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Run the scenarios, and print what the server counted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks scale")
    parser.add_argument("--requests", type=int, default=3_600)
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument(
        "--shorter",
        type=float,
        default=1.0,
        help="how many times the windows are shorter than the documented ones",
    )
    parser.add_argument("--only", choices=SCENARIOS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    results = {}
    for name in options.only or SCENARIOS:
        print(f"\n{name}", flush=True)
        results[name] = _run(name, options)
    return results


def _run(name: str, options: argparse.Namespace) -> dict[str, Any]:
    disturb, on_lost = SCENARIOS[name]
    rng = random.Random(options.seed)
    load = [
        (rng.randrange(1, options.accounts + 1), rng.choice(_ENDPOINTS))
        for _ in range(options.requests)
    ]
    with ExitStack() as stack:
        redis = stack.enter_context(RedisProcess())
        server = stack.enter_context(_started("arrivals", str(options.shorter)))
        assert server.stdout is not None
        port = int(server.stdout.readline())
        workers = [stack.enter_context(_started("worker")) for _ in range(_PROCESSES)]
        run = Run(redis=redis, workers=workers, shorter=options.shorter)
        for number, worker in enumerate(workers):
            orders = {
                "redis": redis.url,
                "server": f"http://127.0.0.1:{port}",
                "shorter": options.shorter,
                "on_lost": on_lost,
                "requests": load[number::_PROCESSES],
            }
            assert worker.stdin is not None
            worker.stdin.write(json.dumps(orders))
            worker.stdin.close()
        disturb(run)
        ends = [_end(worker) for worker in workers]
        counted = json.loads(server.communicate("")[0])
    least = ideal_seconds(
        [(str(account), endpoint) for account, endpoint in load],
        shorter_limits(options.shorter),
    )
    return _judge(name, run, counted, ends, least)


def _started(module: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 our own module
        [sys.executable, "-m", f"benchmarks.scale.{module}", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _end(worker: subprocess.Popen[str]) -> dict[str, int]:
    assert worker.stdout is not None
    text = worker.stdout.read()
    worker.wait()
    ends: dict[str, int] = json.loads(text) if text else {"killed": 1}
    return ends


def _judge(
    name: str,
    run: Run,
    counted: dict[str, Any],
    ends: Sequence[dict[str, int]],
    least: float,
) -> dict[str, Any]:
    times, over = counted["times"], counted["over"]
    seconds = times[-1] if times else 0.0
    measures = [
        Measure(what="one too many", value=len(over), sense="at most", wanted=0)
    ]
    if name == "nothing goes wrong":
        ratio = seconds / least if least else 1.0
        measures.append(
            Measure(what="of the least time", value=ratio, sense="at most", wanted=1.1)
        )
    print(f"  {len(times):,} arrived in {seconds:.1f} s; at least {least:.1f} s", *ends)
    print(*(f"  {measure}" for measure in measures), *over[:5], sep="\n")
    return {
        "arrived": len(times),
        "seconds": seconds,
        "least_seconds": least,
        "events": run.events,
        "measures": measures_as_json(measures),
    }
