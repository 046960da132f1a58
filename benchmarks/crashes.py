"""A receiver that is posted to and killed at a random moment, twenty times over."""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.receiver.crashes import Outcome, crash

from .outcome import Measure, measures_as_json


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Count what was acknowledged and lost, or handled twice by one process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks crashes")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--kills", type=int, default=1, help="in each run")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args(argv)
    rng = random.Random(options.seed)
    outcomes = []
    for run in range(options.runs):
        with TemporaryDirectory() as folder:
            killing = crash(Path(folder), kills=options.kills, rng=rng, within=2.0)
            outcome = asyncio.run(killing)
        print(f"run {run + 1}: {outcome}")
        outcomes.append(outcome)
    return _numbers(outcomes)


def _numbers(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    lost = sum(len(outcome.lost) for outcome in outcomes)
    repeated = sum(len(outcome.repeated) for outcome in outcomes)
    measures = (
        Measure(what="acknowledged and lost", value=lost, sense="at most", wanted=0),
        Measure(
            what="handled twice by one process",
            value=repeated,
            sense="at most",
            wanted=0,
        ),
    )
    print(*measures, sep="\n")
    return {
        f"{len(outcomes)} receivers killed amid their work": {
            "acknowledged": sum(len(outcome.acknowledged) for outcome in outcomes),
            "handled again after a crash": sum(outcome.again for outcome in outcomes),
            "measures": measures_as_json(measures),
        }
    }
