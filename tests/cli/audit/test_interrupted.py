"""Ctrl-C during an audit: what is known by then is told, as far as it goes."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import pty
import re
import signal

import pytest

from phonecom_events.sandbox import Fault, Sandbox

from ..conftest import ACCOUNT
from ..test_processes import COMMAND, finish, start

NEXT = ACCOUNT + 1


async def interrupted(sandbox: Sandbox, form: str) -> str:
    """Interrupt an audit that is done with one account, and return its output."""
    sandbox.add_listener(ACCOUNT, id=7, expires_at=1)
    sandbox.add_account(NEXT)
    sandbox.fault(Fault(path=f"/accounts/{NEXT}/", delay=60, times=None))
    accounts = ("--account", str(ACCOUNT), "--account", str(NEXT))
    options = ("--no-linq", "--concurrency", "1", "--fail-on", "error")
    process = await start(*COMMAND, "audit", *accounts, *options, "--format", form)
    async with asyncio.timeout(20):
        while not any(str(NEXT) in request.path for request in sandbox.requests):
            await asyncio.sleep(0.01)
    process.send_signal(signal.SIGINT)
    code, out, err = await finish(process)
    assert (code, err) == (130, "phonecom-events: interrupted\n")
    return out


async def test_a_table_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """The account that was read is there, and the last line warns."""
    lines = (await interrupted(sandbox, "table")).splitlines()
    assert lines[0].startswith(f"Account {ACCOUNT}  1 listener")
    assert lines[-1] == "Incomplete: the audit was interrupted."
    assert any("PC101" in line for line in lines)


async def test_json_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """It is whole as JSON, and `complete` is false."""
    report = json.loads(await interrupted(sandbox, "json"))
    assert report["complete"] is False
    assert [part["account"] for part in report["audited"]] == [ACCOUNT]
    assert [f["id"] for f in report["findings"]] == ["PC101"]


async def test_ndjson_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """After the findings comes an object that is none."""
    lines = [json.loads(x) for x in (await interrupted(sandbox, "ndjson")).splitlines()]
    assert [line.get("id") for line in lines] == ["PC101", None]
    assert lines[-1] == {"incomplete": "it was interrupted"}


async def test_csv_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """After the findings comes a row that is none."""
    rows = list(csv.DictReader(io.StringIO(await interrupted(sandbox, "csv"))))
    assert [row["severity"] for row in rows] == ["error", "incomplete"]
    assert rows[-1]["why"] == "it was interrupted"


async def test_rows_are_written_as_accounts_are_done(sandbox: Sandbox) -> None:
    """A finding of the first account is out before the second has been read."""
    sandbox.add_listener(ACCOUNT, expires_at=1)
    sandbox.fault(Fault(path=f"/accounts/{NEXT}/", delay=60, times=None))
    accounts = ("--account", str(ACCOUNT), "--account", str(NEXT))
    process = await start(*COMMAND, "audit", *accounts, "--format", "ndjson")
    assert process.stdout is not None
    async with asyncio.timeout(20):
        line = await process.stdout.readline()
    assert json.loads(line)["id"] == "PC101"
    process.send_signal(signal.SIGINT)
    code, _, _ = await finish(process)
    assert code == 130


@pytest.mark.parametrize("form", ["table", "ndjson"])
async def test_the_bar_shows_what_it_costs_and_how_long_it_takes(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Accounts, requests, waiting, time left; and stdout gets none of it."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    sandbox.add_listener(ACCOUNT, expires_at=1)
    sandbox.fault(Fault(path="/webhook-subscriptions", delay=0.3))
    terminal, stderr = pty.openpty()
    process = await start(*COMMAND, "audit", "--format", form, stderr=stderr)
    os.close(stderr)
    code, out, _ = await finish(process)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", os.read(terminal, 100_000).decode())
    os.close(terminal)
    assert code == 0
    assert re.search(r"accounts .* 1/1 findings 1 +requests 3 +waited 0 s", shown)
    assert "left" in shown
    assert "PC101" not in shown
    assert "PC101" in out
    assert "\x1b" not in out
