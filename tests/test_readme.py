"""The README: every Python block runs, every command works, outputs are true."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks import keeping
from phonecom_events.sandbox import Sandbox
from tests.docs.blocks import Block, Runner, find_blocks, shell_lines
from tests.docs.environment import example_environment

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = find_blocks(README)
PYTHON = [block for block in BLOCKS if block.language == "python"]
PROGRAMS = [block for block in PYTHON if "asyncio.run" in block.code]
COMMANDS = [
    line
    for block in BLOCKS
    if block.language == "sh"
    for line in shell_lines(block.code)
]


def shown_after(block: Block) -> list[Block]:
    """Return the output that the README shows right after a block, if there is one."""
    at = BLOCKS.index(block) + 1
    follows = "".join(README.splitlines(keepends=True)[block.line - 1 :])
    shown = follows.removeprefix(f"{block.code}```").lstrip().startswith("```text")
    return BLOCKS[at : at + 1] if shown else []


def files(folder: Path) -> list[Path]:
    """Return what a command has written there."""
    return list(folder.iterdir())


@pytest.fixture
async def environment(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    """A sandbox that the environment variables point at."""
    async with example_environment(monkeypatch) as sandbox:
        yield sandbox


@pytest.mark.parametrize("block", [each for each in PYTHON if each not in PROGRAMS])
async def test_python(environment: Sandbox, tmp_path: Path, block: Block) -> None:
    """A block runs against the sandbox, and prints what is shown after it."""
    assert environment
    await Runner("README.md", tmp_path).run([block, *shown_after(block)])


@pytest.mark.parametrize("block", PROGRAMS)
def test_whole_programs(block: Block) -> None:
    """A block that is a program prints what is shown after it, and is short."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", "-c", block.code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert [done.stdout] == [shown.code for shown in shown_after(block)]
    assert done.stderr == ""
    assert len(block.code.splitlines()) <= 14


@pytest.mark.parametrize("command", COMMANDS)
async def test_commands(environment: Sandbox, tmp_path: Path, command: str) -> None:
    """A command line works as it stands."""
    assert environment
    out = await Runner("README.md", tmp_path).command(command)

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
    [shown] = [block.code for block in BLOCKS if "ERROR PC101" in block.code]

    position = 0
    for line in filter(None, shown.splitlines()):
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        found = re.compile(pattern).search(done.stdout, position)
        assert found, line
        position = found.end()


def test_every_block_is_run() -> None:
    """There is no block in a language that these tests do not run."""
    assert {block.language for block in BLOCKS} == {"", "text", "python", "sh"}
    assert len(PYTHON) >= 6


def test_the_performance_follows_from_the_results() -> None:
    """What the README says of speed is what the last benchmarks found, unreached too."""
    kept = json.loads(keeping.RESULTS.read_text(encoding="utf-8"))

    assert keeping.front(kept) in README
