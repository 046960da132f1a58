"""How single values are written, in tables and in CSV."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from ..converter import iso_8601
from .terminal import printable

# A spreadsheet takes a cell that starts so for a formula, and may run it.
_FORMULA: Final = ("=", "+", "-", "@")


def table_cell(value: object) -> str:
    """Write a value for people."""
    if value is None or value in ((), {}):
        return "-"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}Z"
    return _text(value)


def csv_cell(value: object) -> str:
    """Write a value for a spreadsheet; text that starts a formula gets a quote."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return iso_8601(value)
    text = _text(value)
    if isinstance(value, int):
        return text
    return f"'{text}" if text.startswith(_FORMULA) else text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Sequence) and all(isinstance(part, str) for part in value):
        return printable(" ".join(value))
    if isinstance(value, (Mapping, Sequence)):
        return printable(json.dumps(value, ensure_ascii=False)) if value else ""
    return printable(str(value))
