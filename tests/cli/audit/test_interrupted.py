"""A signal during an audit: what is known by then is told, as far as it goes."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import signal
from pathlib import Path
from xml.etree import ElementTree as ET

from phonecom_events.sandbox import Fault, Sandbox

from ..conftest import ACCOUNT
from ..output.test_files import inside
from ..test_processes import COMMAND, finish, start

NEXT = ACCOUNT + 1
ENDS = {
    signal.SIGINT: (130, "phonecom-events: interrupted\n"),
    signal.SIGTERM: (143, "phonecom-events: terminated\n"),
    signal.SIGHUP: (129, "phonecom-events: hung up\n"),
}


async def interrupted(
    sandbox: Sandbox, number: signal.Signals, *options: str, listeners: int = 1
) -> str:
    """Interrupt an audit that is done with one account, and return its output."""
    for _ in range(listeners):
        sandbox.add_listener(ACCOUNT, expires_at=1)
    sandbox.add_account(NEXT)
    sandbox.fault(Fault(path=f"/accounts/{NEXT}/", delay=60, times=None))
    accounts = ("--account", str(ACCOUNT), "--account", str(NEXT))
    choice = ("--no-linq", "--concurrency", "1", "--fail-on", "error")
    process = await start(*COMMAND, "audit", *accounts, *choice, *options)
    async with asyncio.timeout(20):
        while not any(str(NEXT) in request.path for request in sandbox.requests):
            await asyncio.sleep(0.01)
    process.send_signal(number)
    code, out, err = await finish(process)
    assert (code, err) == ENDS[number]
    return out


async def test_a_table_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """The account that was read is there, and the last line warns."""
    lines = (await interrupted(sandbox, signal.SIGINT)).splitlines()
    assert lines[0].startswith(f"Account {ACCOUNT}  1 listener")
    assert lines[-1] == "Incomplete: the audit was interrupted."
    assert any("PC101" in line for line in lines)


async def test_json_says_that_it_is_incomplete(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """It is whole as JSON, `complete` is false, and the file has it."""
    file = tmp_path / "report.json"
    file.write_text("the last one")
    options = ("--format", "json", "--output", str(file))
    assert await interrupted(sandbox, signal.SIGTERM, *options) == ""
    report = json.loads(file.read_bytes())
    assert report["complete"] is False
    assert [part["account"] for part in report["audited"]] == [ACCOUNT]
    assert [f["id"] for f in report["findings"]] == ["PC101"]
    assert inside(tmp_path) == [file]


async def test_ndjson_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """After the findings comes an object that is none."""
    out = await interrupted(sandbox, signal.SIGHUP, "--format", "ndjson")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line.get("id") for line in lines] == ["PC101", None]
    assert lines[-1] == {"incomplete": "it was interrupted"}


async def test_csv_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """After the findings comes a row that is none."""
    out = await interrupted(sandbox, signal.SIGTERM, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["severity"] for row in rows] == ["error", "incomplete"]
    assert rows[-1]["why"] == "it was interrupted"


async def test_a_page_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """It is whole as HTML, and says so where it is read first."""
    page = await interrupted(sandbox, signal.SIGTERM, "--format", "html")
    assert page.endswith("</html>\n")
    assert "PC101" in page
    assert "interrupted" in page


async def test_the_second_signal_ends_at_once(sandbox: Sandbox) -> None:
    """Also while what is known is written to a pipe that nobody reads."""
    for _ in range(500):
        sandbox.add_listener(ACCOUNT, expires_at=1)
    sandbox.add_account(NEXT)
    sandbox.fault(Fault(path=f"/accounts/{NEXT}/", delay=60, times=None))
    process = await start(
        *(*COMMAND, "audit", "--no-linq", "--concurrency", "1", "--format", "json"),
        *("--account", str(ACCOUNT), "--account", str(NEXT)),
    )
    async with asyncio.timeout(20):
        while not any(str(NEXT) in request.path for request in sandbox.requests):
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        begun = await process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        code, rest, err = await finish(process)
    assert (code, err) == (-signal.SIGTERM, "")
    assert begun == b"{\n"
    assert not rest.endswith("}\n")


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


async def test_junit_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """It is whole as XML, and has an error that no finding makes."""
    out = await interrupted(sandbox, signal.SIGTERM, "--format", "junit")
    first, last = ET.fromstring(out)  # noqa: S314 - written just now
    assert first.get("name") == f"Account {ACCOUNT}"
    assert [each.get("message") for each in last.iter("error")] == [
        "it was interrupted"
    ]


async def test_sarif_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """It is whole as JSON, and its run was not successful."""
    out = await interrupted(sandbox, signal.SIGINT, "--format", "sarif")
    (run,) = json.loads(out)["runs"]
    assert [each["ruleId"] for each in run["results"]] == ["PC101"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == "incomplete: it was interrupted"


async def test_github_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """The last command is an error of its own."""
    out = await interrupted(sandbox, signal.SIGHUP, "--format", "github")
    first, last = out.splitlines()
    assert first.startswith("::error title=PC101 ")
    assert last == "::error title=Audit is incomplete::it was interrupted"


async def test_markdown_says_that_it_is_incomplete(sandbox: Sandbox) -> None:
    """It says so before any finding."""
    out = await interrupted(sandbox, signal.SIGTERM, "--format", "markdown")
    before, _, after = out.partition("**This audit was interrupted.**")
    assert "PC101" in after
    assert "PC101" not in before
