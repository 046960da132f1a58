"""What ``audit --baseline`` tells, in every format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli


def write(path: Path, text: str | bytes) -> None:
    """Write a file."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
async def earlier(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> Path:
    """A report of two expired listeners; since then one went and one came."""
    gone, _ = (sandbox.add_listener(ACCOUNT, id=n, expires_at=1) for n in (11, 12))
    path = tmp_path / "old.json"
    write(path, (await cli("audit", "--format", "json")).out)
    sandbox.remove_listener(gone["id"])
    sandbox.add_listener(ACCOUNT, id=13, expires_at=1)
    return path


async def test_a_table_tells_what_is_new_and_what_is_fixed(
    cli: Cli, earlier: Path
) -> None:
    """What has not changed is counted, and no more."""
    result = await cli("audit", "--baseline", earlier)
    assert result.code == 0
    assert "listener 13  expired" in result.out
    assert "listener 12" not in result.out
    assert f"FIXED PC101  Listener has expired\n    account {ACCOUNT}" in result.out
    assert "Nothing new found in Linq" in result.out
    assert "1 new, 1 fixed, 1 unchanged since 20" in result.out


async def test_what_was_not_looked_for_is_counted(cli: Cli, earlier: Path) -> None:
    """With other checks selected, old findings are neither fixed nor there."""
    result = await cli("audit", "--baseline", earlier, "--select", "PC2")
    assert "0 new, 0 fixed, 0 unchanged, 2 not looked for since" in result.out


async def test_json_has_all_findings_with_their_status(cli: Cli, earlier: Path) -> None:
    """So it serves as the next baseline."""
    result = await cli("audit", "--baseline", earlier, "--format", "json")
    report = json.loads(result.out)
    assert [(f["where"]["id"], f["status"]) for f in report["findings"]] == [
        (12, "unchanged"),
        (13, "new"),
    ]
    assert [f["where"]["id"] for f in report["baseline"]["fixed"]] == [11]
    write(earlier, result.out)
    again = await cli("audit", "--baseline", earlier)
    assert "0 new, 0 fixed, 2 unchanged" in again.out


async def test_rows_have_what_is_new_and_what_is_fixed(cli: Cli, earlier: Path) -> None:
    """NDJSON and CSV tell the status with each."""
    expected = [(13, "new"), (11, "fixed")]
    lines = (await cli("audit", "--baseline", earlier, "--format", "ndjson")).out
    told = [json.loads(line) for line in lines.splitlines()]
    assert [(f["where"]["id"], f["status"]) for f in told] == expected
    rows = (await cli("audit", "--baseline", earlier, "--format", "csv")).out
    read = csv.DictReader(io.StringIO(rows))
    assert [(int(row["item"]), row["status"]) for row in read] == expected


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv"])
async def test_only_what_is_new_makes_it_fail(
    cli: Cli, sandbox: Sandbox, earlier: Path, form: str
) -> None:
    """Without the new listener, old findings do not count for --fail-on."""
    options = ("--baseline", earlier, "--fail-on", "error", "--format", form)
    assert (await cli("audit", *options)).code == 1
    sandbox.remove_listener(13)
    assert (await cli("audit", *options)).code == 0
    assert (await cli("audit", "--fail-on", "error", "--format", form)).code == 1


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"{}", b'{"schema": 9}'])
async def test_a_baseline_that_is_none_is_told_in_one_line(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, content: bytes | None
) -> None:
    """A missing or other file ends it with 2 before any request."""
    path = tmp_path / "old.json"
    if content is not None:
        write(path, content)
    result = await cli("audit", "--baseline", path)
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert str(path) in line
    assert sandbox.requests == ()
