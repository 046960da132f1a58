"""The guard of what jobs cost: it sees what is slower, and nothing where nothing is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.guard import KEPT, count, grown
from benchmarks.guard_jobs import JOBS
from phonecom_events.phonecom import pages

LISTING = "list 2,000 by pages"


def test_every_job_is_kept() -> None:
    """The file has counts of the jobs that there are, and of no others."""
    assert list(json.loads(KEPT.read_text(encoding="utf-8"))) == list(JOBS)


def test_a_page_that_is_parsed_twice_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more `json.loads` for each page fails, and the same work again does not."""
    before = count(JOBS[LISTING])
    again = count(JOBS[LISTING])
    read: Callable[..., Any] = pages.read_rows

    def read_twice(session: Any, response: Any, *more: Any, **named: Any) -> Any:
        assert json.loads(response.body)
        return read(session, response, *more, **named)

    monkeypatch.setattr(pages, "read_rows", read_twice)
    slower = count(JOBS[LISTING])

    assert grown(before, again) == []
    assert grown(before, slower)


@pytest.mark.parametrize(
    ("kept", "now", "seen"),
    [
        (100, 105, False),
        (100, 106, True),
        (100, 50, False),
        (0, 0, False),
        (0, 1, True),
    ],
)
def test_what_may_grow(kept: int, now: int, *, seen: bool) -> None:
    """Up to 5 % pass, and what was none stays none."""
    assert bool(grown({"calls": kept}, {"calls": now})) is seen
