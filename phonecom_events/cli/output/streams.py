"""stdout and stderr as commands write to them: what it means if that fails.

Results that cannot be written end a command with one line, whatever writes them, be
it Typer's help; what is said on stderr besides must never end one.

What is written for people goes through here too: consoles, notes, text made safe.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from io import TextIOWrapper, UnsupportedOperation
from typing import TYPE_CHECKING, Final, TextIO, cast

from ...display.printable import printable
from ...lazy import LazyModule
from ..exits import CannotRun, ReaderGone

if TYPE_CHECKING:
    from rich import console as rich_console
else:
    # Rich takes as long to import as Typer; help, JSON and CSV need none of it.
    rich_console = LazyModule("rich.console", __package__)


def console(*, stderr: bool = False) -> rich_console.Console:
    """Make a console that prints text as it is.

    Colours are left out where the stream is no terminal, and under NO_COLOR.
    """
    return rich_console.Console(
        stderr=stderr, highlight=False, markup=False, emoji=False
    )


def note(text: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(f"phonecom-events: {printable(text)}\n")


_CLOSED: Final = "it is closed"


class _Stream:
    """Pass text on to another stream; a subclass says what a failure comes to.

    Args:
        stream: None if it is closed, as Python has it then.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show an arrow must not end an audit.
            stream.reconfigure(errors="backslashreplace")

    @property
    def encoding(self) -> str | None:
        """As Rich and Click ask for it."""
        return None if self._stream is None else self._stream.encoding

    def write(self, text: str) -> int:
        """Write some text, which may stay in a buffer."""
        if self._stream is None:
            self._fail(OSError(_CLOSED))
            return len(text)
        try:
            return self._stream.write(text)
        except OSError as error:
            failure = error
        self._fail(failure)
        return len(text)

    def flush(self) -> None:
        """Write what is in the buffer."""
        if self._stream is None:
            return
        try:
            self._stream.flush()
            return
        except OSError as error:
            failure = error
        self._fail(failure)

    def isatty(self) -> bool:
        """Tell whether a person reads it."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor, if there is one."""
        if self._stream is None:
            raise UnsupportedOperation("fileno")
        return self._stream.fileno()

    def _fail(self, error: OSError) -> None:
        raise NotImplementedError

    def _drop(self) -> None:
        """Let what is still in the buffer go nowhere.

        The interpreter flushes both streams at its end, where a second failure would
        be a complaint of its own and exit code 120.
        """
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)


class Results(_Stream):
    """Write results.

    Args:
        stream: None if it is closed.
        place: where they go, as the error tells it.

    Raises:
        ReaderGone: by any write: nobody reads them any more.
        CannotRun: by any write: they cannot be written.
    """

    def __init__(self, stream: TextIO | None, place: str = "to stdout") -> None:
        super().__init__(stream)
        self._place = place
        self._failure: OSError | None = None

    def check(self) -> None:
        """Fail like a write if there is nothing to write to."""
        if self._stream is None:
            self._fail(OSError(_CLOSED))

    def flush(self) -> None:
        """Write what is in the buffer."""
        # Click takes what it writes to find out about a stream for a mere probe.
        if self._failure is not None:
            self._fail(self._failure)
        super().flush()

    def as_utf8(self) -> None:
        """From now on write UTF-8 and bare line feeds, whatever the locale says."""
        if isinstance(self._stream, TextIOWrapper):
            # What no encoding can hold, a lone surrogate, is \udXXX in JSON as well.
            self._stream.reconfigure(
                encoding="utf-8", errors="backslashreplace", newline="\n"
            )

    def _fail(self, error: OSError) -> None:
        self._failure = error
        self._drop()
        if isinstance(error, BrokenPipeError):
            raise ReaderGone
        raise CannotRun(f"cannot write {self._place}: {error.strerror or error}")


class Remarks(_Stream):
    """Write what is said besides the results, or nothing if that cannot be."""

    def _fail(self, error: OSError) -> None:
        del error
        self._drop()


def results_as_utf8() -> None:
    """Have stdout, or what stands for it, written for machines."""
    if isinstance(sys.stdout, Results):
        sys.stdout.as_utf8()


def check_results() -> None:
    """See that there is a stdout, before anything is done whose result goes there.

    Raises:
        CannotRun: it is closed, as after ``>&-``.
    """
    if isinstance(sys.stdout, Results):
        sys.stdout.check()


@contextmanager
def results_to(stream: TextIO | None, place: str = "to stdout") -> Iterator[None]:
    """Let what is written to stdout be results that go to *stream*."""
    with redirect_stdout(cast("TextIO", Results(stream, place))):
        yield


@contextmanager
def remarks_to(stream: TextIO | None) -> Iterator[None]:
    """Let what is written to stderr be remarks that go to *stream*."""
    with redirect_stderr(cast("TextIO", Remarks(stream))):
        yield
