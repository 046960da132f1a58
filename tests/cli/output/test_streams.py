"""Results as bytes, and what becomes of them if they cannot be written."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import pytest

from phonecom_events.cli.output.streams import results_as_utf8, results_to
from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli

NAME = "Zoë → 東京"
AUDIT = ("audit", "--no-linq", "--show")
LISTENERS = ("listeners", "list", "--account", str(ACCOUNT))
PROFILES = ("profiles", "list", "--account", str(ACCOUNT))
EVERY = [
    *[
        (*AUDIT, "--format", form)
        for form in ("table", "json", "ndjson", "csv", "html")
    ],
    *[(*LISTENERS, "--format", form) for form in ("table", "json", "ndjson", "csv")],
    ("listeners", "get", "7", "--account", str(ACCOUNT)),
    ("linq", "subscriptions", "list"),
    ("audit", "--explain", "all"),
    ("audit", "--help"),
    ("--version",),
    ("sandbox", "--port", "0"),
]


def windows_console(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """Give stdout the encoding and line ends of a Windows console; return its bytes."""
    written = io.BytesIO()
    stdout = io.TextIOWrapper(written, encoding="cp1252", newline="\r\n")
    monkeypatch.setattr(sys, "stdout", stdout)
    return written


@pytest.mark.parametrize(
    "argv",
    [
        *[(*AUDIT, "--format", form) for form in ("json", "ndjson", "csv", "html")],
        *[(*PROFILES, "--format", form) for form in ("json", "ndjson", "csv")],
    ],
    ids=" ".join,
)
async def test_machine_formats_are_utf_8_whatever_the_locale(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    """So are line feeds their only line ends."""
    sandbox.add_profile(ACCOUNT, name=NAME, support_email=None)
    stdout = windows_console(monkeypatch)
    assert (await cli(*argv)).code == 0
    written = stdout.getvalue()
    assert b"\r" not in written
    assert written.endswith(b"\n")
    assert (NAME if argv[0] == "profiles" else "PC301") in written.decode("utf-8")


async def test_tables_follow_the_terminal(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it cannot show is escaped, and ends nothing."""
    sandbox.add_profile(ACCOUNT, name=NAME)
    stdout = windows_console(monkeypatch)
    assert (await cli(*PROFILES)).code == 0
    assert b"Zo\xeb \\u2192 \\u6771\\u4eac" in stdout.getvalue()


@pytest.mark.parametrize("argv", [AUDIT, PROFILES], ids=" ".join)
async def test_csv_can_begin_with_a_mark(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    """With --bom there is one byte order mark, at the very beginning."""
    sandbox.add_profile(ACCOUNT, name=NAME, support_email=None)
    stdout = windows_console(monkeypatch)
    assert (await cli(*argv, "--format", "csv", "--bom")).code == 0
    written = stdout.getvalue()
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.count(b"\xef\xbb\xbf") == 1
    (first, *_) = csv.DictReader(io.StringIO(written.decode("utf-8-sig")))
    assert {"id"} <= first.keys()


async def test_a_mark_goes_with_csv_only(cli: Cli, sandbox: Sandbox) -> None:
    """Before JSON it would be no JSON: it is refused before any request."""
    for argv in ((*AUDIT, "--format", "json"), LISTENERS):
        result = await cli(*argv, "--bom")
        assert (result.code, result.out) == (2, "")
        assert "--bom: it goes with --format csv" in result.err
    assert sandbox.requests == ()


def test_a_surrogate_of_the_server_is_written_as_json_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half a character has no bytes in UTF-8, and an escape in JSON."""
    stdout = windows_console(monkeypatch)
    with results_to(sys.stdout):
        results_as_utf8()
        sys.stdout.write(json.dumps("\ud83d!", ensure_ascii=False))
        sys.stdout.flush()
    assert json.loads(stdout.getvalue()) == "\ud83d!"


@pytest.fixture
def full() -> Iterator[TextIO]:
    """Open a file on a disk that is full."""
    file = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115
    yield file
    with suppress(OSError):
        file.close()


@pytest.mark.parametrize("argv", EVERY, ids=" ".join)
async def test_a_full_disk_is_told_in_one_line(
    cli: Cli,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    full: TextIO,
    argv: tuple[str, ...],
) -> None:
    """Every command ends in 2, whatever it writes and however."""
    sandbox.add_listener(ACCOUNT, id=7, expires_at=1)
    sandbox.add_linq_subscription()
    monkeypatch.setattr(sys, "stdout", full)
    result = await cli(*argv)
    assert (result.code, result.err) == (
        2,
        "phonecom-events: cannot write to stdout: No space left on device\n",
    )


@pytest.mark.parametrize("options", [("--fail-on", "info"), ("--account", "999")])
async def test_a_full_disk_counts_more_than_what_was_found(
    cli: Cli,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    full: TextIO,
    options: tuple[str, ...],
) -> None:
    """An audit that fails by --fail-on, or has gaps, tells the failing write too."""
    sandbox.add_listener(ACCOUNT, expires_at=1)
    monkeypatch.setattr(sys, "stdout", full)
    result = await cli(*AUDIT, *options)
    assert result.code == 2
    assert result.err.endswith("write to stdout: No space left on device\n")
    assert result.err.count("No space left") == 1


@pytest.mark.parametrize("argv", EVERY, ids=" ".join)
async def test_a_closed_stdout_is_told_before_the_first_request(
    cli: Cli,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    argv: tuple[str, ...],
) -> None:
    """After ``>&-`` there is nothing to write to, which is known at once."""
    monkeypatch.setattr(sys, "stdout", None)
    result = await cli(*argv)
    assert (result.code, result.err) == (
        2,
        "phonecom-events: cannot write to stdout: it is closed\n",
    )
    assert sandbox.requests == ()


async def test_what_writes_nothing_needs_no_stdout(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A deletion, and an audit with --output, run without."""
    sandbox.add_listener(ACCOUNT, id=7)
    monkeypatch.setattr(sys, "stdout", None)
    delete = await cli("listeners", "delete", 7, "--account", str(ACCOUNT))
    assert (delete.code, delete.err) == (0, "phonecom-events: deleted listener 7\n")
    audit = await cli(*AUDIT, "--output", tmp_path / "report")
    assert (audit.code, audit.err) == (0, "")


async def test_a_broken_stderr_ends_nothing(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, full: TextIO
) -> None:
    """A log on a full disk, or none at all, keeps no audit from its report."""
    for stderr in (full, None):
        monkeypatch.setattr(sys, "stderr", stderr)
        result = await cli("audit", "--account", 5, "-vv", "--no-linq")
        assert result.code == 2
        assert "PC001" in result.out


@pytest.mark.parametrize(
    "argv", [(*LISTENERS, "--format", "ndjson"), LISTENERS, ("audit", "--sandbox")]
)
async def test_a_reader_that_left_is_no_error(
    cli: Cli,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    argv: tuple[str, ...],
) -> None:
    """Whoever stops reading gets no error message, and the code of SIGPIPE."""
    for _ in range(2000):
        sandbox.add_listener(ACCOUNT)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        result = await cli(*argv)
        pipe.write("what is left goes nowhere")
    assert (result.code, result.err) == (141, "")
