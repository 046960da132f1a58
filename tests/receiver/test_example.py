"""The example runs as it stands, and prints what it promises."""

from __future__ import annotations

import asyncio
import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "receive_events.py"


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Both services' deliveries are taken and handled, the forgery is not."""
    asyncio.run(runpy.run_path(str(EXAMPLE))["main"]())

    assert sorted(capsys.readouterr().out.splitlines()) == [
        "Linq's forgery: 401",
        "Linq's message: 200",
        "Linq's repeat: 200",
        "Phone.com's call: 200",
        "Phone.com's probe: 200",
        "call from +12025550101: success",
        "message from +12025550101: See you at nine",
    ]
