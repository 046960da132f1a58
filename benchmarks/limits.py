"""Rate limits on a virtual clock: refusals, and the time that it takes.

(a) 10,000 requests over 20 accounts and 6 endpoints, where the address's windows
are the narrowest, and 2,000 of 10 accounts to one endpoint, where those of account
and endpoint are; (b) three pages of each of many accounts; and 50 requests while
another process uses the same quota. The server counts in sliding or in fixed
windows, and answers after 0 to 400 ms.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Final

from phonecom_events.ratelimit import PHONECOM_LIMITS

from .limiters import installed, this_package
from .model_server import ModelServer, ideal_seconds
from .simulation import Load, Make, Neighbour, Outcome, simulate

STYLES: Final = ("sliding", "fixed")
_PAGES: Final = 3
_SMALL: Final = 1_000
NEIGHBOURS: Final[Mapping[str, Neighbour]] = {
    "all of it just before": Neighbour(first=30),
    "half of it just before": Neighbour(first=15),
    "all, then 1 a second": Neighbour(first=30, every=1.0),
    "half, then 1 in 2 s": Neighbour(first=15, every=2.0),
    "1 a second": Neighbour(every=1.0),
    "20 at 15 s, then 1 a s": Neighbour(start=15.0, first=20, every=1.0),
    "30 at 30.5 s": Neighbour(start=30.5, first=30),
}


def measure_many_requests(
    limiters: Mapping[str, Make], seed: int
) -> dict[str, dict[str, float]]:
    """Measure (a): every limiter, every load, both kinds of windows."""
    print("\n(a) 10,000 requests, 20 accounts x 6 endpoints; or 2,000, 10 x 1")
    _print_row("", "load", "windows", "sent", "429", "seconds", "/ ideal")
    results = {}
    for name, make in limiters.items():
        for what, load in _loads(seed).items():
            for style in STYLES:
                got = simulate(make, load, _server(style, seed))
                results[f"{name}, {what}, {style}"] = _numbers(got, load)
                cells = got.refused, f"{got.seconds:.1f}", _ratio(got, load)
                _print_row(name, what, style, got.sent, *cells)
    return results


def measure_many_accounts(
    accounts: int, rounds: int, seed: int
) -> dict[str, dict[str, float]]:
    """Measure (b), and CPU for each request beside that of a small load.

    The small load is run before and after the large one; the loop's and the
    model server's own work is included in both.
    """
    print(f"\n(b) {_PAGES} pages of each account")
    _print_row("", "accounts", "windows", "429", "seconds", "/ ideal", "us CPU")
    results = {}
    numbers = (*(_SMALL,) * rounds, accounts, *(_SMALL,) * rounds)
    for style in STYLES:
        cpu: dict[int, list[float]] = {}
        for number in numbers:
            load = _pages_of(number)
            got = simulate(this_package, load, _server(style, seed))
            cpu.setdefault(number, []).append(got.cpu)
            results[f"{number} accounts, {style}"] = _numbers(got, load)
            cells = f"{got.seconds:.1f}", _ratio(got, load), f"{got.cpu:.0f}"
            _print_row("this package", number, style, got.refused, *cells)
        results[f"CPU, {style}"] = _compare_cpu(cpu, accounts)
    return results


def _compare_cpu(cpu: Mapping[int, list[float]], accounts: int) -> dict[str, float]:
    small, large = cpu[_SMALL], min(cpu[accounts])
    median = statistics.median(small)
    ratio = large / min(small)
    print(
        f"    CPU at {_SMALL:,} accounts: least {min(small):.0f} us, median"
        f" {median:.0f} us; at {accounts:,}: {large:.0f} us, x {ratio:.2f} the least"
    )
    return {"least_us": min(small), "median_us": median, "ratio": ratio}


def measure_neighbours(
    limiters: Mapping[str, Make], seeds: range
) -> dict[str, dict[str, float]]:
    """Measure 50 waiting requests while another process uses the same quota."""
    print(f"\n50 requests of one key, another process on it; worst of {len(seeds)}")
    _print_row("", "other process", "windows", "429/30 s", "early", "seconds")
    load = [("a", "listeners")] * 50
    results = {}
    for name, make in limiters.items():
        for what, neighbour in NEIGHBOURS.items():
            for style in STYLES:
                got = [
                    simulate(make, load, _server(style, seed), neighbour)
                    for seed in seeds
                ]
                worst = {
                    "most_refused": max(one.most_refused for one in got),
                    "early": max(one.early for one in got),
                    "seconds": max(one.seconds for one in got),
                }
                results[f"{name}, {what}, {style}"] = worst
                _print_row(name, what, style, *(f"{n:.0f}" for n in worst.values()))
    return results


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Run all of them, print the tables and return the numbers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks limits")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    limiters, seed = installed(), options.seed
    return {
        "many_requests": measure_many_requests(limiters, seed),
        "many_accounts": measure_many_accounts(options.accounts, options.rounds, seed),
        "neighbours": measure_neighbours(limiters, range(seed, seed + 20)),
    }


def _loads(seed: int) -> dict[str, Load]:
    interleaved = [(f"a{n % 20}", f"e{n // 20 % 6}") for n in range(10_000)]
    shuffled = list(interleaved)
    random.Random(seed).shuffle(shuffled)
    by_endpoint = sorted(interleaved, key=lambda pair: pair[1])
    return {
        "interleaved": interleaved,
        "shuffled": shuffled,
        "sorted by endpoint": by_endpoint,
        "10 accounts, 1 endpoint": [(f"a{n % 10}", "e") for n in range(2_000)],
    }


def _pages_of(accounts: int) -> Load:
    return [(f"a{n}", "listeners") for _ in range(_PAGES) for n in range(accounts)]


def _server(style: str, seed: int) -> ModelServer:
    return ModelServer(limits=PHONECOM_LIMITS, style=style, seed=seed)


def _numbers(got: Outcome, load: Load) -> dict[str, float]:
    ideal = ideal_seconds(load, PHONECOM_LIMITS)
    return {
        "refused": got.refused,
        "seconds": got.seconds,
        "ratio": got.seconds / ideal,
        "cpu_us": got.cpu,
    }


def _ratio(got: Outcome, load: Load) -> str:
    return f"{got.seconds / ideal_seconds(load, PHONECOM_LIMITS):.4f}"


def _print_row(*cells: object) -> None:
    widths = (14, 23, 8, 9, 9, 9, 9)
    print(
        "  ".join(
            f"{cell!s:<{width}}" for cell, width in zip(cells, widths, strict=False)
        )
    )
