"""Results in a file instead of stdout."""

from __future__ import annotations

import sys
from asyncio import CancelledError
from pathlib import Path

import pytest

from phonecom_events.cli.output.files import stdout_to
from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli

PAGE = ("audit", "--format", "html")


def inside(folder: Path) -> list[Path]:
    """Return what is in a folder."""
    return list(folder.iterdir())


def write(file: Path, text: str, error: BaseException) -> None:
    """Write to a file by way of stdout, and fail then."""
    with stdout_to(file):
        sys.stdout.write(text)
        raise error


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv", "html"])
async def test_every_format_can_go_to_a_file(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, form: str
) -> None:
    """The file has what stdout would have, and stdout has nothing."""
    sandbox.add_listener(ACCOUNT, expires_at=5)
    file = tmp_path / "report"
    command = ("audit", "--no-linq", "--format", form)
    to_file = await cli(*command, "--output", file)
    assert (to_file.code, to_file.out) == (0, "")
    assert "PC101" in file.read_text(encoding="utf-8")
    assert inside(tmp_path) == [file]


async def test_a_failure_leaves_the_file_as_it_was(
    cli: Cli, bare: None, tmp_path: Path
) -> None:
    """Without a token there is no report, and the last one is still there."""
    file = tmp_path / "report.html"
    file.write_text("the last one")
    result = await cli(*PAGE, "--account", 5, "--output", file)
    assert result.code == 2
    assert file.read_text() == "the last one"
    assert inside(tmp_path) == [file]


@pytest.mark.parametrize("path", ["/not/there/report.html", "/"])
async def test_a_file_that_cannot_be_made_is_told(
    cli: Cli, sandbox: Sandbox, path: str
) -> None:
    """One line, before anything is read."""
    result = await cli(*PAGE, "--output", path)
    assert result.code == 2
    assert result.err.startswith(f"phonecom-events: cannot write {path}: ")
    assert len(result.err.splitlines()) == 1
    assert sandbox.requests == ()


async def test_a_full_disk_is_told(cli: Cli, sandbox: Sandbox) -> None:
    """A device is written to and never replaced."""
    result = await cli(*PAGE, "--no-linq", "--output", "/dev/full")
    assert result.code == 2
    assert "cannot write /dev/full: No space left on device" in result.err
    assert Path("/dev/full").is_char_device()  # noqa: ASYNC240 - it is no disk


def test_an_interruption_keeps_what_is_known(tmp_path: Path) -> None:
    """It is written by then, unlike after any other failure."""
    file = tmp_path / "report"
    with pytest.raises(CancelledError):
        write(file, "what is known", CancelledError())
    assert file.read_text() == "what is known"
    with pytest.raises(ValueError, match="wrong"):
        write(file, "half of", ValueError("wrong"))
    assert file.read_text() == "what is known"
    assert inside(tmp_path) == [file]
