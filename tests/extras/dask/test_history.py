"""The history of an audit whose accounts are read by workers."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest
from distributed import Client

from phonecom_events import PhoneComClient
from phonecom_events.audit import AuditStream
from phonecom_events.audit.dask import AuditStreamOnDask
from phonecom_events.history import History, What
from phonecom_events.sandbox import Fault, Sandbox

from .clients import make_client
from .conftest import ACCOUNTS, Tell
from .test_command import finish, start

ON_DASK: dict[str, Any] = {"make_client": make_client, "limits": None, "batch": 5}


@pytest.fixture
async def history(tmp_path: Path) -> Any:
    """An empty one."""
    async with History(f"sqlite:///{tmp_path / 'audits.db'}") as opened:
        yield opened


async def kept(history: History, stream_of: Any, *given: Any, **more: Any) -> None:
    """Keep a run."""
    family = more.get("include_subaccounts", False)
    async with (
        await history.record(include_subaccounts=family) as recording,
        stream_of(*given, ACCOUNTS, on_extract=recording.on_extract, **more) as stream,
    ):
        async for each in stream:
            await recording.add(each)
        await recording.finish()


async def test_it_is_that_of_a_local_audit(
    dask: Client,
    sandbox: Sandbox,
    phonecom: PhoneComClient,
    history: History,
    tell: Tell,
) -> None:
    """Kept again, from workers, it has not changed; subaccounts are in it as well."""
    sandbox.add_account(20, parent=1)
    sandbox.add_listener(20, expires_at=1)
    family = {"include_subaccounts": True}
    await kept(history, AuditStream, phonecom, **family)
    await kept(history, AuditStreamOnDask, dask, **ON_DASK, **family)
    changes = [each async for each in history.changes()]
    assert {each.account for each in changes} == {*ACCOUNTS, 20}
    assert {each.run for each in changes} == {1}
    first, second = [run async for run in history.runs()]
    assert (first.items, first.errors) == (second.items, second.errors)


async def test_a_workers_death_is_not_in_it(
    dask: Client,
    sandbox: Sandbox,
    phonecom: PhoneComClient,
    history: History,
    tell: Tell,
) -> None:
    """An account that is read again is there once; one that kills is "not seen"."""
    await kept(history, AuditStream, phonecom)
    tell(once=(3,))
    await kept(history, AuditStreamOnDask, dask, **ON_DASK)
    assert {each.run async for each in history.changes()} == {1}
    tell(always=(3,))
    await kept(history, AuditStreamOnDask, dask, **ON_DASK)
    lost = [each async for each in history.changes() if each.run == 3]
    assert {each.account for each in lost} == {3}
    rows = {each.what for each in lost if each.kind != "finding"}
    assert rows == {What.NOT_SEEN}


async def test_a_command_that_was_killed_goes_on(
    sandbox: Sandbox, history: History, tmp_path: Path
) -> None:
    """What workers had read for a command that is gone is in the next one's run."""
    sandbox.fault(Fault(path=f"/accounts/{ACCOUNTS[-1]}/", delay=60, times=None))
    file = tmp_path / "resume"
    options = (
        *("--dask=local:1", "--quiet", "--concurrency=1", f"--resume-file={file}"),
        f"--history=sqlite:///{tmp_path / 'audits.db'}",
    )
    process = await start(sandbox, *options)
    while not any(f"/{ACCOUNTS[-1]}/" in each.path for each in sandbox.requests):
        assert process.returncode is None
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    await finish(process)
    sandbox.clear_faults()
    sandbox.clear_requests()
    code, _, err = await finish(await start(sandbox, *options))
    assert code == 0, err
    assert not any(f"/{ACCOUNTS[0]}/" in each.path for each in sandbox.requests)
    runs = [(run.state, run.accounts) async for run in history.runs()]
    assert runs == [("unfinished", 0), ("finished", len(ACCOUNTS))]
    seen = {each.account async for each in history.changes(kind="listener")}
    assert seen == set(ACCOUNTS)
