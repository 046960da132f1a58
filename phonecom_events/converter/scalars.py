"""Strict scalars: a value of another JSON type than documented is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any, Final, get_args

from .kinds import members_of

_JSON_NAMES: Final[Mapping[type, str]] = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a fraction",
    NoneType: "null",
}


def expected(what: str, value: object) -> TypeError:
    """Build the error for a value of the wrong JSON type; never show the value."""
    got = _JSON_NAMES.get(type(value), type(value).__name__)
    return TypeError(f"expected {what}, got {got}")


def is_scalar_union(kind: Any) -> bool:
    """Tell whether *kind* is a union of several scalar types, and perhaps None."""
    members = members_of(kind) - {NoneType}
    return len(members) > 1 and members <= {bool, int, str}


def structure_scalar(value: object, kind: Any) -> Any:
    """Take a string, integer or boolean as it is, and nothing else for it."""
    if type(value) is not kind:
        raise expected(_JSON_NAMES[kind], value)
    return value


def structure_float(value: object, _: Any) -> float:
    """Take any number but no boolean: JSON writes 1.0 as 1."""
    if type(value) is not float and type(value) is not int:
        raise expected("a number", value)
    try:
        return float(value)
    except OverflowError:
        raise ValueError("expected a number, got one too large") from None


def structure_scalar_union(value: object, kind: Any) -> Any:
    """Take a value of any of the scalar types in a union as it is."""
    kinds = get_args(kind)
    if type(value) not in kinds:
        names = " or ".join(_JSON_NAMES[member] for member in kinds)
        raise expected(names, value)
    return value


def structure_object(value: object, _: Any) -> dict[str, Any]:
    """Take an object as it is, whatever is in it."""
    if not isinstance(value, dict):
        raise expected("an object", value)
    return value
