"""Scans of a listing that changes: nothing missed, nothing twice, always an end."""

from __future__ import annotations

import asyncio
import os
from random import Random

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from .history import DEPTHS, History, random_history, run

HISTORIES = int(os.environ.get("PHONECOM_EVENTS_HISTORIES", "1000"))

histories = st.builds(
    History,
    order=st.sampled_from(("asc", "desc")),
    rows=st.integers(0, 120),
    page_size=st.one_of(st.integers(1, 7), st.sampled_from((12, 50, 500))),
    prefetch=st.sampled_from(DEPTHS),
    rate=st.integers(0, 6),
    budget=st.integers(0, 300),
    pauses=st.integers(0, 8),
    kills=st.sampled_from((0, 0, 3, 40)),
    odd=st.sampled_from((0, 3, 30)),
    seed=st.integers(0, 2**32 - 1),
)


@given(histories)
@settings(max_examples=200)
def test_no_history_makes_a_scan_miss_a_row(history: History) -> None:
    """Every row that was there throughout comes, unless the scan gives up.

    It comes once, as an item or, if it is odd, in the report; this `run` checks.
    """
    outcome = asyncio.run(run(history))

    assert not outcome.missed
    assert outcome.gave_up or outcome.as_proven_as_can_be


async def test_many_random_histories_are_exact() -> None:
    """The same holds of as many histories as time allows."""
    random = Random("exactness")

    for _ in range(HISTORIES):
        history = random_history(random)
        outcome = await run(history)

        assert not outcome.missed, history
        assert outcome.gave_up or outcome.as_proven_as_can_be, history


async def test_a_moderate_rate_of_change_never_makes_a_scan_give_up() -> None:
    """Up to six changes a request, of any kind and for as long as it takes, end well.

    Each step back goes twice as far as the last, so it outruns such a rate within a
    few requests, and within as many the pages are wide enough to gain on it.
    """
    random = Random("moderate")

    for _ in range(HISTORIES // 4):
        history = evolve(random_history(random), rate=random.choice((1, 2, 3)))
        outcome = await run(history)

        assert outcome.report.complete, history
        assert outcome.as_proven_as_can_be, history
