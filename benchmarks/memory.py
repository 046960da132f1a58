"""Memory: whether a scan of a million listeners needs more than one of few.

Each scan has a fresh process, and the server one of its own.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final

from .aims import measured
from .outcome import measures_as_json
from .process import served

_FEW: Final = 10_000
_MB: Final = 1_000_000


def peak(listeners: int) -> float:
    """Return the peak of the memory of one scan, in MB."""
    with served(listeners=listeners) as url:
        command = [sys.executable, "-m", "benchmarks.streaming", url, str(listeners)]
        done = subprocess.run(  # noqa: S603 our own module
            command, check=True, stdout=subprocess.PIPE
        )
    return int(done.stdout) / _MB


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks memory")
    parser.add_argument("--listeners", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(argv)
    few, many = [], []
    for _ in range(options.runs):
        few.append(peak(_FEW))
        many.append(peak(options.listeners))
    measure = measured(
        "memory",
        f"MB that {options.listeners:,} need over {_FEW:,}, at worst",
        max(many) - min(few),
    )
    title = "peak memory of a scan, item by item"
    print(f"\n{title}")
    for listeners, peaks in ((_FEW, few), (options.listeners, many)):
        least, median = min(peaks), statistics.median(peaks)
        print(f"  {listeners:>9,} listeners: {least:.1f} MB, median {median:.1f} MB")
    print(f"  {measure}")
    return {
        title: {
            "peaks_mb": {f"{_FEW:,}": few, f"{options.listeners:,}": many},
            "measures": measures_as_json((measure,)),
        }
    }
