"""What a benchmark found: printed for people, and kept as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from attrs import asdict, field, frozen

from .timing import Times


@frozen(kw_only=True)
class Measure:
    """Say what is wanted, and what was found.

    Attributes:
        what: in words.
        value: what was found.
        wanted: what it has to be at least, or at most.
        aim: its name among the aims, if that is one of them.
    """

    what: str
    value: float
    sense: Literal["at least", "at most"]
    wanted: float
    aim: str = ""

    @property
    def met(self) -> bool:
        """Whether that is so."""
        if self.sense == "at least":
            return self.value >= self.wanted
        return self.value <= self.wanted

    def __str__(self) -> str:
        verdict = "" if self.met else "   NOT REACHED"
        return f"{self.what}: {self.value:.2f}, {self.sense} {self.wanted:g}{verdict}"


@frozen(kw_only=True)
class Outcome:
    """Hold the times of variants of one thing, and the measures taken of them.

    Attributes:
        title: what was done.
        times: of each variant.
        base: the variant that the others are compared with.
    """

    title: str
    times: Mapping[str, Times]
    base: str
    measures: tuple[Measure, ...] = field(factory=tuple)

    def show(self) -> None:
        """Print it."""
        print(f"\n{self.title}")
        print(f"  {'':<42}{'least':>10}{'median':>10}{'ratio':>8}")
        for name, times in self.times.items():
            ratio = times.least / self.times[self.base].least
            least, median = 1000 * times.least, 1000 * times.median
            print(f"  {name:<42}{least:>7.3f} ms{median:>7.3f} ms{ratio:>8.2f}")
        for measure in self.measures:
            print(f"  {measure}")

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values; times are in milliseconds."""
        least = self.times[self.base].least
        return {
            "times": {
                name: {
                    "least_ms": round(1000 * times.least, 4),
                    "median_ms": round(1000 * times.median, 4),
                    "ratio": round(times.least / least, 3),
                    "runs": len(times.taken),
                }
                for name, times in self.times.items()
            },
            "measures": measures_as_json(self.measures),
        }


def measures_as_json(measures: Iterable[Measure]) -> list[dict[str, Any]]:
    """Return measures as plain values."""
    return [
        {name: value for name, value in asdict(measure).items() if name != "aim"}
        | ({"aim": measure.aim} if measure.aim else {})
        | {"value": round(measure.value, 4), "met": measure.met}
        for measure in measures
    ]


def show_all(outcomes: tuple[Outcome, ...]) -> dict[str, Any]:
    """Print outcomes, and return them as plain values by their titles."""
    for outcome in outcomes:
        outcome.show()
    return {outcome.title: outcome.as_json() for outcome in outcomes}
