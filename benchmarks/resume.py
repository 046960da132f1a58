"""An audit that is killed at twenty random moments, and resumed each time.

Its report, and what a history has of it, have to be those of an audit nobody killed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from phonecom_events.history import Change, History
from phonecom_events.sandbox import Sandbox
from tests.cli.audit.kills import Outcome, fill, killed

from .outcome import Measure, measures_as_json


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Compare its report with that of one run, and count what was read twice."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks resume")
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args(argv)
    outcome, changes, missing = asyncio.run(
        _outcome(options.accounts, options.kills, random.Random(options.seed))
    )
    print(f"{outcome.again:+} requests")
    measures = (
        Measure(what="kills", value=outcome.kills, sense="at least", wanted=20),
        Measure(
            what="reports that differ",
            value=int(not outcome.same),
            sense="at most",
            wanted=0,
        ),
        Measure(
            what="accounts read twice whole",
            value=len(outcome.twice),
            sense="at most",
            wanted=0,
        ),
        Measure(
            what=f"of {changes:,} changes in the history, those that differ",
            value=missing,
            sense="at most",
            wanted=0,
        ),
    )
    print(*measures, sep="\n")
    return {
        f"an audit of {options.accounts} accounts, killed and resumed": {
            "requests made again": outcome.again,
            "measures": measures_as_json(measures),
        }
    }


async def _outcome(
    accounts: int, kills: int, rng: random.Random
) -> tuple[Outcome, int, int]:
    """Return also how many changes there should be, and how many are others."""
    async with Sandbox() as sandbox:
        fill(sandbox, accounts)
        with TemporaryDirectory() as name:
            folder = Path(name)
            outcome = await killed(sandbox, folder, kills=kills, rng=rng, history=True)
            whole = await _changes(f"sqlite:///{folder}/whole.db")
            resumed = await _changes(f"sqlite:///{folder}/resumed.db")
            others = (whole - resumed).total() + (resumed - whole).total()
            return outcome, whole.total(), others


async def _changes(url: str) -> Counter[tuple[Any, ...]]:
    def plain(change: Change) -> tuple[Any, ...]:
        fields = sorted((name, str(some)) for name, some in change.fields.items())
        return (change.account, change.kind, change.id, change.what, *fields)

    async with History(url, create=False) as history:
        return Counter([plain(each) async for each in history.changes()])
