"""What a type is, and of what types the fields of a model are."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs


def bare(kind: Any) -> Any:
    """Return the class of a generic alias; anything else as it is."""
    return get_origin(kind) or kind


def is_model(kind: Any) -> bool:
    """Tell whether *kind* is an attrs class, or a generic alias of one."""
    return isinstance(bare(kind), type) and attrs.has(bare(kind))


def is_list(kind: Any) -> bool:
    """Tell whether *kind* is a tuple of any length: how models hold lists."""
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,)


def members_of(kind: Any) -> frozenset[Any]:
    """Return the types in a union, None's included; of another type, nothing."""
    is_union = get_origin(kind) in (Union, types.UnionType)
    return frozenset(get_args(kind)) if is_union else frozenset()


def optional(kind: Any) -> Any:
    """Return the type of a value or None; an optional one as it is."""
    return Union[kind, None]  # noqa: UP007 not all that stands for a type has an |


def field_types(kind: Any) -> Mapping[str, Any]:
    """Return the types of a model's fields, filled in with those of an alias."""
    model = bare(kind)
    given = dict(zip(getattr(model, "__parameters__", ()), get_args(kind), strict=True))
    hints = get_type_hints(model, include_extras=True)
    return {each.name: _filled(hints[each.name], given) for each in attrs.fields(model)}


def _filled(hint: Any, given: Mapping[Any, Any]) -> Any:
    if isinstance(hint, TypeVar):
        return given[hint]
    parameters = getattr(hint, "__parameters__", ())
    return hint[tuple(given[each] for each in parameters)] if parameters else hint
