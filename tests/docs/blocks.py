"""Code blocks of Markdown, found and run: Python, command lines, and what they print.

What stands in a comment right before a block says how it is meant:

- ``<!-- not run: a reason -->``: nothing runs it.
- ``<!-- file: receiver.py -->``: it is a file, which later blocks find in their folder.

And in a comment on a line of its own, anywhere, how the whole page is meant:

- ``<!-- needs: notebook -->``: its blocks need that extra; `tests/extras/docs` runs them.
- ``<!-- run by: tests/testing/test_plugin.py -->``: its blocks need more than that; there
  they are run.

A block of ``text`` after one that is run is what that prints; in it ``…`` stands for
anything within a line, and on a line of its own for any lines.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from inspect import CO_COROUTINE
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

from attrs import frozen

from phonecom_events.__main__ import main

ROOT: Final = Path(__file__).parents[2]
_BLOCK: Final = re.compile(
    r"^(?:<!-- (?P<mark>not run|file): (?P<words>[^>]+?) -->\n\n?)?"
    r"```(?P<language>\S*)[^\n]*\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_SHELL: Final = re.compile(r"[|&;<>$`(){}*?~]")


@frozen
class Block:
    """One block of a page.

    Attributes:
        language: what stands behind its fence; empty if nothing does.
        code: its lines.
        line: the number of its first line in the page, from 1.
        mark: ``not run``, ``file`` or nothing.
        words: the reason, or the name of the file.
    """

    language: str
    code: str
    line: int
    mark: str
    words: str

    @property
    def is_directive(self) -> bool:
        """Whether it is none, but an instruction for what builds the site."""
        return self.language.startswith("{")


def find_blocks(text: str) -> list[Block]:
    """Return the blocks of a page."""
    return [
        Block(
            language=found["language"],
            code=found["code"],
            line=text.count("\n", 0, found.start("code")) + 1,
            mark=found["mark"] or "",
            words=found["words"] or "",
        )
        for found in _BLOCK.finditer(text)
    ]


def shell_lines(code: str) -> list[str]:
    """Return the commands of a block, those that go over several lines as one."""
    lines = code.replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


class Runner:
    """Run the blocks of a page one after the other; they share names and a folder."""

    def __init__(self, page: str, folder: Path) -> None:
        self._page = page
        self._folder = folder
        # Since Python 3.13 a function made by hand gets no builtins by itself.
        self._names: dict[str, Any] = {
            "__name__": "page",
            "__builtins__": builtins,
        }

    async def run(self, blocks: list[Block]) -> None:
        """Run those that are to be run, and compare what they print."""
        printed: str | None = None
        for block in blocks:
            if block.mark == "file":
                (self._folder / block.words).write_text(block.code, encoding="utf-8")
            elif block.mark or block.is_directive:
                pass
            elif block.language == "python":
                printed = await self.python(block)
                continue
            elif block.language == "sh":
                printed = await self.shell(block)
                continue
            elif block.language == "text" and printed is not None:
                assert_printed(printed, block.code, f"{self._page}:{block.line}")
            printed = None

    async def python(self, block: Block) -> str:
        """Run a block, which may await at its top level; return what it prints."""
        # Lines are counted from the top of the page, as tracebacks show them.
        source = "\n" * (block.line - 1) + block.code
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(source, self._page, "exec", flags=flags)
        assert isinstance(code, CodeType)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.chdir(self._folder):
            result = FunctionType(code, self._names)()
            if code.co_flags & CO_COROUTINE:
                await result
        return printed.getvalue()

    async def shell(self, block: Block) -> str:
        """Run the commands of a block, and return what they print."""
        return "".join([await self.command(line) for line in shell_lines(block.code)])

    async def command(self, line: str) -> str:
        """Run a command; its exit code is 0, or 1 if it is one that finds things."""
        run = _in_this_process if _is_ours(line) else _in_a_shell
        code, out, err = await run(line, self._folder)
        assert code in (0, 1), f"{self._page}: {line}: {code}\n{out}\n{err}"
        return out


def assert_printed(printed: str, shown: str, where: str) -> None:
    """Fail unless *printed* is what a page shows."""
    pattern = "".join(_line_pattern(line) for line in shown.splitlines())
    assert re.fullmatch(pattern, printed), f"{where} shows\n{shown}\nnot\n{printed}"


def _line_pattern(line: str) -> str:
    if line == "…":
        return r"(?:.*\n)*?"
    parts = map(re.escape, line.rstrip().split("…"))
    return rf"{'.*'.join(parts)}[ ]*\n"


def _is_ours(line: str) -> bool:
    return line.startswith("phonecom-events ") and not _SHELL.search(line)


async def _in_this_process(line: str, folder: Path) -> tuple[int, str, str]:
    """Run one of our commands in a thread: most of a process is its start."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
    with (
        contextlib.redirect_stdout(streams[0]),
        contextlib.redirect_stderr(streams[1]),
        contextlib.chdir(folder),
    ):
        code = await asyncio.to_thread(main, shlex.split(line, comments=True)[1:])
    out, err = (_text(stream) for stream in streams)
    return code, out, err


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


async def _in_a_shell(line: str, folder: Path) -> tuple[int | None, str, str]:
    beside = str(Path(sys.executable).parent)
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        line,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            **os.environ,
            "PATH": os.pathsep.join([beside, os.environ["PATH"]]),
            "PYTHONPATH": str(ROOT),
        },
        cwd=folder,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


def pages() -> Iterator[Path]:
    """Yield the pages of the site."""
    yield from sorted((ROOT / "docs").rglob("*.md"))


_NEEDS: Final = re.compile(r"^<!-- needs: ([\w-]+) -->$", re.MULTILINE)
_RUN_BY: Final = re.compile(r"^<!-- run by: (\S+) -->$", re.MULTILINE)


def needed_extra(text: str) -> str | None:
    """Return the extra that a page's blocks need; None if cli and test are enough."""
    found = _NEEDS.search(text)
    return found[1] if found else None


def other_test(text: str) -> str | None:
    """Return the file of the tests that run a page's blocks, if these here do not."""
    found = _RUN_BY.search(text)
    return found[1] if found else None
