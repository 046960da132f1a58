"""The accounts that a file names, or what is piped in: ``--accounts-from``."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from threading import Thread
from typing import Final

from ..exits import CannotRun

OPTION: Final = "--accounts-from"
_CHUNK: Final = 1 << 16
_SHOWN: Final = 40


async def accounts_in(source: str) -> list[int]:
    """Read one voip id a line; what follows a ``#`` is a comment.

    Args:
        source: a path, or ``-`` for stdin.

    Raises:
        CannotRun: it cannot be read, names no account, or a line, which is told by its
            number, is neither.
    """
    name = "stdin" if source == "-" else source
    try:
        data = await _stdin() if source == "-" else _file(source)
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRun(f"{OPTION}: {name} is not UTF-8") from None
    except OSError as error:
        reason = error.strerror or error
        raise CannotRun(f"{OPTION}: cannot read {name}: {reason}") from None
    lines = enumerate(text.splitlines(), start=1)
    ids = [(n, line.partition("#")[0].strip()) for n, line in lines]
    accounts = [_voip_id(name, n, each) for n, each in ids if each]
    if not accounts:
        # Those of the environment instead would be others than were meant.
        raise CannotRun(f"{OPTION}: {name} names no account")
    return accounts


def _voip_id(name: str, number: int, text: str) -> int:
    # int() would read other alphabets' digits too, and underscores.
    if text.isascii() and text.isdecimal() and len(text) <= _SHOWN and int(text) > 0:
        return int(text)
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    raise CannotRun(
        f"{OPTION}: {name}, line {number}: {shown!r} is no voip id; expected one"
        " number a line"
    )


def _file(path: str) -> bytes:
    return Path(path).read_bytes()


async def _stdin() -> bytes:
    """Read all of stdin, and be cancelled by a signal meanwhile.

    Raises:
        OSError: it is closed, or cannot be read.
    """
    if sys.stdin is None:
        raise OSError("it is closed")
    loop, descriptor = asyncio.get_running_loop(), sys.stdin.fileno()
    answer: asyncio.Future[bytes] = loop.create_future()

    def settle(data: bytes, error: OSError | None) -> None:
        if answer.cancelled():
            return
        if error is None:
            answer.set_result(data)
        else:
            answer.set_exception(error)

    def read() -> None:
        data, error = bytearray(), None
        try:
            # Past sys.stdin, whose lock would be held as the interpreter ends.
            while chunk := os.read(descriptor, _CHUNK):
                data += chunk
        except OSError as problem:
            error = problem
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, bytes(data), error)

    # Neither a loop's own thread pool nor a joined thread: after Ctrl-C the command
    # would not end before whoever pipes does.
    Thread(target=read, daemon=True).start()
    return await answer
