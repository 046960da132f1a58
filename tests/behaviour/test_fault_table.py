"""A fast third of ``python -m benchmarks faults``: what comes of each is as it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.fault import METHODS, Fault
from benchmarks.fault_list import FAULTS
from benchmarks.faults import play
from benchmarks.faulty_server import FaultyServer, faulty_server

FAST = [fault for fault in FAULTS.values() if fault.fast]


@pytest.fixture(scope="module", name="server")
def _server() -> Iterator[FaultyServer]:
    """The server, in a process of its own."""
    with faulty_server() as server:
        yield server


@pytest.mark.parametrize("fault", FAST, ids=lambda fault: fault.name)
async def test_what_reaches_the_user(server: FaultyServer, fault: Fault) -> None:
    """Each method ends as the table says, shows no secret, and is sent as often."""
    cells = [await play(server, fault, method) for method in METHODS]

    # The time is not judged here: this machine may be busy.
    wrong = [(each.method, *each.problems(most_over=60)) for each in cells]
    assert wrong == [(method,) for method in METHODS]


def test_there_are_enough() -> None:
    """The table has what was asked for, and the suite a fair part of it."""
    assert len(FAULTS) >= 54
    assert len(FAST) >= len(FAULTS) / 3
