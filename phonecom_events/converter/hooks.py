"""The cattrs hooks for models: strict, by wire name, open where vendors add."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, Final, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from .open_enum import is_open_enum, structure_open_enum
from .scalars import expected, structure_float, structure_scalar
from .times import (
    IsoTime,
    UnixTime,
    iso_8601,
    structure_iso_time,
    structure_unix_time,
    unix_seconds,
)

_WIRE: Final = "phonecom_events.wire"


def wire(name: str) -> dict[str, str]:
    """Return the attrs metadata for a field that has *name* on the wire."""
    return {_WIRE: name}


def wire_name(attribute: attrs.Attribute[Any]) -> str:
    """Return the name that *attribute* has on the wire."""
    return str(attribute.metadata.get(_WIRE, attribute.name))


def bare(kind: Any) -> Any:
    """Return the class of a generic alias; anything else as it is."""
    return get_origin(kind) or kind


def make_converter(*, detailed: bool) -> Converter:
    """Build a cattrs converter; *detailed* says where a problem is, slowly."""
    converter = Converter(detailed_validation=detailed)
    for scalar in (bool, int, str):
        converter.register_structure_hook(scalar, structure_scalar)
    converter.register_structure_hook(float, structure_float)
    converter.register_structure_hook_func(_is(UnixTime), structure_unix_time)
    converter.register_unstructure_hook_func(_is(UnixTime), unix_seconds)
    converter.register_structure_hook_func(_is(IsoTime), structure_iso_time)
    converter.register_unstructure_hook_func(_is(IsoTime), iso_8601)
    converter.register_structure_hook_func(is_open_enum, structure_open_enum)
    converter.register_structure_hook_factory(_is_tuple, _tuple_hook(converter))
    converter.register_structure_hook_factory(_is_model, _model_hook(converter))
    converter.register_unstructure_hook_factory(
        _is_model,
        lambda kind: make_dict_unstructure_fn(kind, converter, **_renames(kind)),
    )
    return converter


def _is(kind: Any) -> Callable[[Any], bool]:
    return lambda other: bool(other == kind)


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,)


def _is_model(kind: Any) -> bool:
    return isinstance(bare(kind), type) and attrs.has(bare(kind))


def _renames(kind: Any) -> dict[str, Any]:
    return {
        attribute.name: override(rename=wire_name(attribute))
        for attribute in attrs.fields(bare(kind))
        if wire_name(attribute) != attribute.name
    }


def _model_hook(converter: Converter) -> Callable[[Any], Any]:
    def factory(kind: Any) -> Callable[[Any, Any], Any]:
        structure = make_dict_structure_fn(kind, converter, **_renames(kind))

        def hook(value: Any, kind: Any) -> Any:
            if type(value) is not dict:
                raise expected("an object", value)
            return structure(value, kind)

        return hook

    return factory


def _tuple_hook(converter: Converter) -> Callable[[Any], Any]:
    def factory(kind: Any) -> Callable[[Any, Any], Any]:
        (item,) = get_args(kind)[:1]
        items: Any = types.GenericAlias(list, (item,))

        def hook(value: Any, _: Any) -> Any:
            if type(value) is not list and type(value) is not tuple:
                raise expected("a list", value)
            return tuple(converter.structure(value, items))

        return hook

    return factory
