"""Read models with cattrs, field by field, and say where a problem stands; write them.

It takes several times as long as the fast reader, which cannot say that. This module
is imported when it is first needed, so that importing the package does not import
cattrs.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from types import NoneType
from typing import Any, Final, TypeVar, get_args

import attrs
from cattrs import Converter
from cattrs.errors import (
    BaseValidationError,
    ClassValidationError,
    IterableValidationError,
)
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from ..errors import DecodeError, InvalidArgument
from .fields import (
    Tag,
    class_of,
    code_of,
    gatherer,
    is_list,
    is_model,
    is_model_union,
    is_optional,
    members_of,
    rest_of,
    tags_of,
    wire_name,
)
from .types import (
    IsoTime,
    UnixTime,
    expected,
    is_open_enum,
    is_scalar_union,
    iso_8601,
    structure_float,
    structure_iso_time,
    structure_object,
    structure_open_enum,
    structure_scalar,
    structure_scalar_union,
    structure_unix_time,
    unix_seconds,
)

Hook = Callable[..., Any]

# What hooks and cattrs itself raise for a value that does not fit.
_MISFITS: Final = (BaseValidationError, KeyError, TypeError, ValueError)


class ExplainingConverter:
    """Turn plain values into models, and models into plain values."""

    def __init__(self) -> None:
        self._plain = _make_converter(detailed=False)

    @cached_property
    def _detailed(self) -> Converter:
        return _make_converter(detailed=True)

    def structure(self, value: object, kind: Any, *, explain: bool = True) -> Any:
        """Turn plain values into *kind*; raise `DecodeError` saying what is wrong.

        Args:
            explain: False to have the error say nothing, in a fraction of the time.
        """
        try:
            return self._plain.structure(value, kind)
        except _MISFITS:
            pass
        raise self.explain(value, kind) if explain else DecodeError("not as documented")

    def unstructure(self, value: object, kind: Any) -> Any:
        """Turn *value* into plain values, as *kind*; by default as its own type."""
        return self._plain.unstructure(value, unstructure_as=kind)

    def explain(self, value: object, kind: Any, *, at: str = "$") -> DecodeError:
        """Say why *value*, which stands at the path *at*, is no *kind*.

        The error is returned, not raised.
        """
        found = [(at, "one of two readers refuses this, without a reason")]
        try:
            self._detailed.structure(value, kind)
        except _MISFITS as error:
            found = list(_problems(error, at))
        first, *others = problems = [f"{what} @ {path}" for path, what in found]
        more = f" (and {len(others)} more)" if others else ""
        return DecodeError(first + more, problems=tuple(problems), path=found[0][0])


def _problems(error: BaseException, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(error, (IterableValidationError, ClassValidationError)):
        noted, others = error.group_exceptions()
        for part_error, note in noted:
            yield from _problems(part_error, path + _step(error, note))
        for other in others:
            yield from _problems(other, path)
    elif isinstance(error, KeyError):
        yield path, "missing"
    else:
        yield path, str(error)


def _step(error: BaseValidationError, note: Any) -> str:
    if isinstance(error, IterableValidationError):
        return f"[{note.index}]"
    names = {each.name: wire_name(each) for each in attrs.fields(class_of(error.cl))}
    return f".{names[note.name]}"


def _make_converter(*, detailed: bool) -> Converter:
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
    converter.register_structure_hook_func(is_model_union, _first_that_fits(converter))
    converter.register_structure_hook_factory(is_optional, _optional_hook(converter))
    converter.register_structure_hook_factory(
        is_model, partial(_structure_model, converter)
    )
    converter.register_unstructure_hook_factory(
        is_model, partial(_unstructure_model, converter)
    )
    return converter


def _is(kind: Any) -> Callable[[Any], bool]:
    return lambda other: bool(other == kind)


def _first_that_fits(converter: Converter) -> Hook:
    def hook(value: Any, kind: Any) -> Any:
        *others, last = get_args(kind)
        for model in others:
            try:
                return converter.structure(value, model)
            except _MISFITS:
                continue
        return converter.structure(value, last)

    return hook


def _optional_hook(converter: Converter) -> Callable[[Any], Hook]:
    def factory(kind: Any) -> Hook:
        (member,) = members_of(kind) - {NoneType}
        # Looked up when first needed, for a model that holds itself; cattrs itself
        # would look it up for each value.
        hooks: list[Hook] = []

        def hook(value: Any, _: Any) -> Any:
            if value is None:
                return None
            if not hooks:
                hooks.append(converter.get_structure_hook(member))
            return hooks[0](value, member)

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


def _structure_model(converter: Converter, kind: Any) -> Hook:
    """Build the hook that reads *kind* from an object, and from nothing else."""
    model = class_of(kind)
    tags = tags_of(model)
    overrides: dict[str, Any] = {
        field.name: override(
            rename=wire_name(field),
            struct_hook=_reader(converter, field, tags.get(wire_name(field))),
        )
        for field in attrs.fields(model)
    }
    structure = make_dict_structure_fn(kind, converter, **overrides)
    arrange = _arranger(converter, kind)

    def hook(value: Any, kind: Any) -> Any:
        if type(value) is not dict:
            raise expected("an object", value)
        return structure(value if arrange is None else arrange(value), kind)

    return hook


def _arranger(
    converter: Converter, kind: Any
) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """Build what puts each part of an object where its field looks for it.

    The rest is gathered under the name of its field, and what a tagged field needs
    to be read is put together: what it depends on, and its value.
    """
    model = class_of(kind)
    gather, tags = gatherer(kind, partial(_fits, converter)), tags_of(model)
    defaults = {wire_name(field): field.default for field in attrs.fields(model)}
    if not tags:
        return gather

    def arrange(value: dict[str, Any]) -> dict[str, Any]:
        parts = dict(value if gather is None else gather(value))
        for name, (by, _) in tags.items():
            if name in parts:
                parts[name] = (value.get(by, defaults[by]), parts[name])
        return parts

    return arrange


def _fits(converter: Converter, value: Any, kind: Any) -> bool:
    try:
        converter.structure(value, kind)
    except _MISFITS:
        return False
    return True


def _unstructure_model(converter: Converter, kind: Any) -> Hook:
    """Build the hook that writes *kind* as an object, by wire names.

    In a model with a field for the rest, null means the same as nothing: it is
    left out.
    """
    model = class_of(kind)
    rest = rest_of(model)
    overrides: dict[str, Any] = {
        field.name: override(
            rename=wire_name(field),
            unstruct_hook=code[1] if (code := code_of(field)) else None,
            omit_if_default=bool(rest) and field.default is None,
        )
        for field in attrs.fields(model)
    }
    unstructure = make_dict_unstructure_fn(kind, converter, **overrides)
    if rest is None:
        return unstructure

    def hook(value: Any) -> Any:
        parts = unstructure(value)
        return {**parts.pop(rest, {}), **parts}

    return hook


def _reader(
    converter: Converter, field: attrs.Attribute[Any], tag: Tag | None
) -> Hook | None:
    code = code_of(field)
    if code is not None:
        return lambda value, _: code[0](value)
    if tag is None:
        return None

    def read(pair: Any, _: Any) -> Any:
        beside, value = pair
        return converter.structure(value, tag[1](beside, value))

    return read
