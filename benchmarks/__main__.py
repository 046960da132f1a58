"""``python -m benchmarks NAME``, or ``all``; without a name it tells which."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final

from . import guard
from .keeping import keep
from .limits_measures import measures_of
from .outcome import measures_as_json

BENCHMARKS: Final = {
    "decode": "decode",
    "calls": "calls",
    "scan": "scan",
    "limits": "limits",
    "memory": "memory",
    "import": "importing",
    "startup": "startup",
    "signatures": "signatures",
    "audit": "audit",
    "stalls": "stalls",
    "inbox": "inbox",
    "crashes": "crashes",
    "creates": "creates",
    "keepalive": "keepalive",
    "faults": "faults",
    "soak": "soak",
    "proofs": "proofs",
    "scale": "scale.scenarios",
    "history": "history",
}


def main(argv: Sequence[str]) -> int:
    """Run what is asked for, and keep the results; return the exit status."""
    name, options = (argv[0], argv[1:]) if argv else ("", ())
    if name == "guard":
        return guard.main(options)
    if name not in (*BENCHMARKS, "all") or (name == "all" and options):
        print(f"usage: python -m benchmarks {'|'.join(BENCHMARKS)} [options]")
        print("       python -m benchmarks all")
        print("       python -m benchmarks guard [--accept]")
        return 2
    for each in BENCHMARKS if name == "all" else (name,):
        numbers = _benchmark(each)(options)
        if numbers:  # a part of one is none that can be compared
            keep(each, numbers | _measured(numbers) if each == "limits" else numbers)
    return 0


def _measured(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Print the measures of the rate limits, and return them as plain values."""
    measured = measures_of(numbers)
    for title, measures in measured.items():
        print(f"\n{title}", *measures, sep="\n  ")
    return {
        title: {"measures": measures_as_json(measures)}
        for title, measures in measured.items()
    }


def _benchmark(name: str) -> Callable[[Sequence[str]], dict[str, Any]]:
    # Each imports the peers that it needs, and no others.
    run: Callable[[Sequence[str]], dict[str, Any]]
    run = import_module(f".{BENCHMARKS[name]}", __package__).main
    return run


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
