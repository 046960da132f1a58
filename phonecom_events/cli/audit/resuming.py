"""The option ``--resume-file``: an audit that was ended goes on where it was."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...audit import ResumeFile
from ...converter import iso_8601
from ..exits import CannotRun
from ..output.streams import note


@contextmanager
def resumed(path: Path | None) -> Iterator[ResumeFile | None]:
    """Open the file, and say what there is in it; without *path* there is none.

    It is removed when the block ends, if the audit has come to its end: when the
    report is where it should be.

    Raises:
        CannotRun: it cannot be read or written.
    """
    if path is None:
        yield None
        return
    with _telling(path), ResumeFile(path) as resume:
        if resume.now is not None:
            count = (
                f"{resume.done:,} account{'s are' if resume.done != 1 else ' is'} done"
            )
            note(f"going on with the audit of {iso_8601(resume.now)}: {count}")
        try:
            yield resume
        except asyncio.CancelledError:
            note(f"the same command goes on from {path}")
            raise


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Another file's error is another's to tell.
        if error.filename not in {path, str(path)}:
            raise
        raise CannotRun(f"cannot use {path}: {error.strerror}") from None
