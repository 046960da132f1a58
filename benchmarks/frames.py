"""Frames: from models that have been read to pandas and polars, on the CPU alone."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any, Final

import msgspec

from phonecom_events import Listener
from phonecom_events.converter import loads
from phonecom_events.frames import to_pandas, to_polars
from phonecom_events.phonecom import OverviewListener

from .outcome import Measure, Outcome, show_all
from .samples import listener, overview_listener
from .timing import Times

_ROWS: Final = 100_000
_PAGE: Final = 500
_WANTED: Final = 2.0  # seconds
_FRAMES: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "pandas": to_pandas,
    "polars": to_polars,
}


def frames_of(model: Any, make: Callable[[int], Any], rounds: int) -> Outcome:
    """Make frames of so many rows, which share what those of a page share."""
    rows: list[Any] = []
    for start in range(0, _ROWS, _PAGE):
        page = msgspec.json.encode([make(start + at) for at in range(_PAGE)])
        rows += loads(page, tuple[model, ...])
    # Not `in_turn`, whose two rounds of warming up would take as long as the rest.
    taken: dict[str, list[float]] = {name: [] for name in _FRAMES}
    for _ in range(rounds):
        for name, frame_of in _FRAMES.items():
            started = perf_counter()
            frame_of(rows, model)
            taken[name].append(perf_counter() - started)
    times = {name: Times(each) for name, each in taken.items()}
    measures = tuple(
        Measure(
            what=f"seconds to {name}",
            value=each.least,
            sense="at most",
            wanted=_WANTED,
        )
        for name, each in times.items()
    )
    title = f"frames of {_ROWS:,} rows of {model.__name__}"
    return Outcome(title=title, times=times, base="pandas", measures=measures)


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks frames")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args(argv).rounds
    return show_all(
        (
            frames_of(Listener, listener, rounds),
            frames_of(OverviewListener, overview_listener, rounds),
        )
    )
