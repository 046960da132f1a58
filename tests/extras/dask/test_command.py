"""``audit --dask``: as processes of this machine, and what is refused."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from typing import Any

import pytest

from phonecom_events.sandbox import Fault, Sandbox

from .conftest import ACCOUNTS


async def start(sandbox: Sandbox, *options: str, **more: str) -> Process:
    """Start an audit in a process, with what workers are to inherit."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "phonecom_events", "audit", "--format", "json"),
        *options,
        env={
            **os.environ,
            "PHONECOM_TOKEN": sandbox.token,
            "PHONECOM_BASE_URL": sandbox.phonecom_url,
            "PHONECOM_ACCOUNTS": ",".join(map(str, ACCOUNTS)),
            "LINQ_API_V3_API_KEY": sandbox.api_key,
            "LINQ_API_V3_BASE_URL": sandbox.linq_url,
            **more,
        },
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
    )


async def finish(process: Process) -> tuple[int | None, dict[str, Any], str]:
    """Return its code, its report, and what it said."""
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    return process.returncode, json.loads(out or "{}"), err.decode()


async def test_local_workers_read_the_accounts(sandbox: Sandbox) -> None:
    """One line tells how they share the limits; Linq is in the report as ever."""
    code, report, err = await finish(
        await start(sandbox, "--dask", "local:2", "--quiet")
    )
    assert code == 0
    accounts = [part["account"] for part in report["audited"]]
    assert accounts == [*ACCOUNTS, None]
    assert report["summary"]["findings"]["error"] == len(ACCOUNTS)
    assert err == (
        "phonecom-events: 2 Dask workers, each with 1/2 of the address's windows; those"
        " that join later are not used\n"
    )


async def test_ctrl_c_writes_what_is_known(sandbox: Sandbox) -> None:
    """A terminal signals the workers along; the report is whole as JSON."""
    sandbox.fault(Fault(path=f"/accounts/{ACCOUNTS[-1]}/", delay=60, times=None))
    process = await start(sandbox, "--dask", "local:1", "--quiet", "--concurrency=1")
    async with asyncio.timeout(20):
        while not any(f"/{ACCOUNTS[-1]}/" in each.path for each in sandbox.requests):
            await asyncio.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    code, report, err = await finish(process)
    assert code == 130
    assert report["complete"] is False
    assert err.splitlines()[1:] == ["phonecom-events: interrupted"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--dask", "here"], "expected tcp://HOST:PORT of a scheduler, or local:N"),
        (["--dask", "local:0"], "expected tcp://HOST:PORT of a scheduler, or local:N"),
        (["--dask", "local:1", "--sandbox"], "do not know this process' sandbox"),
        (["--dask", "local:1", "--proxy", "none"], "take theirs from HTTPS_PROXY"),
        (["--limits", "redis://host"], "go with --dask"),
        (["--dask", "local:1", "--limits", "redis://:secret@host"], "give env:NAME"),
    ],
)
async def test_what_cannot_be_is_told_in_a_line(
    sandbox: Sandbox, options: list[str], told: str
) -> None:
    """Nothing is read then."""
    code, _, err = await finish(await start(sandbox, *options))
    assert code == 2
    assert told in err
    assert len(err.splitlines()) == 1
    assert "secret" not in err
    assert not sandbox.requests
