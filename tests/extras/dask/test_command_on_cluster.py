"""``audit --dask tcp://…``, where a scheduler and workers run that others started."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from distributed import Client

from benchmarks.dask_processes import Processes, dask_processes
from phonecom_events.audit.dask import AuditStreamOnDask
from phonecom_events.sandbox import Fault, Sandbox

from .conftest import ACCOUNTS
from .test_command import finish, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

LAST = ACCOUNTS[-1]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    """The one that workers know by their environment."""
    async with Sandbox() as running:
        for voip_id in ACCOUNTS:
            running.add_listener(voip_id, expires_at=1)
        yield running


@pytest.fixture(autouse=True)
def fresh(sandbox: Sandbox) -> Iterator[None]:
    """No test sees another's requests and faults."""
    sandbox.clear_requests()
    yield
    sandbox.clear_faults()


def environment(sandbox: Sandbox) -> dict[str, str]:
    """Return what workers have, and the command has not."""
    return {
        "PHONECOM_TOKEN": sandbox.token,
        "PHONECOM_BASE_URL": sandbox.phonecom_url,
    }


@pytest.fixture(scope="module")
def processes(
    sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Processes]:
    """A worker alone, so that accounts are read one after another."""
    folder = tmp_path_factory.mktemp("cluster")
    told = environment(sandbox)
    with dask_processes(folder, workers=1, environment=told) as running:
        yield running


async def started(sandbox: Sandbox, url: str, *options: str, **more: str) -> Any:
    """Start the command without a token."""
    return await start(
        *(sandbox, "--dask", url, "--quiet", *options), **{"PHONECOM_TOKEN": "", **more}
    )


async def test_only_workers_need_a_token(
    sandbox: Sandbox, processes: Processes
) -> None:
    """The command reads no account itself."""
    code, report, err = await finish(await started(sandbox, processes.url))
    assert (code, len(err.splitlines())) == (0, 1)
    accounts = [part["account"] for part in report["audited"]]
    assert accounts == [*ACCOUNTS, None]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_leaves_nothing_behind(
    sandbox: Sandbox, processes: Processes, tmp_path: Path, number: signal.Signals
) -> None:
    """What is known is written, the worker reads no further, and no task is left."""
    process = await halfway(sandbox, processes.url, tmp_path / "resume")
    process.send_signal(number)
    code, report, err = await finish(process)
    assert code == 128 + number
    assert report["complete"] is False
    assert [part["account"] for part in report["audited"]] == [*ACCOUNTS[:-1], None]
    assert len(err.splitlines()) == 3, err
    count = len(sandbox.requests)
    async with Client(processes.url, asynchronous=True) as client:
        async with asyncio.timeout(10):
            while await client.run_on_scheduler(tasks):
                await asyncio.sleep(0.01)
    assert len(sandbox.requests) == count


async def test_the_scheduler_keeps_nothing_of_each_batch(
    sandbox: Sandbox, processes: Processes
) -> None:
    """It makes one group of tasks for an audit, also where no two are there at once."""
    async with Client(processes.url, asynchronous=True) as client:
        before = await client.run_on_scheduler(groups)
        stream = AuditStreamOnDask(client, ACCOUNTS, batch=1)
        async with stream:
            assert len([each async for each in stream]) == len(ACCOUNTS)
        assert await client.run_on_scheduler(groups) == before + 1


async def test_a_scheduler_that_is_lost_is_told_in_a_line(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """At once, and with what goes on from there."""
    told = environment(sandbox)
    with dask_processes(tmp_path, workers=1, environment=told) as processes:
        process = await halfway(sandbox, processes.url, tmp_path / "resume")
        processes.scheduler.kill()
        code, report, err = await finish(process)
    assert (code, report) == (2, {})
    _, line = err.splitlines()
    assert line == (
        "phonecom-events: the Dask scheduler has gone, or given up what it was asked"
        f" for; the same command goes on from {tmp_path / 'resume'}"
    )


async def test_a_scheduler_that_is_not_there_is_told_in_a_line(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """After as long as Dask is told to try."""
    process = await started(
        sandbox, "tcp://127.0.0.1:1", DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="100ms"
    )
    code, report, err = await finish(process)
    assert (code, report) == (2, {})
    (line,) = err.splitlines()
    assert line.startswith("phonecom-events: no Dask scheduler at tcp://127.0.0.1:1")


async def halfway(sandbox: Sandbox, url: str, resume: Path) -> Any:
    """Start an audit, and wait until all accounts but the last are done."""
    sandbox.fault(Fault(path=f"/accounts/{LAST}/", delay=60, times=None))
    # Each account is a task then, and its result is here when the next one begins.
    process = await started(sandbox, url, f"--resume-file={resume}")
    async with asyncio.timeout(20):
        while not any(f"/{LAST}/" in each.path for each in sandbox.requests):
            await asyncio.sleep(0.01)
    return process


def groups(dask_scheduler: Any) -> int:
    """Count those that a scheduler has made, also of tasks that it has forgotten."""
    spans = dask_scheduler.extensions["spans"].spans.values()
    return sum(len(span.groups) for span in spans)


def tasks(dask_scheduler: Any) -> int:
    """Count what a scheduler knows of."""
    return len(dask_scheduler.tasks)
