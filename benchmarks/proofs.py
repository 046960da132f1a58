"""Scans of vendors with every bad habit: is what they call proven so?

The model is `tests/pagination/vendor.py`, each hunt one of `tests/pagination/hunt.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from random import Random
from typing import Any

from tests.pagination.hunt import FalseProof, random_hunt
from tests.pagination.vendor import random_habits

from .outcome import Measure, measures_as_json

_AT_ONCE = 1_000


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Count the proofs, and those that are false."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks proofs")
    parser.add_argument("--scans", type=int, default=20_000, help="at least so many")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(argv)
    began = time.perf_counter()
    seeds = (f"{options.seed} {first}" for first in range(0, options.scans, _AT_ONCE))
    with ProcessPoolExecutor(options.processes) as pool:
        counts: Counter[str] = sum(pool.map(_hunts, seeds), Counter())
    print(f"{counts['scans']} scans in {time.perf_counter() - began:.0f} s")
    for what, count in sorted(counts.items()):
        print(f"  {count:>9,} {what}")
    return _numbers(counts)


def _hunts(seed: str) -> Counter[str]:
    """Play a thousand hunts, each of which is one scan or several."""
    return asyncio.run(_play(f"{seed} {number}" for number in range(_AT_ONCE)))


async def _play(seeds: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for seed in seeds:
        random = Random(seed)
        try:
            hunt = await random_hunt(random, random_habits(random))
        except FalseProof as error:
            counts["scans"] += 1
            if error.broken:
                counts[f"untrue: {'; '.join(sorted(error.broken))}"] += 1
            else:
                counts["false proofs"] += 1
                print(f"seed {seed!r}: {error}", flush=True)
        else:
            counts += Counter(hunt.counts)
    return counts


def _numbers(counts: Counter[str]) -> dict[str, Any]:
    wrong = counts["false proofs"]
    measures = (Measure(what="false proofs", value=wrong, sense="at most", wanted=0),)
    print(*measures, sep="\n")
    return {
        "scans of vendors with bad habits": {
            **counts,
            "measures": measures_as_json(measures),
        }
    }
