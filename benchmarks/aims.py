"""What the package is meant to reach, in one place: the rows of the README's table.

A benchmark measures by the aim's name; here is what that is compared with, how much it
may be, and how results are set against it. An aim is met if it was in each of the last
three runs, of which one could be luck.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from attrs import frozen

from .outcome import Measure

RUNS: Final = 3


@frozen
class Aim:
    """Say what some work has to be at least, or at most.

    Attributes:
        work: in words.
        against: what it is compared with; empty where the value stands for itself.
        sense, wanted: how much it has to be.
    """

    work: str
    against: str
    sense: Literal["at least", "at most"]
    wanted: float

    def is_met_by(self, values: Sequence[float]) -> bool:
        """Tell whether all values are as they have to be; no values are not."""
        if self.sense == "at least":
            return bool(values) and min(values) >= self.wanted
        return bool(values) and max(values) <= self.wanted

    def worst(self, values: Sequence[float]) -> float:
        """Return what of several values of one run counts."""
        return min(values) if self.sense == "at least" else max(values)


_RAW_SCAN: Final = "raw aiohttp and msgspec (lax), one page after another"
_RAW_GET: Final = "raw aiohttp and orjson"
_AIOHTTP: Final = "`python -c 'import aiohttp'`"

AIMS: Final[Mapping[str, Aim]] = {
    "scan by pages": Aim("scan 50,000 listeners, by pages", _RAW_SCAN, "at most", 1.15),
    "scan by items": Aim("the same, by items", _RAW_SCAN, "at most", 1.35),
    "scan amid work": Aim(
        "a scan whose pages take 20 ms to come and 20 ms to work on",
        "raw, one after the other",
        "at most",
        0.6,
    ),
    "prefetch": Aim(
        "raw, one page after another, 50 ms each", "`prefetch=8`", "at least", 5
    ),
    "get, Phone.com": Aim("one `get`, Phone.com", _RAW_GET, "at most", 1.18),
    "get, Linq": Aim("one `get`, Linq", _RAW_GET, "at most", 1.2),
    "decode overview": Aim(
        "decode 500 overview rows, on 40 callbacks", "plain cattrs", "at most", 0.3
    ),
    "decode overview, own": Aim(
        "the same, no callback like another", "plain cattrs", "at most", 0.5
    ),
    "decode listeners": Aim(
        "decode 500 listeners, strictly", "msgspec, lax", "at most", 1.27
    ),
    "audit CPU": Aim("audit, µs of CPU a listener", "", "at most", 40),
    "audit requests": Aim(
        "audit, requests for an account with 500 listeners", "", "at most", 6
    ),
    "audit memory": Aim(
        "audit, peak memory of 2,000 accounts", "of 200", "at most", 1.1
    ),
    "stall, 20,000": Aim(
        "audit one account of 20,000 listeners: ms that the event loop stands still",
        "",
        "at most",
        25,
    ),
    "stall, 100,000": Aim("the same, 100,000 listeners", "", "at most", 25),
    "audit of findings": Aim(
        "audit, CPU where every listener is wrong", "where none is", "at most", 2
    ),
    "import": Aim("import", "`import aiohttp`", "at most", 1.18),
    "--version": Aim("`phonecom-events --version`", _AIOHTTP, "at most", 0.4),
    "--help": Aim(
        "`--help`, a completion, `audit --explain PC101`", _AIOHTTP, "at most", 1.3
    ),
    "audit --sandbox": Aim("`audit --sandbox`", _AIOHTTP, "at most", 3.2),
    "limits": Aim("keeping to rate limits", "the ideal", "at most", 1.05),
    "limits of many": Aim("the same, 100,000 accounts", "the ideal", "at most", 1.02),
    "429s": Aim("429s meanwhile", "", "at most", 0),
    "memory": Aim(
        "peak memory of scanning 1,000,000 listeners, MB over 10,000", "", "at most", 8
    ),
}


def measured(aim: str, what: str, value: float) -> Measure:
    """Return a measure of what has an aim.

    Args:
        aim: its name.
        what: was measured, in the words of its benchmark.
    """
    wanted = AIMS[aim]
    return Measure(
        what=what, value=value, sense=wanted.sense, wanted=wanted.wanted, aim=aim
    )


def values_of(numbers: Mapping[str, Any]) -> dict[str, float]:
    """Return what one run of a benchmark found, by aims; of several the worst."""
    found: dict[str, list[float]] = {}
    for outcome in numbers.values():
        for measure in outcome.get("measures", ()):
            if measure.get("aim"):
                found.setdefault(measure["aim"], []).append(measure["value"])
    return {aim: AIMS[aim].worst(values) for aim, values in found.items()}


def rows(results: Mapping[str, Any]) -> Iterator[tuple[Aim, Sequence[float]]]:
    """Go through the aims, each with what the last runs found, the latest last."""
    found = {
        aim: values
        for result in results.values()
        for aim, values in result.get("aims", {}).items()
    }
    for name, aim in AIMS.items():
        yield aim, found.get(name, ())


def lines(results: Mapping[str, Any]) -> list[str]:
    """Write the aims as a Markdown table."""
    table = [
        f"| work | against | wanted | found, in the last {RUNS} runs | |",
        "|---|---|---|---|---|",
    ]
    for aim, values in rows(results):
        found = ", ".join(f"{value:.3g}" for value in values) or "-"
        met = "met" if aim.is_met_by(values) else "**not met**"
        table.append(
            f"| {aim.work} | {aim.against or '-'} | {aim.sense} {aim.wanted:g}"
            f" | {found} | {met if values else 'not measured'} |"
        )
    return table
