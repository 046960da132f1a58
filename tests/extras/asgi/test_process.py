"""Receivers under ``uvicorn module:app``, a process that is told to end."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from ...receiver.inboxes import states
from ...webhooks.samples import dumps, phonecom_event

SCRIPT = """
import asyncio
from phonecom_events.receiver import SqliteInbox, phonecom_receiver

async def handle(event):
    await asyncio.sleep(0.2)

app = phonecom_receiver(handle, secret="key", inbox=SqliteInbox("inbox.db")).asgi()
"""


@pytest.mark.parametrize("server", ["uvicorn", "hypercorn"])
async def test_a_server_that_is_terminated_drains(tmp_path: Path, server: str) -> None:
    """SIGTERM lets the handler of an acknowledged event end before the process does."""
    (tmp_path / "hooks.py").write_text(SCRIPT)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        handle = listening.fileno()
        given = {
            "uvicorn": ["--fd", f"{handle}"],
            "hypercorn": ["--bind", f"fd://{handle}", "--worker-class", "asyncio"],
        }[server]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", server, "hooks:app", *given),
            cwd=tmp_path,
            pass_fds=[handle],
            stderr=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": str(tmp_path)},
        )
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/hook/key"
        # The socket listens already, so the request waits until the server takes it.
        async with (
            ClientSession() as http,
            http.post(url, data=dumps(phonecom_event())) as answer,
        ):
            assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    _, told = await asyncio.wait_for(process.communicate(), 20)

    assert b"Traceback" not in told
    assert list(states(tmp_path / "inbox.db").values()) == ["done"]
