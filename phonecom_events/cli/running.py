"""From a coroutine to an exit code: every error of ours becomes one line."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import typer

from ..errors import InvalidArgument, PhonecomEventsError
from .exits import (
    BY_SIGNAL,
    COULD_NOT_RUN,
    READER_GONE,
    CannotRun,
    Interrupted,
    ReaderGone,
    run_until_signal,
)
from .output.streams import note

_LEVELS: Final = (logging.WARNING, logging.INFO, logging.DEBUG)
_WORDS: Final = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}

Body = Callable[[], Coroutine[Any, Any, int | None]]


def run(body: Body, *, verbosity: int = 0) -> None:
    """Run a command's coroutine, and leave with its exit code.

    Args:
        body: starts the coroutine; it returns an exit code, or None for 0.
        verbosity: 1 logs retries to stderr, 2 every request.

    Raises:
        typer.Exit: with the exit code, if that is not 0.
    """
    with _logging(verbosity):
        code = run_until_signal(body)
    if code:
        raise typer.Exit(code)


def exit_code(act: Callable[[], int]) -> int:
    """Act, write out the results, and return the exit code that this comes to.

    What went wrong is told in a line on stderr, unless it is a bug of ours.
    """

    def whole() -> int:
        code = act()
        # What is in the buffer may still fail, at the latest as the interpreter ends.
        sys.stdout.flush()
        return code

    code = _ending(whole)
    with suppress(CannotRun, ReaderGone):  # told, or less than what was told
        sys.stdout.flush()
    return code


def _ending(act: Callable[[], int]) -> int:
    try:
        return act()
    except Interrupted as signalled:
        if signalled.problem:
            note(signalled.problem)
        note(_WORDS[signal.Signals(signalled.number).name])
        return BY_SIGNAL + signalled.number
    except ReaderGone:
        return READER_GONE
    except (CannotRun, InvalidArgument) as error:
        note(str(error))
    except PhonecomEventsError as error:
        from ..audit import advice

        note(f"{error}. {advice(error)}")
    return COULD_NOT_RUN


@contextmanager
def _logging(verbosity: int) -> Iterator[None]:
    log = logging.getLogger("phonecom_events")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level = log.level
    log.addHandler(handler)
    log.setLevel(_LEVELS[min(verbosity, len(_LEVELS) - 1)])
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
