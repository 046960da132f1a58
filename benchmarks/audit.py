"""The audit: its CPU, and whether 2,000 accounts need more memory than 200.

Each audit has a fresh process, and the sandbox one of its own, which counts the
requests. Every account has as many callbacks and profiles as listeners, so that 500
of each take two pages of each: 6 requests.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final

from .aims import measured
from .outcome import measures_as_json

_KIB: Final = 1024
_MB: Final = 1_000_000
_ROW: Final = (
    "  {:>8} accounts: {:>9} listeners in {:>6} requests, {:>6} s, peak {:>6} MB"
)


def measure(accounts: int, listeners: int) -> dict[str, float]:
    """Run one audit; return its counts, and its peak in MB."""
    command = [sys.executable, "-m", "benchmarks.accounts_server"]
    with subprocess.Popen(  # noqa: S603 our own module
        [*command, f"--listeners={listeners}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        url, token = server.stdout.readline().split()
        auditing = [sys.executable, "-m", "benchmarks.auditing", url, token]
        done = subprocess.run(  # noqa: S603 our own module
            [*auditing, str(accounts)], check=True, stdout=subprocess.PIPE
        )
        server.stdin.close()
        most = int(server.stdout.readline())
    found: dict[str, float] = json.loads(done.stdout)
    peak = found.pop("peak_kib") * _KIB / _MB
    return {**found, "peak_mb": peak, "most_requests_an_account": most}


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks audit")
    parser.add_argument("--few", type=int, default=200, help="accounts")
    parser.add_argument("--many", type=int, default=2_000, help="accounts")
    parser.add_argument("--listeners", type=int, default=500, help="of each account")
    options = parser.parse_args(argv)
    title = f"audit of accounts with {options.listeners:,} listeners each"
    print(f"\n{title}")
    runs = {}
    for accounts in (options.few, options.many):
        run = runs[accounts] = measure(accounts, options.listeners)
        counts = (f"{accounts:,}", f"{run['listeners']:,}", f"{run['requests']:,}")
        print(_ROW.format(*counts, f"{run['seconds']:.1f}", f"{run['peak_mb']:.1f}"))
    few, many = runs[options.few], runs[options.many]
    measures = (
        measured(
            "audit memory",
            f"peak memory of {options.many:,} accounts over {options.few:,}",
            many["peak_mb"] / few["peak_mb"],
        ),
        measured(
            "audit requests",
            "requests of an account, at worst",
            many["most_requests_an_account"],
        ),
        measured(
            "audit CPU",
            "CPU of the client for a listener, in µs",
            1e6 * many["cpu_seconds"] / many["listeners"],
        ),
    )
    for each in measures:
        print(f"  {each}")
    return {
        title: {
            "runs": {f"{accounts:,}": run for accounts, run in runs.items()},
            "measures": measures_as_json(measures),
        }
    }
