"""The option ``--explain``: a check in words, with what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any, Final

from ...audit import checks_like, every_check
from ...audit.checks import Check

_ALL: Final = "all"
# Prose in longer lines is hard to read, however wide the terminal is.
_WIDEST: Final = 88


def explain(wanted: str) -> None:
    """Write a line for each check if *wanted* is ``all``, else those so called.

    Raises:
        InvalidArgument: there is no such check.
    """
    if wanted.strip().lower() == _ALL:
        lines: Iterator[str] = map(_line, every_check())
    else:
        width = min(get_terminal_size().columns, _WIDEST)
        lines = (
            line
            for number, check in enumerate(checks_like(wanted))
            for line in (*([""] if number else []), *_paragraphs(check, width))
        )
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _line(check: Check[Any]) -> str:
    return f"{check.id}  {check.severity:<7}  {check.title}"


def _paragraphs(check: Check[Any], width: int) -> Iterator[str]:
    yield f"{check.id}  {check.title} ({check.severity})"
    yield ""
    yield from wrap(check.explanation, width)
    yield ""
    yield from wrap(f"→ {check.what_to_do}", width, subsequent_indent="  ")
