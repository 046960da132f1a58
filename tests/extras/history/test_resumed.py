"""The history of an audit that was ended and went on in another process."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import AuditStream, ResumeFile
from phonecom_events.errors import InvalidArgument
from phonecom_events.history import Change, History
from phonecom_events.sandbox import Fault, Sandbox
from tests.audit.builders import NOW
from tests.cli.conftest import ACCOUNT, Cli
from tests.cli.test_processes import COMMAND, finish, start

ACCOUNTS = (1, 2, 3)


@pytest.fixture
async def estate() -> AsyncIterator[Sandbox]:
    """Accounts with something wrong, one of several pages, one with a subaccount."""
    async with Sandbox(clock=NOW.timestamp) as sandbox:
        sandbox.add_account(4, parent=1)
        for voip_id in (1, 3, 4):
            sandbox.add_listener(voip_id, expires_at=1)
            sandbox.add_callback(voip_id)
        for _ in range(1_100):
            sandbox.add_listener(2, expires_at=1)
        yield sandbox


async def audited(
    sandbox: Sandbox, history: History, resume: ResumeFile | None = None
) -> None:
    """Audit all, and keep the run."""
    family: dict[str, Any] = {"include_subaccounts": True}
    async with (
        PhoneComClient(
            sandbox.token, base_url=sandbox.phonecom_url, rate_limits=None
        ) as phonecom,
        LinqClient(sandbox.api_key, base_url=sandbox.linq_url) as linq,
        await history.record(started_at=NOW, **family) as recording,
        AuditStream(
            *(phonecom, ACCOUNTS),
            linq=linq,
            now=NOW,
            resume=resume,
            on_extract=recording.on_extract,
            concurrency=2,
            **family,
        ) as stream,
    ):
        async for each in stream:
            await recording.add(each)
        await recording.finish()


async def everything(history: History, run: int) -> set[tuple[Any, ...]]:
    """Return what a run has that is not the one before."""

    def plain(change: Change) -> tuple[Any, ...]:
        fields = tuple(sorted((name, str(v)) for name, v in change.fields.items()))
        return (change.account, change.kind, change.id, change.what, fields)

    return {plain(each) async for each in history.changes() if each.run == run}


@pytest.mark.parametrize("requests", range(2, 8))
async def test_the_history_is_that_of_one_run(
    estate: Sandbox, url: str, tmp_path: Path, requests: int
) -> None:
    """Wherever the audit was ended, the run that goes on has all of it."""
    estate.fault(Fault(delay=0.01, times=None))
    async with History(url) as history, History(f"sqlite:///{tmp_path}/one.db") as one:
        await audited(estate, one)
        estate.clear_requests()
        with ResumeFile(tmp_path / "r") as resume:
            task = asyncio.create_task(audited(estate, history, resume))
            while len(estate.requests) < requests:
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        with ResumeFile(tmp_path / "r") as resume:
            await audited(estate, history, resume)

        assert await everything(history, 2) == await everything(one, 1)
        runs = [run async for run in history.runs()]
        (whole,) = [run async for run in one.runs()]
        assert [run.state for run in runs] == ["unfinished", "finished"]
        assert (runs[1].errors, runs[1].items) == (whole.errors, whole.items)


async def test_an_audit_without_a_history_cannot_go_on_with_one(
    estate: Sandbox, url: str, tmp_path: Path
) -> None:
    """What was read before would be missing: the setting is named."""
    async with PhoneComClient(
        estate.token, base_url=estate.phonecom_url, rate_limits=None
    ) as phonecom:
        with ResumeFile(tmp_path / "r") as resume:
            async with AuditStream(phonecom, ACCOUNTS, resume=resume) as stream:
                await anext(stream)
    async with History(url) as history:
        with (
            ResumeFile(tmp_path / "r") as resume,
            pytest.raises(InvalidArgument, match=r"history \(was False, is True\)"),
        ):
            await audited(estate, history, resume)


@pytest.mark.parametrize(
    ("number", "first"),
    [(signal.SIGKILL, ("unfinished", 0)), (signal.SIGTERM, ("interrupted", 1))],
)
async def test_a_command_that_a_signal_ended_goes_on(
    cli: Cli,
    sandbox: Sandbox,
    tmp_path: Path,
    url: str,
    number: signal.Signals,
    first: tuple[str, int],
) -> None:
    """The second run has what the first has read, and tells it once."""
    sandbox.add_callback(ACCOUNT)
    sandbox.add_account(ACCOUNT + 1)
    sandbox.fault(Fault(path=f"/accounts/{ACCOUNT + 1}/", delay=60, times=None))
    options = (
        *("--account", str(ACCOUNT), "--account", str(ACCOUNT + 1), "--no-linq"),
        *("--concurrency=1", "--quiet", f"--history={url}"),
        f"--resume-file={tmp_path / 'resume'}",
    )
    process = await start(*COMMAND, "audit", *options)
    async with asyncio.timeout(20):
        while not any(str(ACCOUNT + 1) in each.path for each in sandbox.requests):
            await asyncio.sleep(0.01)
    process.send_signal(number)
    await finish(process)
    sandbox.clear_faults()
    sandbox.clear_requests()
    result = await cli("audit", *options)

    assert result.code == 0, result.err
    assert not any(f"/{ACCOUNT}/" in each.path for each in sandbox.requests)
    async with History(url) as history:
        runs = [(run.state, run.accounts) async for run in history.runs()]
        (made,) = [each async for each in history.changes(kind="callback")]
    assert runs == [first, ("finished", 2)]
    assert made.account == ACCOUNT
