"""What `limits` found about this package, as measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .aims import measured
from .outcome import Measure

_OURS: Final = "this package, "
_ORDERS: Final = (f"{_OURS}interleaved", f"{_OURS}shuffled")
_Numbers = Mapping[str, Mapping[str, Any]]


def measures_of(numbers: Mapping[str, _Numbers]) -> dict[str, tuple[Measure, ...]]:
    """Return the measures of the numbers that `limits.main` gives, by its parts."""
    requests = _rows(numbers["many_requests"], *_ORDERS)
    accounts = numbers["many_accounts"]
    loads = [row for name, row in accounts.items() if not name.startswith("CPU")]
    cpu = [row for name, row in accounts.items() if name.startswith("CPU")]
    beside = _rows(numbers["neighbours"], _OURS)
    return {
        "10,000 requests, interleaved and shuffled": (
            _with_aim("429s", "429s", requests, "refused"),
            _with_aim("limits", "time over the ideal, worst", requests, "ratio"),
        ),
        "three pages of each of many accounts": (
            _with_aim("429s", "429s", loads, "refused"),
            _with_aim("limits of many", "time over the ideal, worst", loads, "ratio"),
            _at_most("CPU over that of 1,000 accounts, worst", cpu, "ratio", 2),
        ),
        "another process beside it": (
            _at_most("429s in 30 s, worst", beside, "most_refused", 2),
            _at_most("requests before the announced time", beside, "early", 0),
        ),
    }


def _rows(numbers: _Numbers, *starts: str) -> list[Mapping[str, Any]]:
    return [row for name, row in numbers.items() if name.startswith(starts)]


def _with_aim(aim: str, what: str, rows: list[Mapping[str, Any]], key: str) -> Measure:
    return measured(aim, what, max(row[key] for row in rows))


def _at_most(
    what: str, rows: list[Mapping[str, Any]], key: str, wanted: float
) -> Measure:
    worst = max(row[key] for row in rows)
    return Measure(what=what, value=worst, sense="at most", wanted=wanted)
