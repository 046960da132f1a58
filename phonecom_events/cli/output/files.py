"""Files that commands write: results instead of stdout, and a signing secret."""

from __future__ import annotations

import os
from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from ..exits import CannotRun


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


class SecretFile:
    """Hold a new file open for a secret that is yet to come.

    It is made before the secret is asked for, so that a secret that is shown only
    once cannot be lost to a missing folder. A file that got no secret is removed.

    Args:
        path: must not exist yet; only its owner will be able to read it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._written = False

    def __enter__(self) -> Self:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            self._file = os.fdopen(os.open(self._path, flags, 0o600), "w")
        except OSError as error:
            raise CannotRun(
                f"cannot make the secret file {self._path}: {error.strerror};"
                " nothing was created"
            ) from None
        return self

    def write(self, secret: str) -> None:
        """Write the secret and a line break, down to the disk.

        Raises:
            OSError: it could not be written.
        """
        assert self._file is not None
        self._file.write(f"{secret}\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._written = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._file is not None
        with suppress(OSError):  # what cannot be flushed has been told already
            self._file.close()
        if not self._written:
            self._path.unlink(missing_ok=True)
