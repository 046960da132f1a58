"""Counts in words, such as ``500 listeners``."""

from __future__ import annotations

import re
from typing import Any, Final

_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CONSONANT_Y: Final = re.compile(r"(?<![aeiou])y$")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, which is given for one."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {_CONSONANT_Y.sub('ie', noun)}s"


def more_odd_rows(number: int) -> str:
    """Say how many rows there are beside those that were told one by one."""
    are = "is" if number == 1 else "are"
    return f"{counted(number, 'more row')} {are} not as documented"


def noun_of(model: Any) -> str:
    """Return what people call a row of a class; ``item`` where that is plain values."""
    if not isinstance(model, type) or model.__module__ == "builtins":
        return "item"
    return _CAPITAL.sub(" ", model.__name__).lower()
