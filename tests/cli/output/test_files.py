"""Results in a file instead of stdout."""

from __future__ import annotations

import os
import re
import sys
from asyncio import CancelledError
from pathlib import Path

import pytest

from phonecom_events.audit.html.page import page_template
from phonecom_events.cli.exits import CannotRun
from phonecom_events.cli.output.files import results_in
from phonecom_events.sandbox import Sandbox

from ..conftest import ACCOUNT, Cli

PAGE = ("audit", "--format", "html")


def inside(folder: Path) -> list[Path]:
    """Return what is in a folder."""
    return list(folder.iterdir())


def write(file: Path, text: str, error: BaseException) -> None:
    """Write to a file by way of stdout, and fail then."""
    with results_in(file):
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


async def test_a_missing_template_engine_is_told_at_once(
    cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says what to install, before anything is read."""
    page_template.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = await cli(*PAGE)
    assert result.code == 2
    assert "install it with: pip install 'phonecom-events[cli]'" in result.err
    assert len(result.err.splitlines()) == 1
    assert sandbox.requests == ()


@pytest.mark.parametrize("path", ["/not/there/report.html", "/", "x" * 300])
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


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    """Whatever ends the process meanwhile finds it as it was, and so do readers."""
    file = tmp_path / "report"
    file.write_text("the last one")
    file.chmod(0o640)
    with results_in(file):
        sys.stdout.write("the new one")
        sys.stdout.flush()
        assert file.read_text() == "the last one"
    assert file.read_text() == "the new one"
    assert file.stat().st_mode & 0o777 == 0o640
    assert inside(tmp_path) == [file]


def test_two_at_a_time_do_not_mix(tmp_path: Path) -> None:
    """Each writes a file of its own beside, and the last to end has its way."""
    file = tmp_path / "report"
    with results_in(file):
        sys.stdout.write("one")
        with results_in(file):
            sys.stdout.write("two")
        assert file.read_text() == "two"
    assert file.read_text() == "one"
    assert inside(tmp_path) == [file]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is replaced."""
    file, link = tmp_path / "report", tmp_path / "latest"
    file.write_text("the last one")
    link.symlink_to(file)
    with results_in(link):
        sys.stdout.write("the new one")
    assert link.is_symlink()
    assert file.read_text() == "the new one"


def test_a_file_that_may_not_be_written_is_told_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rename would get round its mode, which says that it is to be kept."""
    file = tmp_path / "report"
    file.write_text("the last one")
    monkeypatch.setattr(os, "access", lambda *_: False)
    told = f"cannot write {file}: Permission denied"
    with pytest.raises(CannotRun, match=re.escape(told)), results_in(file):
        raise AssertionError
    assert file.read_text() == "the last one"
    assert inside(tmp_path) == [file]
