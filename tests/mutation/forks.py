"""Work in a fork, which may hang, crash, or be left behind changed."""

from __future__ import annotations

import os
import resource
import signal
import traceback
from collections.abc import Callable
from enum import Enum, auto
from multiprocessing import Pipe
from typing import TypeVar

T = TypeVar("T")


class Lost(Enum):
    """Why a fork returned nothing."""

    HUNG = auto()
    CRASHED = auto()


def in_fork(work: Callable[[], T], seconds: float) -> T | Lost:
    """Return what *work* returns, done in a process that is then ended.

    Args:
        seconds: on the wall's clock; half the memory of the machine is the other limit.
    """
    reader, writer = Pipe(duplex=False)
    pid = os.fork()
    if not pid:
        try:
            os.setsid()
            most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
            writer.send(work())
        except BaseException:  # noqa: BLE001 - it is a crash, whatever it was
            traceback.print_exc()
        finally:
            os._exit(0)
    writer.close()
    try:
        return reader.recv() if reader.poll(seconds) else Lost.HUNG
    except EOFError:
        return Lost.CRASHED
    finally:
        reader.close()
        # With all that it has started itself.
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
