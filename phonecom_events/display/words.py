"""Counts in words, such as ``500 listeners``."""

from __future__ import annotations

import re
from typing import Any, Final

_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, which is given for one."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {plural}"


def noun_of(model: Any) -> str:
    """Return what people call a row of a class; ``item`` where that is plain values."""
    if not isinstance(model, type) or model.__module__ == "builtins":
        return "item"
    return _CAPITAL.sub(" ", model.__name__).lower()
