"""Open enums: a set of strings that the vendor may add to at any time.

Written as ``SomeStrEnum | str`` in a model. A known value becomes a member, any
other one stays the plain string that it is.
"""

from __future__ import annotations

import types
from enum import StrEnum
from typing import Any, Union, get_args, get_origin

from .scalars import expected


def is_open_enum(kind: Any) -> bool:
    """Tell whether *kind* is written ``SomeStrEnum | str``, or also ``| None``."""
    if get_origin(kind) not in (Union, types.UnionType):
        return False
    return str in get_args(kind) and _member_class(kind) is not None


def structure_open_enum(value: object, kind: Any) -> Any:
    """Read a string as the member with that value, if there is one."""
    if value is None and type(None) in get_args(kind):
        return None
    if not isinstance(value, str):
        raise expected("a string", value)
    members = _member_class(kind)
    assert members is not None
    return members._value2member_map_.get(value, value)


def _member_class(union: Any) -> type[StrEnum] | None:
    for member in get_args(union):
        if isinstance(member, type) and issubclass(member, StrEnum):
            return member
    return None
