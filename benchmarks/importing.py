"""Importing: what it takes beside aiohttp, which does most of it, and what is left.

Each import has a fresh process, which takes the time itself: starting Python does
not count. Bytecode has been compiled, as pip does. What was not imported must not
be missing later: so the first call is timed, too, beside the second.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any, Final

from .aims import measured
from .outcome import Measure, Outcome, show_all
from .process import served
from .timing import Times

_TIMED: Final = (
    "from time import perf_counter; started = perf_counter(); {};"
    "print(perf_counter() - started)"
)
# A bare "import phonecom_events" imports next to nothing: its names come late.
_OURS: Final = "from phonecom_events import LinqClient, PhoneComClient"
_AIOHTTP: Final = "import aiohttp"


def imports(rounds: int, environment: Mapping[str, str]) -> Outcome:
    """Import the package, and aiohttp alone."""
    taken: dict[str, list[float]] = {_OURS: [], _AIOHTTP: []}
    for number in range(-1, rounds):
        for name, seen in taken.items():
            code = _TIMED.format(name)
            (seconds,) = _printed(["-c", code], environment)
            if number >= 0:
                seen.append(seconds)
    times = {name: Times(each) for name, each in taken.items()}
    ratio = times[_OURS].least / times[_AIOHTTP].least
    measure = measured("import", "time over that of aiohttp", ratio)
    return Outcome(title="import", times=times, base=_AIOHTTP, measures=(measure,))


def first_calls(name: str, rounds: int, environment: Mapping[str, str]) -> Outcome:
    """Make a call in a fresh process, and once more."""
    command = ["-m", "benchmarks.first_call", name]
    with served(listeners=1) as url:
        _printed([*command, url], environment)
        pairs = [_printed([*command, url], environment) for _ in range(rounds)]
    firsts, seconds = zip(*pairs, strict=True)
    times = {"first": Times(firsts), "second": Times(seconds)}
    measure = Measure(
        what="ms of the first over the second, median",
        value=1000 * (times["first"].median - times["second"].median),
        sense="at most",
        wanted=20,
    )
    return Outcome(
        title=f"first {name} of a process",
        times=times,
        base="second",
        measures=(measure,),
    )


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks import")
    parser.add_argument("--rounds", type=int, default=25)
    rounds = parser.parse_args(argv).rounds
    with tempfile.TemporaryDirectory() as bytecode:
        environment = os.environ | {"PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return show_all(
            (
                imports(rounds, environment),
                first_calls("get", rounds, environment),
                first_calls("overview", rounds, environment),
            )
        )


def _printed(command: list[str], environment: Mapping[str, str]) -> list[float]:
    done = subprocess.run(  # noqa: S603 our own code
        [sys.executable, *command], check=True, stdout=subprocess.PIPE, env=environment
    )
    return [float(word) for word in done.stdout.split()]
