"""What is acknowledged is handled, whenever the process is killed."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from .crashes import crash

RUNS = int(os.environ.get("PHONECOM_EVENTS_CRASHES", "1"))


@pytest.mark.parametrize("run", range(RUNS))
async def test_nothing_acknowledged_is_lost(tmp_path: Path, run: int) -> None:
    """Killed in mid-work, a receiver loses nothing, and no life handles one twice."""
    outcome = await crash(tmp_path, kills=2, rng=random.Random(run))

    assert outcome.acknowledged
    assert outcome.lost == set()
    assert outcome.repeated == set()
