"""Ids given as text, where ``none`` stands for no id."""

from __future__ import annotations

import typer

from ..resources import UNSET, Unset


def id_or_none(option: str, text: str | None) -> int | None | Unset:
    """Read an option that takes an id or ``none``; without it, `UNSET`.

    Raises:
        typer.BadParameter: it is neither.
    """
    if text is None:
        return UNSET
    if text == "none":
        return None
    if not is_id(text):
        raise typer.BadParameter(
            f"{text!r} is neither an id nor none", param_hint=option
        )
    return int(text)


def is_id(text: str) -> bool:
    """Tell whether *text* is a whole number over 0."""
    return text.isascii() and text.isdecimal() and int(text) > 0
