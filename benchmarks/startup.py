"""Starting the command: whole processes, beside one that only imports aiohttp.

Each `--help`, each TAB that a shell completes and each line of a crontab pays for it.
Bytecode has been compiled, as pip does, and each process is timed from outside.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from .aims import measured
from .outcome import Outcome, show_all
from .timing import in_turn

_AIOHTTP: Final = "python -c 'import aiohttp'"
# What the script does that pip makes of an entry point.
_SCRIPT: Final = (
    "import sys; from phonecom_events.__main__ import main; sys.exit(main())"
)
_COMPLETE: Final = "_PHONECOM_EVENTS_COMPLETE"

_AIMS: Final[Mapping[str, str]] = {
    "--version": "--version",
    "--help": "--help",
    "listeners list --help": "--help",
    "<TAB>": "--help",
    "listeners list --<TAB>": "--help",
    "audit --explain PC101": "--help",
    "audit --sandbox": "audit --sandbox",
}


def starts(rounds: int, environment: Mapping[str, str]) -> Outcome:
    """Start the command in each of the ways that have an aim."""
    variants: dict[str, Callable[[], object]] = {
        _AIOHTTP: partial(_run, ["-c", "import aiohttp"], environment),
        **{line: partial(_start, line, environment) for line in _AIMS},
    }
    times = in_turn(variants, rounds=rounds)
    measures = tuple(
        measured(
            aim,
            f"time of {line} over that of importing aiohttp",
            times[line].least / times[_AIOHTTP].least,
        )
        for line, aim in _AIMS.items()
    )
    return Outcome(
        title="start of the command", times=times, base=_AIOHTTP, measures=measures
    )


def _start(line: str, environment: Mapping[str, str]) -> None:
    words, tab, _ = line.partition("<TAB>")
    if not tab:
        _run(["-c", _SCRIPT, *line.split()], environment)
        return
    typed = f"phonecom-events {words}"
    asked = {
        _COMPLETE: "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(typed.count(" ")),
    }
    assert _run(["-c", _SCRIPT], {**environment, **asked}), "nothing to complete"


def _run(command: list[str], environment: Mapping[str, str]) -> bytes:
    done = subprocess.run(  # noqa: S603 our own code
        [sys.executable, *command],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    return done.stdout


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks startup")
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args(argv).rounds
    with tempfile.TemporaryDirectory() as bytecode:
        environment = os.environ | {"PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return show_all((starts(rounds, environment),))
