"""Work in a fork, which may hang, crash, or be left behind changed."""

from __future__ import annotations

import math
import os
import resource
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Final, TypeVar

T = TypeVar("T")


# Whoever sleeps so many seconds waits for what never comes.
_ASLEEP: Final = 2.0
_LOOK: Final = 0.1
_FAILED: Final = 70


class Lost(Enum):
    """Why a fork returned nothing: asleep, ended (as at a limit), or at fault itself."""

    HUNG = auto()
    CRASHED = auto()
    FAILED = auto()


def in_fork(work: Callable[[], T], seconds: float | None = None) -> T | Lost:
    """Return what *work* returns, done in a process that is ended afterwards.

    Args:
        seconds: of computing, at most; then it may not sleep for long either. None for
            no limits. What the clock on the wall says means nothing on a machine that
            others use, too.
    """
    reader, writer = Pipe(duplex=False)
    pid = os.fork()
    if not pid:
        try:
            os.setsid()
            if seconds is not None:
                _limit(seconds)
            writer.send(work())
        except BaseException:  # noqa: BLE001 - whatever it was, nothing else may run
            traceback.print_exc()
            os._exit(_FAILED)
        os._exit(0)
    writer.close()
    result: T | Lost = Lost.HUNG
    if seconds is None or _ends(reader, pid):
        try:
            result = reader.recv()
        except EOFError:
            result = Lost.CRASHED
    reader.close()
    # With all that it has started itself.
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    failed = os.WIFEXITED(status) and os.WEXITSTATUS(status) == _FAILED
    return Lost.FAILED if failed else result


def _limit(seconds: float) -> None:
    most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds),) * 2)


def _ends(reader: Connection, pid: int) -> bool:
    """Wait until there is something to read, and return False if it never will be."""
    quiet_for, before = 0.0, ""
    while not reader.poll(_LOOK):
        now = _computed(pid)
        quiet_for = quiet_for + _LOOK if now == before else 0.0
        before = now
        if quiet_for > _ASLEEP:
            return False
    return True


def _computed(pid: int) -> str:
    """Return a text that stays the same while a process and its children sleep."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:  # not Linux: what takes two seconds in all is taken to sleep
        return "unknown"
    state, times = fields[0], fields[11:15]
    # Whoever wants to compute, and is not let, does not sleep.
    return " ".join(times) if state == "S" else str(monotonic())
