"""``python -m tests.mutation AREA…``: try all mutants of an area, and show survivors.

``AREA FILE…`` tries those of some files; ``AREA FILE:NUMBER…`` tries some again, with
all tests that can notice them, and says what each came to. ``--every=N`` tries each
Nth alone, for a first estimate. Needs the extra ``mutation``, and a system that forks.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import pytest
from hypothesis import Phase, settings

from .areas import AREAS
from .forks import in_fork
from .mutants import Mutant, mutants
from .trial import OPTIONS, Baseline, Trials, try_anew

# What forks import anew costs only what is the package's, and the tests'.
_AT_HAND: Final = (
    "aiohttp.web",
    "aioresponses",
    "cattrs",
    "jinja2",
    "msgspec",
    "rich.table",
    "standardwebhooks",
    "trustme",
    "typer",
)


def main(argv: Sequence[str]) -> int:
    """Try what is asked for; return 1 if less than 85 % of an area is killed."""
    parser = ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("names", nargs="+", metavar=f"{'|'.join(AREAS)}|FILE[:NUMBER]")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    given = parser.parse_args(argv)
    names = [each for each in given.names if each in AREAS]
    chosen = set(given.names) - set(names)
    if not names or (chosen and len(names) > 1):
        parser.error("an area is needed, and with files just one")
    _prepare()
    enough = True
    for name in names:
        results = _area(name, chosen, given.every)
        survivors = [
            each for each, result in results.items() if not result.startswith("killed")
        ]
        killed = len(results) - len(survivors)
        share = killed / max(1, len(results))
        hung = sum(result.endswith("hung") for result in results.values())
        print(
            f"{name}: {killed} of {len(results)} killed ({share:.1%}),"
            f" {hung} of them hung"
        )
        for kind, count in Counter(each.operator for each in survivors).most_common():
            print(f"  {count} by {kind}")
        enough &= share >= 0.85
    return 0 if enough else 1


def _prepare() -> None:
    settings.register_profile(
        "mutation",
        database=None,
        deadline=None,
        derandomize=True,
        max_examples=25,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=settings.get_profile("default").suppress_health_check,
    )
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    os.environ["PHONECOM_EVENTS_HISTORIES"] = "100"
    os.environ["PHONECOM_EVENTS_ESTATES"] = "10"
    # The one that is faster on 3.14 does not know which test it is in.
    os.environ["COVERAGE_CORE"] = "ctrace"
    for each in _AT_HAND:
        import_module(each)


def _area(name: str, chosen: set[str], every: int) -> dict[Mutant, str]:
    area = AREAS[name]
    todo = [each for file in area.files for each in mutants(file)]
    if chosen:
        todo = [e for e in todo if chosen & {e.name, e.name.partition(":")[0]}]
    todo = todo[::every]
    thorough = any(":" in each for each in chosen)
    done: dict[str, str] = {}

    def tell(mutant: Mutant, result: str) -> None:
        done[mutant.name] = result
        if thorough or not result.startswith("killed"):
            print(f"{len(done)}/{len(todo)} {result}: {mutant}", flush=True)

    def try_in_place() -> tuple[Baseline, dict[str, str]]:
        trials = Trials(todo, tell, thorough=thorough)
        pytest.main([*OPTIONS, *area.tests], plugins=[trials])
        assert trials.baseline is not None
        return trials.baseline, done

    # pytest is in a fork of its own, so that what is imported here stays as it is.
    answer = in_fork(try_in_place)
    if not isinstance(answer, tuple):
        raise SystemExit(f"{name}: {answer}")
    baseline, done = answer
    for mutant in todo:
        if mutant.name not in done:
            tell(mutant, try_anew(mutant, baseline, thorough=thorough))
    return {mutant: done[mutant.name] for mutant in todo}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
