"""The table of aims, of which README's section on speed is made."""

from __future__ import annotations

from typing import Any

from benchmarks import aims
from benchmarks.keeping import front
from benchmarks.outcome import measures_as_json


def result(*values: float) -> dict[str, Any]:
    return {"machine": "a machine", "numbers": {}, "aims": {"import": list(values)}}


def row(text: str, work: str) -> str:
    (found,) = [line for line in text.splitlines() if line.startswith(f"| {work} |")]
    return found


def test_an_aim_is_met_if_it_was_each_time() -> None:
    """One run of three over the bound is told, and so is what was never measured."""
    text = front({"import": result(1.1, 1.17, 1.18)})
    assert row(text, "import").endswith("| 1.1, 1.17, 1.18 | met |")
    assert "a machine" in text
    text = front({"import": result(1.1, 1.19, 1.1)})
    assert row(text, "import").endswith("| **not met** |")
    assert row(front({}), "import").endswith("| - | not measured |")


def test_of_several_measures_the_worst_counts() -> None:
    """Where one aim is for several, the worst of them is what a run found."""
    measures = (
        aims.measured("--help", "a", 1.1),
        aims.measured("--help", "b", 1.4),
        aims.measured("prefetch", "c", 7.0),
        aims.measured("prefetch", "d", 6.0),
    )
    numbers = {"title": {"measures": measures_as_json(measures)}}
    assert aims.values_of(numbers) == {"--help": 1.4, "prefetch": 6.0}
    assert [measure.met for measure in measures] == [True, False, True, True]


def test_every_aim_is_told() -> None:
    """The table has a row for each, whatever has been measured."""
    assert len(aims.lines({})) == 2 + len(aims.AIMS)
