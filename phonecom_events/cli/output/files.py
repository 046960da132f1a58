"""Files that commands write: results instead of stdout, and a signing secret."""

from __future__ import annotations

import os
from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EACCES
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Self, TextIO, cast

from ..exits import CannotRun
from .streams import check_results, results_to


@contextmanager
def results_in(path: Path | None) -> Iterator[None]:
    """Let what is written to stdout go to a file, in UTF-8.

    It is written beside and renamed when whole, so that neither a failure nor a crash
    harms a file that is there already. A signal is no failure: what is known by then
    is kept. That it can be written is known before the first line of it is.

    Args:
        path: of the file; None leaves stdout as it is.

    Raises:
        CannotRun: there is nothing that can be written to.
    """
    if path is None:
        check_results()
        yield
        return
    with _telling(path):
        # A device or a pipe that is renamed onto is one no longer.
        is_device = path.exists() and not path.is_file()
    writing = _writing if is_device else _replacing
    with writing(path) as file, results_to(file, str(path)):
        yield


@contextmanager
def _writing(path: Path) -> Iterator[TextIO]:
    with _telling(path):
        file = _open(path, "w")
    try:
        yield file
        with _telling(path):
            file.flush()
    finally:
        with suppress(OSError):  # has been told
            file.close()


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    with _telling(path):
        # What a link points to is replaced, not the link; where links make a circle,
        # Path.resolve raises a RuntimeError.
        target = Path(os.path.realpath(path))
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
        beside = target.with_name(f".{target.name[:99]}.{token_hex(4)}.part")
        file = _open(beside, "x")
    try:
        try:
            yield file
        except CancelledError:
            with _telling(path):
                _replace(file, beside, target)
            raise
        with _telling(path):
            _replace(file, beside, target)
    finally:
        with suppress(OSError):
            file.close()
        beside.unlink(missing_ok=True)


def _replace(file: TextIO, beside: Path, path: Path) -> None:
    file.flush()
    # A rename can reach the disk before what was written does.
    os.fsync(file.fileno())
    file.close()
    with suppress(OSError):
        beside.chmod(path.stat().st_mode)
    beside.replace(path)


def _open(path: Path, mode: str) -> TextIO:
    return cast("TextIO", path.open(mode, encoding="utf-8", newline="\n"))


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotRun(f"cannot write {path}: {error.strerror or error}") from None


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
            self._file = os.fdopen(
                os.open(self._path, flags, 0o600), "w", encoding="utf-8"
            )
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
