"""How a command ends: the exit codes, what is raised to end with one, and signals.

The first Ctrl-C, SIGTERM or SIGHUP ends a command in order; the second ends the process
at once, as if nothing had been listening.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, TypeVar

COULD_NOT_RUN: Final = 2
ODD_ROWS: Final = 3
# Shells report a process that a signal ended as 128 and the signal's number.
BY_SIGNAL: Final = 128
# As if SIGPIPE had ended it, which Python ignores.
READER_GONE: Final = 141


class CannotRun(Exception):
    """Say in one line why a command cannot run, and what to do about it."""


class ReaderGone(Exception):
    """Stop, because nobody reads the results any more: ``| head`` has enough."""


class Interrupted(Exception):
    """Stop, because of a signal; what was known has been written.

    Args:
        number: of the signal.
        problem: what else there is to say.
    """

    def __init__(self, number: int, problem: str = "") -> None:
        super().__init__(number, problem)
        self.number = number
        self.problem = problem


T = TypeVar("T")

# Windows has no SIGHUP.
_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")


def run_until_signal(body: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on an event loop of its own, and return what it returns.

    A signal cancels it: what it knows by then it can write before it ends.

    Raises:
        Interrupted: it was ended by a signal.
    """
    ending = _Ending()
    problem = ""
    with ending.listening(), asyncio.Runner() as runner:
        try:
            return runner.run(ending.guard(body))
        except asyncio.CancelledError:
            if ending.number is None:
                raise
        except (CannotRun, ReaderGone) as error:
            if ending.number is None:
                raise
            problem = str(error)
    raise Interrupted(ending.number, problem)


class _Ending:
    """Cancel a task for the first signal, and give way to the second.

    asyncio.Runner does that for SIGINT alone, and lets its second be an exception at
    any place, which the command would have to get through.

    Attributes:
        number: of the first signal; None as long as there is none.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None

    async def guard(self, body: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run what a signal is to cancel."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        if self.number is not None:
            raise asyncio.CancelledError
        return await body()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Handle the signals that would end the process, if that is possible here.

        One that is ignored, as SIGHUP is under nohup, stays ignored, and a program
        that runs a command inside itself keeps its own handlers.
        """
        numbers = [getattr(signal, each) for each in _NAMES if hasattr(signal, each)]
        usual = (signal.SIG_DFL, signal.default_int_handler)
        before = {}
        if threading.current_thread() is threading.main_thread():
            for number in numbers:
                if signal.getsignal(number) in usual:
                    before[number] = signal.signal(number, self._receive)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _receive(self, number: int, _: FrameType | None) -> None:
        if self.number is not None:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
            return
        self.number = number
        if self._task is not None and self._loop is not None and not self._task.done():
            self._task.cancel()
            # The loop may be asleep in a system call, which goes on after a handler.
            self._loop.call_soon_threadsafe(lambda: None)
