"""What a command line imports: no more than what it does takes."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from phonecom_events import __version__
from phonecom_events.__main__ import main
from phonecom_events.sandbox import Sandbox

from .conftest import ACCOUNT
from .test_app import COMMANDS, GROUPS

HEAVY = {
    "aiohttp",
    "cattrs",
    "jinja2",
    "pydantic",
    "rich",
    "phonecom_events.audit",
    "phonecom_events.client",
    "phonecom_events.sandbox",
}
RUN = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from phonecom_events.__main__ import main
for line in json.loads(sys.argv[1]):
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(line)
    imported = [*sys.modules]
    print(json.dumps([code, out.getvalue(), err.getvalue(), imported]))
"""
VERSION = """
import sys
from phonecom_events.__main__ import main
main(["--version"])
print(*sys.modules, file=sys.stderr)
"""


def ran(*lines: list[str], **variables: str) -> list[tuple[int, str, str, set[str]]]:
    """Run command lines in one fresh process; return code, output, and imports."""
    done = subprocess.run(  # noqa: S603 our own code
        [sys.executable, "-W", "error", "-c", RUN, json.dumps(lines)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **variables},
    )
    told: list[Any] = [json.loads(line) for line in done.stdout.splitlines()]
    return [(code, out, err, set(imported)) for code, out, err, imported in told]


def completed(typed: str) -> tuple[list[str], set[str]]:
    """Have a shell's TAB answered; return the words, and what was imported."""
    ((code, out, err, imported),) = ran(
        [],
        _PHONECOM_EVENTS_COMPLETE="complete_bash",
        COMP_WORDS=f"phonecom-events {typed}",
        COMP_CWORD=str(1 + typed.count(" ")),
    )
    assert (code, err) == (0, "")
    return out.split(), imported


def test_the_version_needs_nothing() -> None:
    """`--version` imports neither Typer nor asyncio, nor more of this package."""
    done = subprocess.run(  # noqa: S603 our own code
        [sys.executable, "-W", "error", "-c", VERSION],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stderr.split())

    assert done.stdout == f"phonecom-events {__version__}\n"
    assert imported.isdisjoint({"typer", "asyncio", *HEAVY})
    assert {each for each in imported if each.startswith("phonecom_events.")} <= {
        "phonecom_events.__main__",
        "phonecom_events.lazy",
        "phonecom_events.version",
    }


def test_a_version_that_cannot_be_written_is_told_as_all_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it cannot be written, one line says so."""
    monkeypatch.setattr(sys, "stdout", None)

    assert main(["--version"]) == 2
    assert capsys.readouterr().err.endswith("it is closed\n")


def test_the_list_of_commands_imports_none_of_them() -> None:
    """`--help` shows every command without importing it, and so does a TAB."""
    ((_, out, _, imported),) = ran(["--help"])
    words, imported_too = completed("")

    top = {command[0] for command in COMMANDS}
    assert top <= set(out.split())
    assert set(words) == top
    for each in (imported, imported_too):
        assert each.isdisjoint({"attrs", "phonecom_events.phonecom", *HEAVY})


def test_help_imports_nothing_that_only_running_takes() -> None:
    """No command's help imports aiohttp, Rich, the audit or the sandbox."""
    lines = [[*path, "--help"] for path in (*GROUPS, *COMMANDS)]

    for line, (code, _, err, imported) in zip(lines, ran(*lines), strict=True):
        assert (code, err) == (0, ""), line
        assert imported.isdisjoint(HEAVY), line


def test_options_are_completed_without_what_running_takes() -> None:
    """A TAB after a command that lacks a required option offers them all."""
    words, imported = completed("listeners list --")

    assert {"--account", "--format", "--page-size", "--help"} <= set(words)
    assert imported.isdisjoint(HEAVY)


def test_a_check_is_explained_without_what_an_audit_takes() -> None:
    """`--explain` imports the checks, and neither a client nor what writes reports."""
    ((code, out, _, imported),) = ran(["audit", "--explain", "PC101"])

    assert code == 0
    assert out.startswith("PC101")
    assert imported.isdisjoint(HEAVY - {"phonecom_events.audit"})
    assert not {"phonecom_events.audit.run", "phonecom_events.audit.stream"} & imported


async def test_a_json_list_is_written_without_rich(sandbox: Sandbox) -> None:
    """What is for programs needs nothing that draws."""
    sandbox.add_listener(ACCOUNT)
    line = ["listeners", "list", "--account", str(ACCOUNT), "--format", "json"]
    ((code, out, _, imported),) = await asyncio.to_thread(ran, line)

    assert (code, len(json.loads(out))) == (0, 1)
    assert "aiohttp" in imported
    assert imported.isdisjoint({"rich", "phonecom_events.sandbox"})


def test_lists_and_help_say_the_same_of_a_command() -> None:
    """What the list of commands says of one is how its own help begins."""
    names = sorted({command[0] for command in COMMANDS})
    (_, table, _, _), *helps = ran(["--help"], *([name, "--help"] for name in names))

    rows = dict(
        line.split(maxsplit=1)
        for line in table.partition("Commands:\n")[2].splitlines()
        if line.startswith("  ") and line.split()[0] in names
    )
    for name, (_, text, _, _) in zip(names, helps, strict=True):
        assert text.splitlines()[2].strip() == rows[name]
