"""A short ``python -m benchmarks soak``: nothing is left of what clients did."""

from __future__ import annotations

from benchmarks.soak import soak, soak_server


async def test_nothing_is_left_among_faults() -> None:
    """Faults, cancels, renewals and early ends leave no task, socket or thread."""
    with soak_server(seed=1) as urls:
        run, found = await soak(urls, requests=2_000, seed=1, parts=2)

    assert run.unexpected == []
    assert [(left.tasks, left.sockets, left.threads) for left in found] == [
        (0, 0, 0)
    ] * len(found)
    # So few requests show no growth of memory, but that all of it was played.
    assert run.renewals > 1
    assert {"fine", "cancelled", "TimeoutError", "OutcomeUnknown"} < set(run.ended)
