"""Audits that are killed at random moments and resumed, and what came of them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from attrs import field, frozen

from phonecom_events.sandbox import Fault, Sandbox

LARGE = 1
_COSTS = ("requests", "retries", "waited", "queued", "repeats", "steps_back")


@frozen(kw_only=True)
class Outcome:
    """Say what came of an audit that was killed and resumed.

    Attributes:
        kills: how many processes were killed.
        same: whether its report is that of an audit that nobody killed.
        twice: accounts that more than one process read whole.
        again: how many requests were made more than in one run.
    """

    kills: int
    same: bool
    twice: list[str] = field(factory=list)
    again: int


def fill(sandbox: Sandbox, accounts: int) -> None:
    """Add small accounts and a large one, each answer of which takes a moment."""
    for voip_id in range(1, accounts + 1):
        sandbox.add_listener(voip_id, expires_at=1)
    for _ in range(3_000):
        sandbox.add_listener(LARGE, expires_at=1)
    sandbox.fault(Fault(delay=0.01, times=None))


async def killed(
    sandbox: Sandbox, folder: Path, *, kills: int, rng: Random, history: bool = False
) -> Outcome:
    """Audit at once, and once more with kills in between; compare.

    Args:
        sandbox: filled.
        folder: for the files.
        kills: how many processes to kill.
        rng: chooses the moments.
        history: keep runs in whole.db, and in resumed.db.
    """

    def kept(name: str) -> list[str]:
        return [f"--history=sqlite:///{folder / name}.db"] if history else []

    whole = await _audit(sandbox, folder / "whole.json", *kept("whole"))
    pages, cost = Counter(map(_page, sandbox.requests)), len(sandbox.requests)
    by_account: dict[str, set[str]] = {}
    for account, page in pages:
        by_account.setdefault(account, set()).add(page)
    times: Counter[str] = Counter()
    sandbox.clear_requests()
    again = -cost
    done = 0
    report = None
    while report is None:
        most = rng.randrange(1, 2 * cost // (kills + 1)) if done < kills else None
        options = [f"--resume-file={folder / 'resume'}", *kept("resumed")]
        report = await _audit(
            sandbox, folder / "resumed.json", *options, most=most, rng=rng
        )
        done += report is None
        asked: dict[str, set[str]] = {}
        for account, page in map(_page, sandbox.requests):
            asked.setdefault(account, set()).add(page)
        times.update(who for who, some in asked.items() if some >= by_account[who])
        again += len(sandbox.requests)
        sandbox.clear_requests()
    # What is measured at differs by the seconds in between, and nothing else may.
    for each in (whole, report):
        assert each is not None
        _forget_costs(each)
    return Outcome(
        kills=done,
        same=whole == report,
        twice=[account for account, count in times.items() if count > 1],
        again=again,
    )


async def _audit(
    sandbox: Sandbox,
    output: Path,
    *options: str,
    most: int | None = None,
    rng: Random | None = None,
) -> dict[str, Any] | None:
    """Audit in a process; kill it after some requests, or return the report."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "phonecom_events", "audit", "--format", "json"),
        *("--quiet", "--no-linq", "--concurrency", "4", "--output", str(output)),
        *options,
        env={
            **os.environ,
            "PHONECOM_TOKEN": sandbox.token,
            "PHONECOM_BASE_URL": sandbox.phonecom_url,
            "PHONECOM_ACCOUNTS": ",".join(map(str, sandbox.accounts)),
        },
        stdout=DEVNULL,
        stderr=PIPE,
    )
    ended = asyncio.create_task(process.communicate())
    if most is not None and rng is not None:
        while len(sandbox.requests) < most and not ended.done():
            await asyncio.sleep(0.001)
        await asyncio.sleep(rng.random() * 0.02)
        if not ended.done():
            process.kill()
    _, told = await ended
    if process.returncode == -9:
        return None
    assert process.returncode == 0, told.decode()
    report: dict[str, Any] = json.loads(await asyncio.to_thread(output.read_bytes))
    return report


def _page(request: Any) -> tuple[str, str]:
    account = request.path.partition("/accounts/")[2].partition("/")[0]
    return account, f"{request.path}?{dict(request.query).get('offset')}"


def _forget_costs(report: dict[str, Any]) -> None:
    del report["audited_at"], report["summary"]["requests"]
    for part in report["audited"]:
        for reading in part["readings"]:
            for cost in _COSTS:
                del reading[cost]
