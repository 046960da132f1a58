"""The example runs as it stands, and prints what it promises."""

from __future__ import annotations

import asyncio
import runpy
from pathlib import Path

import pytest

from .inboxes import states

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


def test_the_example_runs_with_an_inbox_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What one run acknowledged is handled by it or by the next one, once."""
    main = runpy.run_path(str(EXAMPLE))["main"]
    for _ in range(2):
        asyncio.run(main(str(tmp_path / "inbox.db")))

    told = capsys.readouterr().out.splitlines()
    assert told.count("call from +12025550101: success") == 1
    assert told.count("message from +12025550101: See you at nine") == 1
    assert told.count("Linq's message: 200") == 2
    assert set(states(tmp_path / "inbox.db").values()) == {"done"}
