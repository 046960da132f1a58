"""Open enums: a set of strings that the vendor may add to at any time.

Written as ``SomeStrEnum | str`` in a model. A known value becomes a member, any
other one stays the plain string that it is.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from types import NoneType
from typing import Any

from .kinds import members_of
from .scalars import expected


def is_open_enum(kind: Any) -> bool:
    """Tell whether *kind* is written ``SomeStrEnum | str``, or also ``| None``."""
    return str in members_of(kind) and _enum_in(kind) is not None


def open_enum_reader(kind: Any) -> Callable[[Any], Any]:
    """Build what turns a string into the member with that value, if there is one.

    None stays None. That it is one of those has been checked.
    """
    members = _enum_in(kind)
    assert members is not None
    return _Members({member.value: member for member in members}).__getitem__


def structure_open_enum(kind: Any) -> Callable[[Any, Any], Any]:
    """Build the cattrs hook that refuses what is no string."""
    read = open_enum_reader(kind)
    allowed = (str, NoneType) if NoneType in members_of(kind) else str

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, allowed):
            raise expected("a string", value)
        return read(value)

    return hook


class _Members(dict[Any, Any]):
    """Map strings to members, and what is not known to itself."""

    def __missing__(self, value: Any) -> Any:
        return value


def _enum_in(kind: Any) -> type[StrEnum] | None:
    for member in members_of(kind):
        if isinstance(member, type) and issubclass(member, StrEnum):
            return member
    return None
