"""From a coroutine to an exit code: every error of ours becomes one line."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final

import typer

from ..audit import advice
from ..errors import InvalidArgument, PhonecomEventsError
from .exits import COULD_NOT_RUN, INTERRUPTED, STDOUT_CLOSED, CannotRun
from .output.terminal import note

_LEVELS: Final = (logging.WARNING, logging.INFO, logging.DEBUG)

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
        code = _exit_code(body)
    if code:
        raise typer.Exit(code)


def _exit_code(body: Body) -> int:
    try:
        code = asyncio.run(body())
        sys.stdout.flush()
    except KeyboardInterrupt:
        note("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()
        return STDOUT_CLOSED
    except (CannotRun, InvalidArgument) as error:
        note(str(error))
        return COULD_NOT_RUN
    except PhonecomEventsError as error:
        note(f"{error}. {advice(error)}")
        return COULD_NOT_RUN
    return code or 0


def _drop_stdout() -> None:
    """Let what is still buffered go nowhere, lest the interpreter complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
