"""``audit --resume-file``: killed, interrupted, and told."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from random import Random

from phonecom_events.sandbox import Fault, Sandbox

from ..conftest import ACCOUNT, Cli
from ..output.test_files import inside
from ..test_processes import COMMAND, finish, start
from .kills import fill, killed


async def test_killed_audits_go_on(sandbox: Sandbox, tmp_path: Path) -> None:
    """After three SIGKILLs the report is whole, and no account was read twice whole."""
    fill(sandbox, 12)
    outcome = await killed(sandbox, tmp_path, kills=3, rng=Random(14))
    assert (outcome.kills, outcome.same, outcome.twice) == (3, True, [])
    # At most what was under way at each kill: four requests, and what was read ahead.
    assert outcome.again <= 3 * (4 + 4)


async def test_an_interrupted_audit_says_how_to_go_on(
    sandbox: Sandbox, cli: Cli, tmp_path: Path
) -> None:
    """The signal has its line and code as ever; the next run begins with another line."""
    sandbox.add_account(ACCOUNT + 1)
    sandbox.fault(Fault(path=f"/accounts/{ACCOUNT + 1}/", delay=60, times=None))
    file = tmp_path / "resume"
    accounts = ("--account", str(ACCOUNT), "--account", str(ACCOUNT + 1))
    options = ("--no-linq", "--concurrency=1", "--quiet", f"--resume-file={file}")
    process = await start(*COMMAND, "audit", *accounts, *options)
    async with asyncio.timeout(20):
        while not any(str(ACCOUNT + 1) in each.path for each in sandbox.requests):
            await asyncio.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    code, _, err = await finish(process)
    assert code == 143
    assert err.splitlines() == [
        f"phonecom-events: the same command goes on from {file}",
        "phonecom-events: terminated",
    ]
    assert inside(tmp_path) == [file]
    sandbox.clear_faults()
    sandbox.clear_requests()
    result = await cli("audit", *accounts, *options)
    assert result.code == 0
    assert result.err.startswith("phonecom-events: going on with the audit of ")
    assert result.err.endswith(": 1 account is done\n")
    assert not any(f"/{ACCOUNT}/" in each.path for each in sandbox.requests)
    assert inside(tmp_path) == []


async def test_other_settings_are_refused_by_name(
    sandbox: Sandbox, cli: Cli, tmp_path: Path
) -> None:
    """One line says which differ, and that nothing was run."""
    options = ("--no-linq", "--resume-file", tmp_path / "resume")
    # A report that cannot be written leaves the file there.
    failed = await cli("audit", *options, "--output=/dev/full")
    assert failed.code == 2
    sandbox.clear_requests()
    result = await cli("audit", *options, "--select=PC1", "--show")
    assert result.code == 2
    assert "select (was none, is PC1); show (was False, is True)" in result.err
    assert not sandbox.requests


async def test_a_file_that_cannot_be_used_is_told_in_a_line(
    sandbox: Sandbox, cli: Cli, tmp_path: Path
) -> None:
    """Whether there is no such folder, or something else in the file."""
    result = await cli("audit", "--resume-file", tmp_path / "no" / "resume")
    assert result.code == 2
    assert result.err.endswith("/no/resume: No such file or directory\n")
    (tmp_path / "other").write_text("my notes")
    result = await cli("audit", "--resume-file", tmp_path / "other")
    assert result.code == 2
    assert "other is no resume file" in result.err


async def test_a_sandbox_cannot_be_gone_on_with(cli: Cli, tmp_path: Path) -> None:
    """It is made anew by each run, so there is nothing to keep."""
    result = await cli("audit", "--sandbox", "--resume-file", tmp_path / "resume")
    assert result.code == 2
    assert result.err == (
        "phonecom-events: --resume-file: the sandbox is another one each time\n"
    )
