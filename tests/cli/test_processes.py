"""The command as a process of its own: pipes, signals, terminals, missing extras."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from phonecom_events.sandbox import Fault, Sandbox

from .conftest import ACCOUNT, Cli

PYTHON = [sys.executable, "-W", "error"]
COMMAND = [*PYTHON, "-m", "phonecom_events"]
LIST = ["listeners", "list", "--account", str(ACCOUNT), "--format", "ndjson"]

WITHOUT_EXTRA = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("typer", "rich", "click"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from phonecom_events.__main__ import main
sys.exit(main(["audit", "--sandbox"]))
"""
HEAVY = """
import sys, phonecom_events
print(sorted({name.partition(".")[0] for name in sys.modules} & {"typer", "rich"}))
"""


async def start(*argv: str, **options: Any) -> Process:
    """Start a process with pipes, and with signals as in a terminal."""
    options = {"stdout": PIPE, "stderr": PIPE, **options}
    return await asyncio.create_subprocess_exec(*argv, **options)


async def finish(process: Process) -> tuple[int | None, str, str]:
    """Wait for a process; return its code and what it wrote."""
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    return process.returncode, (out or b"").decode(), (err or b"").decode()


@pytest.fixture
async def serving(bare: None) -> AsyncIterator[Process]:
    """Run ``phonecom-events sandbox`` on a free port, with 10,000 listeners."""
    process = await start(*COMMAND, "sandbox", "--port", "0", "--listeners", "10000")
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def greeting(process: Process) -> dict[str, str]:
    """Read what a sandbox says when it is ready; return its variables and URL."""
    assert process.stdout is not None
    told: dict[str, str] = {}
    async with asyncio.timeout(20):
        async for line in process.stdout:
            text = line.decode().strip()
            if text.startswith("export "):
                name, _, value = text.removeprefix("export ").partition("=")
                told[name] = value
            if text.startswith("'http"):
                told["url"] = text.strip("'")
            if text.startswith("Ctrl-C"):
                break
    return told


async def test_a_large_account_is_read_from_the_served_sandbox(
    serving: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printed variables are all it takes to list 10,000 listeners."""
    told = await greeting(serving)
    url = told.pop("url")
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    account = told["PHONECOM_ACCOUNTS"].rpartition(",")[2]
    assert account in url
    process = await start(
        *COMMAND, "listeners", "list", "--account", account, "--format", "ndjson"
    )
    code, out, err = await finish(process)
    assert (code, err) == (0, "")
    ids = [json.loads(line)["id"] for line in out.splitlines()]
    assert len(set(ids)) == len(ids) == 10_000


async def test_any_client_is_served_until_ctrl_c(serving: Process) -> None:
    """The printed URL and token work; an interrupt ends it cleanly."""
    told = await greeting(serving)
    headers = {"Authorization": f"Bearer {told['PHONECOM_TOKEN']}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(told["url"]) as response,
    ):
        assert len((await response.json())["items"]) == 2
    serving.send_signal(signal.SIGINT)
    code, _, err = await finish(serving)
    assert (code, err) == (130, "phonecom-events: interrupted\n")


async def test_a_reader_that_leaves_is_not_complained_about(sandbox: Sandbox) -> None:
    """`| head` gets its lines, and the rest ends quietly."""
    for _ in range(3000):
        sandbox.add_listener(ACCOUNT)
    process = await start(*COMMAND, *LIST)
    assert process.stdout is not None
    line = await process.stdout.readline()
    process.stdout.feed_eof()
    process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
    assert json.loads(line)["voip_id"] == ACCOUNT
    async with asyncio.timeout(20):
        code = await process.wait()
    assert process.stderr is not None
    assert (code, await process.stderr.read()) == (141, b"")


async def test_a_list_that_is_ended_is_whole_as_json(sandbox: Sandbox) -> None:
    """What came by then is there, and after it an object that is no item."""
    for _ in range(600):
        sandbox.add_listener(ACCOUNT)
    slow = Fault(path="/listeners", delay=60)
    sandbox.before(lambda *_: sandbox.fault(slow), nth=1, path="/listeners")
    process = await start(*COMMAND, *LIST[:-1], "json")
    async with asyncio.timeout(20):
        while len(sandbox.requests) < 2:
            await asyncio.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    code, out, err = await finish(process)
    assert (code, err) == (143, "phonecom-events: terminated\n")
    items = json.loads(out)
    assert [item.get("voip_id") for item in items] == [ACCOUNT] * 500 + [None]
    assert items[-1] == {"incomplete": "it was interrupted"}


async def test_the_end_of_the_interpreter_has_nothing_to_add(sandbox: Sandbox) -> None:
    """Full or closed, stdout is told once, also where nothing was flushed before."""
    command = f"{' '.join(COMMAND)} listeners list --account {ACCOUNT} --format json"
    for where, told in (
        (">/dev/full", "No space left on device"),
        (">&-", "is closed"),
    ):
        code, _, err = await finish(await start("sh", "-c", f"{command} {where}"))
        assert (code, len(err.splitlines())) == (2, 1)
        assert told in err


async def test_a_report_is_a_baseline_whatever_the_locale(
    cli: Cli, sandbox: Sandbox, tmp_path: Path
) -> None:
    """One that was written under a code page of Windows is read here."""
    sandbox.add_linq_subscription(target_url="http://hooks.contoso.com/linq")
    latin = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "LC_ALL": "C"}
    process = await start(
        *(*COMMAND, "audit", "--format", "json"), env={**os.environ, **latin}
    )
    assert process.stdout is not None
    file = tmp_path / "report.json"
    file.write_bytes(await process.stdout.read())
    assert (await finish(process))[::2] == (0, "")
    assert "…" in file.read_text(encoding="utf-8")
    told = (await cli("audit", "--baseline", file)).out
    assert "0 new, 0 fixed, 2 unchanged since" in " ".join(told.split())


async def test_a_missing_extra_is_told_in_one_line(bare: None) -> None:
    """Without Typer and Rich, the command says how to install them, and ends in 2."""
    code, out, err = await finish(await start(*PYTHON, "-c", WITHOUT_EXTRA))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "pip install 'phonecom-events[cli]'" in err


async def test_the_package_does_not_import_the_command_line(bare: None) -> None:
    """Importing the package costs neither Typer nor Rich."""
    code, out, _ = await finish(await start(*PYTHON, "-c", HEAVY))
    assert (code, out) == (0, "[]\n")
