"""The cattrs hooks of one model, put together from what its fields say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from .fields import Tag, code_of, rest_of, second_names, tags_of, wire_name
from .kinds import bare
from .scalars import expected

Hook = Callable[..., Any]


def structure_model(converter: Converter, kind: Any) -> Hook:
    """Build the hook that reads *kind* from an object, and from nothing else."""
    model = bare(kind)
    tags = tags_of(model)
    overrides: dict[str, Any] = {
        field.name: override(
            rename=wire_name(field),
            struct_hook=_reader(converter, field, tags.get(wire_name(field))),
        )
        for field in attrs.fields(model)
    }
    structure = make_dict_structure_fn(kind, converter, **overrides)
    arrange = _arranger(model)

    def hook(value: Any, kind: Any) -> Any:
        if type(value) is not dict:
            raise expected("an object", value)
        return structure(value if arrange is None else arrange(value), kind)

    return hook


def _arranger(model: Any) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """Build what puts each part of an object where its field looks for it.

    The rest is gathered under the name of its field, and what a tagged field needs
    to be read is put together: what it depends on, and its value.
    """
    also, tags, rest = second_names(model), tags_of(model), rest_of(model)
    named = {wire_name(field) for field in attrs.fields(model)} - {rest}
    if not (also or tags or rest):
        return None

    def arrange(value: dict[str, Any]) -> dict[str, Any]:
        parts = dict(value)
        for second, name in also.items():
            if second in parts:
                part = parts.pop(second)
                parts.setdefault(name, part)
        for name, (by, _) in tags.items():
            if name in parts:
                parts[name] = (value.get(by), parts[name])
        if rest:
            parts[rest] = {n: part for n, part in parts.items() if n not in named}
        return parts

    return arrange


def unstructure_model(converter: Converter, kind: Any) -> Hook:
    """Build the hook that writes *kind* as an object, by wire names.

    In a model with a field for the rest, null means the same as nothing: it is
    left out.
    """
    model = bare(kind)
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
