"""What an annotation says of the values in a column."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import datetime
from enum import Enum, StrEnum
from types import NoneType
from typing import Any, Final, Union, get_args, get_origin

import attrs
from msgspec import Struct


class Kind(StrEnum):
    """Name what the values in a column are.

    `JSON` is text that says in JSON what has no columns: an object with any keys.
    `MIXED` is for ids that are numbers at one vendor and texts at the other.
    """

    INTEGER = "integer"
    FRACTION = "fraction"
    BOOLEAN = "boolean"
    TEXT = "text"
    TIME = "time"
    JSON = "json"
    MIXED = "mixed"


def members_of(hint: Any) -> tuple[Any, ...]:
    """Return the types that a value can have, without None's."""
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(each for each in get_args(hint) if each is not NoneType)
    return () if hint in (None, NoneType) else (hint,)


def is_optional(hint: Any) -> bool:
    """Tell whether a value may be None."""
    return hint is Any or NoneType in get_args(hint)


def is_model(kind: Any) -> bool:
    """Tell whether *kind* has fields: an attrs class or a Struct."""
    kind = get_origin(kind) or kind
    return isinstance(kind, type) and (attrs.has(kind) or issubclass(kind, Struct))


def item_of(hint: Any) -> Any:
    """Return the type of the items of a list; None for what is no list."""
    members = members_of(hint)
    origin = get_origin(members[0]) if len(members) == 1 else None
    if origin in (tuple, list, frozenset):
        return get_args(members[0])[0]
    return None


def kind_of(hint: Any) -> Kind:
    """Say of what kind single values of a type are."""
    kinds = {_kind_of_class(each) for each in members_of(hint)}
    if kinds == {Kind.INTEGER, Kind.FRACTION}:
        return Kind.FRACTION
    if len(kinds) == 1:
        return kinds.pop()
    return Kind.JSON if Kind.JSON in kinds or not kinds else Kind.MIXED


_OF_CLASSES: Final[Mapping[Any, Kind]] = {
    bool: Kind.BOOLEAN,
    int: Kind.INTEGER,
    float: Kind.FRACTION,
    str: Kind.TEXT,
    datetime: Kind.TIME,
}


def _kind_of_class(member: Any) -> Kind:
    if isinstance(member, type) and issubclass(member, Enum):
        return Kind.TEXT
    return _OF_CLASSES.get(member, Kind.JSON)
