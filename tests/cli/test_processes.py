"""The command as a process of its own: pipes, signals, terminals, missing extras."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator

import aiohttp
import pytest

from phonecom_events.sandbox import Fault, Sandbox

from .conftest import ACCOUNT

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


async def start(*argv: str, **streams: int) -> Process:
    """Start a process with pipes, and with signals as in a terminal."""
    streams = {"stdout": PIPE, "stderr": PIPE, **streams}
    return await asyncio.create_subprocess_exec(*argv, **streams)


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


async def test_an_audit_that_is_interrupted_ends_cleanly(sandbox: Sandbox) -> None:
    """Ctrl-C says that it is incomplete, in 130, with nothing complained about."""
    sandbox.fault(Fault(delay=60, times=None))
    process = await start(*COMMAND, "audit")
    async with asyncio.timeout(20):
        while not sandbox.requests:
            await asyncio.sleep(0.01)
    process.send_signal(signal.SIGINT)
    code, out, err = await finish(process)
    assert (code, err) == (130, "phonecom-events: interrupted\n")
    assert out.splitlines()[-1] == "Incomplete: the audit was interrupted."


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


async def test_progress_is_shown_on_a_terminal_only(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With stderr on a terminal there is a bar; stdout has no escape sequence."""
    monkeypatch.setenv("TERM", "xterm-256color")
    sandbox.fault(Fault(delay=0.3))
    terminal, stderr = pty.openpty()
    process = await start(*COMMAND, "audit", "--format", "table", stderr=stderr)
    os.close(stderr)
    code, out, _ = await finish(process)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert code == 0
    assert "accounts" in shown
    assert "findings 0" in shown
    assert "\x1b" not in out


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
