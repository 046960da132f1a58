"""Values that may be secret: named by where they are, and read from there.

Arguments are visible to every user of the machine, and stay in shell histories.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ..exits import CannotRun

SOURCES: Final = "env:NAME or file:PATH"


def is_source(text: str) -> bool:
    """Tell whether *text* names a source."""
    return text.startswith(("env:", "file:"))


def read_source(option: str, text: str) -> str:
    """Return the value that a source holds, without a line break at its end.

    Args:
        option: for which it is read.
        text: ``env:`` and the name of a variable, or ``file:`` and a path.

    Raises:
        CannotRun: it is no source, or holds nothing, or more than one line.
    """
    kind, _, place = text.partition(":")
    if kind == "env":
        value = os.environ.get(place, "")
    elif kind == "file":
        value = _read(option, Path(place))
    else:
        raise CannotRun(
            f"{option}: arguments are visible to others, so a value that may be secret"
            f" is not taken from them; give {SOURCES}"
        )
    value = value.removesuffix("\n").removesuffix("\r")
    if not value or not value.isprintable():
        what = "one line of printable text" if value else "anything"
        raise CannotRun(f"{option}: {kind}:{place} does not hold {what}")
    return value


def _read(option: str, path: Path) -> str:
    try:
        # Some editors begin a file with a mark, which no secret has.
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problem = "it is not UTF-8"
    except OSError as error:
        problem = error.strerror or str(error)
    raise CannotRun(f"{option}: cannot read {path}: {problem}")
