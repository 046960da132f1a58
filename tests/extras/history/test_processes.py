"""Audits as processes that signals end, and what their history has then."""

from __future__ import annotations

import signal
from datetime import timedelta
from pathlib import Path

import pytest

from phonecom_events.history import History, Run
from phonecom_events.sandbox import Fault, Sandbox
from tests.cli.conftest import Cli
from tests.cli.test_processes import COMMAND, finish, start


async def runs(url: str) -> list[Run]:
    async with History(url) as history:
        return [run async for run in history.runs()]


@pytest.mark.parametrize(
    ("number", "state"),
    [(signal.SIGKILL, "unfinished"), (signal.SIGTERM, "interrupted")],
)
async def test_an_audit_that_a_signal_ends(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, number: signal.Signals, state: str
) -> None:
    """Its run says how it ended, and the one before it is untouched."""
    url = f"sqlite:///{tmp_path / 'audits.db'}"
    assert (await cli("audit", "-q", "--history", url)).code == 0
    before = await runs(url)

    sandbox.fault(Fault(delay=60.0, times=None))
    process = await start(*COMMAND, "audit", "-q", "--history", url)
    while len(await runs(url)) < 2:  # it is there before the first request
        assert process.returncode is None
    process.send_signal(number)
    await finish(process)

    first, second = await runs(url)
    assert [first] == before
    assert second.state == state
    assert second.started_at - first.started_at < timedelta(minutes=1)
