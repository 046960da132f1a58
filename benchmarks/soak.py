"""Clients that live long among faults: is anything left of what they did?

``python -m benchmarks soak --requests 1000000``. The server, a sandbox in a process of
its own, fails one request in eight; the callers renew tokens, cancel, run out
of time, leave scans early, and close clients under each other's feet. After each tenth
all clients are closed, and what is left is counted and printed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import gc
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import define, field, frozen

from phonecom_events import (
    LinqClient,
    PhoneComClient,
    PhonecomEventsError,
    RateLimits,
    Request,
    Response,
    RetryPolicy,
)
from phonecom_events.middleware import Handler
from phonecom_events.phonecom import HttpConfig
from phonecom_events.ratelimit import Window

from .outcome import Measure, measures_as_json
from .soak_server import ACCOUNT, API_KEY, TOKEN

TENTHS: Final = 10
MOST_GROWTH: Final = 2.0  # MB
_CALLERS: Final = 24
_CALLS_OF_A_CLIENT: Final = 150
_MB: Final = 1_000_000
_WIDE: Final = 10**6
# Asked before every request, as in use, and never full.
_LIMITS: Final = RateLimits(
    endpoint=(Window(_WIDE, 1),),
    account=(Window(_WIDE, 1),),
    address_endpoint=(Window(_WIDE, 1),),
    address=(Window(_WIDE, 1),),
)
_CONFIG: Final = HttpConfig(url="https://hooks.example.org/soak")


@frozen(kw_only=True)
class Left:
    """Say what there is once all clients are closed.

    Attributes:
        requests: how many were sent until then.
        tasks, sockets, threads: more than there were at the beginning.
        memory: resident, in MB.
        seconds: since the beginning.
    """

    requests: int
    tasks: int
    sockets: int
    threads: int
    memory: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.requests:>9,} requests, {self.seconds:7.1f} s: {self.memory:6.1f} MB,"
            f" {self.tasks} tasks, {self.sockets} sockets, {self.threads} threads left"
        )


@define
class Soak:
    """Hold what all callers share.

    Attributes:
        urls: of both services.
        rng: what chooses.
        requests: how many were sent; each attempt is one.
        target: how many are to be.
        renewals: how often a token was asked for.
        ended: how calls ended, by class.
        unexpected: errors that no documentation has.
    """

    urls: Mapping[str, str]
    rng: random.Random
    requests: int = 0
    renewals: int = 0
    target: int = 0
    ended: Counter[str] = field(factory=Counter)
    unexpected: list[BaseException] = field(factory=list)

    async def until(self, requests: int) -> None:
        """Have callers call until so many requests were sent."""
        self.target = requests
        while self.requests < requests:
            async with (
                PhoneComClient(
                    self._token,
                    base_url=self.urls["phonecom"],
                    rate_limits=_LIMITS,
                    retry=RetryPolicy(base=0.001),
                    timeout=0.3,
                    deadline=1.0,
                    middlewares=[self._count],
                ) as phonecom,
                LinqClient(
                    API_KEY,
                    base_url=self.urls["linq"],
                    retry=RetryPolicy(base=0.001),
                    timeout=0.3,
                    middlewares=[self._count],
                ) as linq,
            ):
                callers = [
                    asyncio.create_task(self._caller(phonecom, linq))
                    for _ in range(_CALLERS)
                ]
                # One that has no call left to make closes a client under the others.
                await asyncio.wait(callers, return_when=asyncio.FIRST_COMPLETED)
                await phonecom.aclose()
                await asyncio.wait(callers)

    async def _caller(self, phonecom: PhoneComClient, linq: LinqClient) -> None:
        jobs = self._jobs(phonecom, linq)
        for _ in range(self.rng.randrange(_CALLS_OF_A_CLIENT // 2, _CALLS_OF_A_CLIENT)):
            call = asyncio.create_task(self._job(self.rng.choice(jobs)))
            if self.rng.randrange(20) == 0:
                await asyncio.sleep(self.rng.uniform(0, 0.01))
                call.cancel()
            await asyncio.wait([call])
            if call.cancelled():
                self.ended["cancelled"] += 1
                continue
            self.ended[call.result()] += 1
            if call.result() == "SessionClosed" or self.requests >= self.target:
                break

    async def _job(self, job: Callable[[], Awaitable[object]]) -> str:
        limit = self.rng.uniform(0, 0.02) if self.rng.randrange(20) == 0 else None
        try:
            async with asyncio.timeout(limit):
                await job()
        except (PhonecomEventsError, TimeoutError) as error:
            return type(error).__name__
        except Exception as error:  # noqa: BLE001  what must not be, and is told
            self.unexpected.append(error)
            return f"UNEXPECTED {type(error).__name__}"
        return "fine"

    def _jobs(
        self, phonecom: PhoneComClient, linq: LinqClient
    ) -> Sequence[Callable[[], Awaitable[object]]]:
        account = phonecom.account(ACCOUNT)
        listeners, callbacks = account.listeners, account.callbacks

        async def change() -> None:
            made = await callbacks.create(config=_CONFIG, name="soak")
            await callbacks.update(made.id, name="soaked")
            await callbacks.delete(made.id)

        async def leave_early() -> None:
            prefetch = self.rng.randrange(4)
            async with contextlib.aclosing(
                aiter(listeners.list(page_size=5, prefetch=prefetch))
            ) as rows:
                async for row in rows:
                    if row.id % 7 == 0:
                        break

        return (
            lambda: listeners.get(self.rng.randrange(1, 50)),
            lambda: listeners.list(page_size=10, prefetch=2).collect(),
            change,
            leave_early,
            lambda: linq.webhook_subscriptions.list().collect(),
        )

    async def _token(self) -> str:
        self.renewals += 1
        await asyncio.sleep(0)
        return TOKEN

    async def _count(self, request: Request, call_next: Handler) -> Response:
        self.requests += 1
        return await call_next(request)


async def soak(
    urls: Mapping[str, str], requests: int, seed: int, *, parts: int = TENTHS
) -> tuple[Soak, list[Left]]:
    """Send so many requests; return what was left after each part of them."""
    loop = asyncio.get_running_loop()
    run = Soak(urls, random.Random(seed))
    loop.set_exception_handler(
        lambda _, told: run.unexpected.append(
            told.get("exception") or RuntimeError(told["message"])
        )
    )
    # What a process makes once and keeps is no leak: threads, imports, caches.
    await run.until(max(200, requests // 100))
    started, before, found = time.monotonic(), _counts(), list[Left]()
    run.requests = 0
    for part in range(1, parts + 1):
        await run.until(requests * part // parts)
        await asyncio.sleep(0.05)  # closed sockets leave the loop in its next rounds
        now = _counts()
        found.append(
            Left(
                requests=run.requests,
                memory=_memory(),
                seconds=time.monotonic() - started,
                **{name: now[name] - before[name] for name in now},
            )
        )
        print(found[-1], flush=True)
    return run, found


def _counts() -> dict[str, int]:
    gc.collect()
    sockets = 0
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the folder's own is closed by now
            sockets += str(link.readlink()).startswith("socket:")
    return {
        "tasks": len(asyncio.all_tasks()),
        "sockets": sockets,
        "threads": threading.active_count(),
    }


def _memory() -> float:
    # What the allocator keeps for itself says nothing of what is held.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MB


@contextlib.contextmanager
def soak_server(seed: int) -> Iterator[Mapping[str, str]]:
    """Run `soak_server` in a process of its own; give its URLs."""
    with subprocess.Popen(  # noqa: S603 our own module
        [sys.executable, "-m", "benchmarks.soak_server", str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.stdin.close()


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Soak, print and return the measures; fail if one is not reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks soak")
    parser.add_argument("--requests", type=lambda text: int(text.replace("_", "")))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    requests = options.requests or 20_000
    with soak_server(options.seed) as urls:
        run, found = asyncio.run(soak(urls, requests, options.seed))
    print(f"{run.renewals:,} tokens asked for")
    print(", ".join(f"{count:,} {name}" for name, count in run.ended.most_common()))
    measures = measures_of(run, found)
    print(*measures, sep="\n")
    if not all(measure.met for measure in measures):
        print(*map(repr, run.unexpected[:9]), sep="\n")
        raise SystemExit(1)
    numbers = {
        "memory_mb": [round(left.memory, 1) for left in found],
        "seconds": round(found[-1].seconds),
        "measures": measures_as_json(measures),
    }
    return {f"{requests:,} requests among faults": numbers}


def measures_of(run: Soak, found: Sequence[Left]) -> tuple[Measure, ...]:
    """Compare what is left with what may be."""
    last = found[-1]
    wanted = (
        ("tasks left", last.tasks, 0),
        ("sockets left", last.sockets, 0),
        ("threads left", last.threads, 0),
        ("errors that are not documented", len(run.unexpected), 0),
        (
            "MB after the last tenth over the first",
            last.memory - found[0].memory,
            MOST_GROWTH,
        ),
    )
    return tuple(
        Measure(what=what, value=value, sense="at most", wanted=most)
        for what, value, most in wanted
    )
