"""The README: every Python block runs, every command works, outputs are true."""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator
from inspect import CO_COROUTINE
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from benchmarks import keeping
from phonecom_events.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
PYTHON = [code for language, code in BLOCKS if language == "python"]
COMMANDS = [
    line for language, code in BLOCKS if language == "sh" for line in code.splitlines()
]


def shown_after(block: str) -> str | None:
    """Return the output that the README shows right after a block."""
    at = BLOCKS.index(("python", block)) + 1
    follows = README.split(block + "```", 1)[1].lstrip()
    return BLOCKS[at][1] if follows.startswith("```text") else None


def files(folder: Path) -> list[Path]:
    """Return what a command has written there."""
    return list(folder.iterdir())


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the development mode, which complains of slow machines, out of stderr."""
    monkeypatch.delenv("PYTHONDEVMODE", raising=False)


@pytest.fixture
async def environment(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    """A sandbox that the environment variables point at."""
    async with Sandbox() as sandbox:
        sandbox.add_extension(1000002, 500)
        profile = sandbox.add_profile(1000002)
        callback = sandbox.add_callback(1000002, profile_id=profile["id"])
        sandbox.add_linq_subscription(target_url="https://hooks.example.net")
        sandbox.add_linq_phone_number()
        for _ in range(3):
            sandbox.add_listener(1000002, callback_id=callback["id"])
        monkeypatch.setenv("PHONECOM_TOKEN", sandbox.token)
        monkeypatch.setenv("PHONECOM_BASE_URL", sandbox.phonecom_url)
        monkeypatch.setenv("LINQ_API_V3_API_KEY", sandbox.api_key)
        monkeypatch.setenv("LINQ_API_V3_BASE_URL", sandbox.linq_url)
        yield sandbox


async def run(source: str) -> str:
    """Run a block, which may await at its top level, and return what it prints."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(source, "README.md", "exec", flags=flags)
    assert isinstance(code, CodeType)
    printed = io.StringIO()
    # Since Python 3.13 a function made by hand gets no builtins by itself.
    names: dict[str, Any] = {"__name__": "readme", "__builtins__": builtins}
    with contextlib.redirect_stdout(printed):
        result = FunctionType(code, names)()
        if code.co_flags & CO_COROUTINE:
            await result
    return printed.getvalue()


@pytest.mark.parametrize("block", [b for b in PYTHON if "asyncio.run" not in b])
async def test_python(environment: Sandbox, block: str) -> None:
    """A block runs against the sandbox, and prints what is shown after it."""
    printed = await run(block)

    assert environment
    expected = shown_after(block)
    if expected is not None:
        assert printed == expected


@pytest.mark.parametrize("block", [b for b in PYTHON if "asyncio.run" in b])
def test_whole_programs(block: str) -> None:
    """A block that is a program prints what is shown after it, and is short."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", "-c", block],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout == shown_after(block)
    assert done.stderr == ""
    assert len(block.splitlines()) <= 14


@pytest.mark.parametrize("command", COMMANDS)
async def test_commands(environment: Sandbox, tmp_path: Path, command: str) -> None:
    """A command line works as it stands."""
    assert environment
    _, *arguments = shlex.split(command)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "phonecom_events",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    )
    out, err = await process.communicate()

    assert (process.returncode in (0, 1), err.decode()) == (True, "")
    assert out.strip() or files(tmp_path)


def test_audit_output() -> None:
    """The lines of the audit that the README shows are those that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "phonecom_events", "audit", "--sandbox"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    [shown] = [code for language, code in BLOCKS if "PC101" in code]

    position = 0
    for line in filter(None, shown.splitlines()):
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        found = re.compile(pattern).search(done.stdout, position)
        assert found, line
        position = found.end()


def test_every_block_is_run() -> None:
    """There is no block in a language that these tests do not run."""
    assert {language for language, _ in BLOCKS} == {"", "text", "python", "sh"}
    assert len(PYTHON) >= 6


def test_the_performance_follows_from_the_results() -> None:
    """What the README says of speed is what the last benchmarks found, unreached too."""
    kept = json.loads(keeping.RESULTS.read_text(encoding="utf-8"))

    assert keeping.front(kept) in README
