"""The entries ``[[tool.phonecom-events.accept]]`` of a file, each an `Acceptance`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from attrs import fields

from ...audit import Acceptance, checks_like
from ...errors import InvalidArgument
from ..exits import CannotRun

ACCEPT: Final = "[[tool.phonecom-events.accept]]"


def is_list_of_tables(value: object) -> bool:
    """Tell whether a value of TOML is a list of tables."""
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def acceptances(
    path: Path, entries: Sequence[Mapping[str, Any]]
) -> tuple[Acceptance, ...]:
    """Read the entries of a file.

    Raises:
        CannotRun: one makes no sense; the message names the file and the entry.
    """
    return tuple(_acceptance(path, *each) for each in enumerate(entries, 1))


def _acceptance(path: Path, number: int, entry: Mapping[str, Any]) -> Acceptance:
    try:
        _check_keys(entry)
        acceptance = Acceptance(**entry)
        checks_like(acceptance.check)
    except InvalidArgument as error:
        raise CannotRun(f"{path}: {ACCEPT} number {number}: {error}") from None
    return acceptance


def _check_keys(entry: Mapping[str, Any]) -> None:
    names = [field.name for field in fields(Acceptance)]
    for key in entry:
        if key not in names:
            close = get_close_matches(key.lower(), names, n=1)
            known = f"known are {', '.join(names)}"
            hint = f"did you mean {close[0]}?" if close else known
            raise InvalidArgument(f"{key} is no part of it; {hint}")
    for key in ("check", "reason"):
        if key not in entry:
            raise InvalidArgument(f"{key} is missing")
