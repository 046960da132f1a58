"""``python -m benchmarks``, which measures what has an aim; or NAME, or ``all``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final

from . import aims, guard
from .keeping import keep, kept, machine, versions
from .limits_measures import measures_of
from .outcome import measures_as_json

BENCHMARKS: Final = {
    "decode": "decode",
    "calls": "calls",
    "scan": "scan",
    "frames": "frames",
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
    "resume": "resume",
    "keepalive": "keepalive",
    "faults": "faults",
    "soak": "soak",
    "proofs": "proofs",
    "scale": "scale.scenarios",
    "telemetry": "telemetry",
    "history": "history",
    "dask": "dask",
}

_WITH_AIMS: Final = (
    *("decode", "calls", "scan", "limits", "memory"),
    *("import", "startup", "audit", "stalls"),
)
_SEVERAL: Final[Mapping[str, Sequence[str]]] = {
    "": _WITH_AIMS,
    "all": tuple(BENCHMARKS),
    "aims": (),
}


def main(argv: Sequence[str]) -> int:
    """Run what is asked for, and keep the results; return the exit status."""
    name, options = (argv[0], argv[1:]) if argv else ("", ())
    if name == "guard":
        return guard.main(options)
    if name not in (*BENCHMARKS, *_SEVERAL) or (name in _SEVERAL and options):
        print("usage: python -m benchmarks           # what has an aim")
        print("       python -m benchmarks all       # and the rest")
        print(
            "       python -m benchmarks aims      # what was found; measures nothing"
        )
        print(f"       python -m benchmarks {'|'.join(BENCHMARKS)} [options]")
        print("       python -m benchmarks guard [--accept]")
        return 2
    for each in _SEVERAL.get(name, (name,)):
        numbers = _benchmark(each)(options)
        if numbers:  # a part of one is none that can be compared
            numbers |= _measured(numbers) if each == "limits" else {}
            keep(each, numbers, whole=not options)
    if name in _SEVERAL:
        _show_aims()
    return 0


def _show_aims() -> None:
    """Print what has an aim, and whether that is met."""
    found = kept()
    print("", *aims.lines(found), "", machine(), sep="\n")
    print(*(f"{name} {version}" for name, version in versions().items()), sep=", ")


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
