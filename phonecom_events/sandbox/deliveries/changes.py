"""Changing a value in a sample, by its path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..messages import Document

# One who takes part is an object; whoever sets it means the number in it.
_NUMBER_IN: Final = ("handle", "id")


def change(event: Document, path: str, value: Any) -> None:
    """Set the value at *path*, such as ``data.from`` or ``data.to.0.id``.

    Nothing is added: a path that is not there is mostly a typing error. Text for one who
    takes part (``{"type": "did", "id": …}`` at Phone.com, ``{"handle": …}`` at Linq)
    becomes their number.

    Raises:
        ValueError: there is no such path; the message says what there is instead.
    """
    inner: Any = event
    names = path.split(".")
    for depth, name in enumerate(names):
        key = _key(inner, name)
        if key is None:
            at = ".".join(names[:depth])
            raise ValueError(f"there is no {path}: {_there_is(at, inner)}")
        if depth == len(names) - 1:
            _put(inner, key, value)
        else:
            inner = inner[key]


def _key(inner: Any, name: str) -> Any:
    """Return the key for a part of a path; None if there is no such part."""
    if isinstance(inner, dict):
        return name if name in inner else None
    if isinstance(inner, list) and name.isascii() and name.isdecimal():
        return int(name) if len(name) < 10 and int(name) < len(inner) else None
    return None


def _put(inner: Any, key: Any, value: Any) -> None:
    there = inner[key]
    if isinstance(there, Mapping) and isinstance(value, str):
        for name in _NUMBER_IN:
            if isinstance(there.get(name), str):
                inner[key] = {**there, name: value}
                return
    inner[key] = value


def _there_is(at: str, inner: Any) -> str:
    where = at or "the event"
    if isinstance(inner, dict):
        return f"{where} has {', '.join(inner) or 'nothing'}"
    if isinstance(inner, list):
        return f"{where} has {len(inner)} items, counted from 0"
    return f"{where} is {inner!r}"
