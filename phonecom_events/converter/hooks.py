"""The cattrs hooks for models: strict, by wire name, open where vendors add."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar, get_args

from cattrs import Converter

from ..errors import InvalidArgument
from .kinds import is_list, is_model
from .models import structure_model, unstructure_model
from .open_enum import is_open_enum, structure_open_enum
from .scalars import (
    expected,
    is_scalar_union,
    structure_float,
    structure_object,
    structure_scalar,
    structure_scalar_union,
)
from .times import (
    IsoTime,
    UnixTime,
    iso_8601,
    structure_iso_time,
    structure_unix_time,
    unix_seconds,
)


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
    converter.register_structure_hook_factory(is_open_enum, structure_open_enum)
    converter.register_structure_hook_factory(is_list, _tuple_hook(converter))
    converter.register_unstructure_hook_factory(is_list, _list_writer(converter))
    converter.register_structure_hook_func(is_scalar_union, structure_scalar_union)
    converter.register_structure_hook_func(_is(dict[str, Any]), structure_object)
    converter.register_structure_hook_factory(
        is_model, partial(structure_model, converter)
    )
    converter.register_unstructure_hook_factory(
        is_model, partial(unstructure_model, converter)
    )
    return converter


def _is(kind: Any) -> Callable[[Any], bool]:
    return lambda other: bool(other == kind)


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


def _list_writer(converter: Converter) -> Callable[[Any], Any]:
    def factory(kind: Any) -> Callable[[Any], Any]:
        item = get_args(kind)[0]
        item = None if isinstance(item, TypeVar) else item  # of their own types

        def hook(value: Any) -> Any:
            if isinstance(value, (str, bytes, Mapping)) or not isinstance(
                value, Iterable
            ):
                raise InvalidArgument(
                    f"expected a list, got {type(value).__name__}; put a single"
                    " value in [ ]"
                )
            return [converter.unstructure(each, item) for each in value]

        return hook

    return factory
