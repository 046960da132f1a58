"""Results in a file instead of stdout."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from .running import CannotRun


@contextmanager
def stdout_to(path: Path | None) -> Iterator[None]:
    """Let what is written to stdout go to a file, in UTF-8.

    A file that is there already is replaced when all is written, so that a failure
    leaves it as it was. An interruption is none: what is known by then is kept.

    Args:
        path: of the file; None leaves stdout as it is.

    Raises:
        CannotRun: the file cannot be written.
    """
    if path is None:
        yield
        return
    try:
        if path.exists() and not path.is_file():
            with _writing(path):
                yield
        else:
            with _replacing(path):
                yield
    except OSError as error:
        problem = error.strerror or str(error)
    else:
        return
    raise CannotRun(f"cannot write {path}: {problem}")


@contextmanager
def _replacing(path: Path) -> Iterator[None]:
    part = path.with_name(f"{path.name}.part")
    whole = False
    try:
        with _writing(part):
            try:
                yield
            except CancelledError:
                whole = True
                raise
            whole = True
    finally:
        if whole:
            part.replace(path)
        else:
            part.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    with path.open("w", encoding="utf-8") as file, redirect_stdout(file):
        yield
