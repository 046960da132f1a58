"""How a model's fields stand on the wire, and of what types they are.

Where name and type do not say it all, attrs metadata does, for one field each:

- `wire`: it has a name there that Python cannot spell, or a second one;
- `coded`: its value is written in a way of its own;
- `tagged`: its class depends on another field beside it;
- `rest`: it takes all that the other fields do not;
- `shared`: many rows have the same in it.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MemberDescriptorType, NoneType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Never,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs

Code = tuple[Callable[[Any], Any], Callable[[Any], Any]]
Tag = tuple[str, Callable[[Any, Any], Any]]
if TYPE_CHECKING:
    Field: TypeAlias = attrs.Attribute[Any]
else:
    Field = attrs.Attribute  # generic for type checkers only


_WIRE: Final = "phonecom_events.wire"
_CODED: Final = "phonecom_events.coded"
_TAGGED: Final = "phonecom_events.tagged"
_REST: Final = "phonecom_events.rest"
_SHARED: Final = "phonecom_events.shared"


class _Nothing(dict[str, Any]):
    """An empty dict that stays empty, so that models can share it.

    A copy of it, or what comes out of a pickle, is an ordinary dict.
    """

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> Never:
        raise TypeError("what was read cannot be changed")

    __setitem__ = __ior__ = _refuse  # pyright: ignore[reportAssignmentType]
    setdefault = update = _refuse  # pyright: ignore[reportAssignmentType]

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[()]]:
        return dict, ()


NOTHING_MORE: Final[Mapping[str, Any]] = _Nothing()
"""What a field for the rest holds if there is none."""


def wire(name: str, *, also: str | None = None) -> dict[str, Any]:
    """Say that a field is called *name* on the wire.

    Where that is not there, *also* is read for it, if its value fits; else it is a key
    like any other.
    """
    return {_WIRE: (name, also)}


def coded(read: Callable[[Any], Any], write: Callable[[Any], Any]) -> dict[str, Any]:
    """Say how a field's value is read and written.

    Both may raise: *read* TypeError or ValueError, *write* `InvalidArgument`. Where the
    field has a default, *read* has to give that back as it is.
    """
    return {_CODED: (read, write)}


def tagged(by: str, choose: Callable[[Any, Any], Any]) -> dict[str, Any]:
    """Say that a field's class depends on the one beside it that is named *by*.

    Args:
        by: its wire name.
        choose: takes the raw values of both, gives the class, or a union of classes
            to try in that order. Where the other is not there, it gets its default.
    """
    return {_TAGGED: (by, choose)}


def rest() -> dict[str, Any]:
    """Say that a field, a mapping, takes the keys that no other field has."""
    return {_REST: True}


def shared() -> dict[str, Any]:
    """Say that many rows of an answer have the same in a field: it is read once."""
    return {_SHARED: True}


def is_shared(field: Field) -> bool:
    """Tell whether many rows have the same in a field."""
    return _SHARED in field.metadata


def wire_name(attribute: Field) -> str:
    """Return the name that *attribute* has on the wire."""
    name: str = attribute.metadata.get(_WIRE, (attribute.name, None))[0]
    return name


def code_of(attribute: Field) -> Code | None:
    """Return how *attribute* is read and written, if in a way of its own."""
    code: Code | None = attribute.metadata.get(_CODED)
    return code


def tags_of(model: Any) -> Mapping[str, Tag]:
    """Return the wire names of a model's tagged fields, each with its tag."""
    return {
        wire_name(field): field.metadata[_TAGGED]
        for field in attrs.fields(model)
        if _TAGGED in field.metadata
    }


def is_rest(field: Field) -> bool:
    """Tell whether a field takes all other keys."""
    return _REST in field.metadata


def rest_of(model: Any) -> str | None:
    """Return the name of the field that takes all other keys, if there is one."""
    return next((each.name for each in attrs.fields(model) if is_rest(each)), None)


def gatherer(
    kind: Any, fits: Callable[[Any, Any], bool]
) -> Callable[[Any], Any] | None:
    """Build what puts the keys of an object where a model's fields look for them.

    The rest is gathered under the name of its field, and a second name becomes the
    first. What is no object, or has nothing to move, stays as it is.

    Args:
        fits: tells whether a value can be read as a type.

    Returns:
        None if the model has neither such a field nor second names.
    """
    also, rest = _second_names(kind), rest_of(class_of(kind))
    if not (also or rest):
        return None
    named = {wire_name(each) for each in attrs.fields(class_of(kind))} - {rest}

    def gather(value: Any) -> Any:
        if type(value) is not dict or value.keys() <= named:
            return value
        parts = dict(value)
        for second, name, part_kind in also:
            instead = second in value and name not in value
            if instead and fits(value[second], part_kind):
                parts[name] = parts.pop(second)
        if rest:
            more = {n: part for n, part in parts.items() if n not in named}
            parts[rest] = more or NOTHING_MORE
        return parts

    return gather


def _second_names(kind: Any) -> tuple[tuple[str, str, Any], ...]:
    """Return the second wire names of a model's fields: each, the first, the type."""
    fields = attrs.fields(class_of(kind))
    named = [(each.name, *each.metadata.get(_WIRE, (None, None))) for each in fields]
    types = field_types(kind) if any(also for _, _, also in named) else {}
    return tuple((also, name, types[field]) for field, name, also in named if also)


def is_plain_model(model: Any) -> bool:
    """Tell whether a model's fields are read as their types and metadata say.

    Besides, attrs may at most fill in defaults, such as look the same on the wire.
    """
    fields = attrs.fields(model)
    required = {wire_name(each) for each in fields if each.default is attrs.NOTHING}
    return (
        all(map(_is_plain, fields))
        and all(_has_slot(model, each.name) for each in fields)
        and required.issuperset(tags_of(model))
        and not hasattr(model, "__attrs_post_init__")
    )


def _has_slot(model: Any, name: str) -> bool:
    return isinstance(getattr(model, name, None), MemberDescriptorType)


def _is_plain(field: Field) -> bool:
    return (
        _has_plain_default(field)
        and field.metadata.keys() <= {_WIRE, _TAGGED, _CODED, _REST, _SHARED}
        and field.validator is None
        and field.converter is None
        and field.init
        and field.alias == field.name
    )


def _has_plain_default(field: Field) -> bool:
    default = field.default
    if is_rest(field):
        return bool(default == attrs.Factory(dict))
    plain = (bool, int, float, str, NoneType, type(attrs.NOTHING))
    return type(default) in plain or isinstance(default, StrEnum) or default == ()


def class_of(kind: Any) -> Any:
    """Return the class of a generic alias; anything else as it is."""
    return get_origin(kind) or kind


def is_model(kind: Any) -> bool:
    """Tell whether *kind* is an attrs class, or a generic alias of one."""
    return isinstance(class_of(kind), type) and attrs.has(class_of(kind))


def is_list(kind: Any) -> bool:
    """Tell whether *kind* is a tuple of any length: how models hold lists."""
    return get_origin(kind) is tuple and get_args(kind)[1:] == (...,)


def members_of(kind: Any) -> frozenset[Any]:
    """Return the types in a union, None's included; of another type, nothing."""
    is_union = get_origin(kind) in (Union, types.UnionType)
    return frozenset(get_args(kind)) if is_union else frozenset()


def is_optional(kind: Any) -> bool:
    """Tell whether *kind* is one type or None."""
    members = members_of(kind)
    return NoneType in members and len(members) == 2


def is_model_union(kind: Any) -> bool:
    """Tell whether *kind* is a union of models, and of nothing else."""
    members = members_of(kind)
    return bool(members) and all(map(is_model, members))


def optional(kind: Any) -> Any:
    """Return the type of a value or None; an optional one as it is."""
    return Union[kind, None]  # noqa: UP007 not all that stands for a type has an |


def field_types(kind: Any) -> Mapping[str, Any]:
    """Return the types of a model's fields, filled in with those of an alias."""
    model = class_of(kind)
    given = dict(zip(getattr(model, "__parameters__", ()), get_args(kind), strict=True))
    hints = get_type_hints(model, include_extras=True)
    return {each.name: _filled(hints[each.name], given) for each in attrs.fields(model)}


def _filled(hint: Any, given: Mapping[Any, Any]) -> Any:
    if isinstance(hint, TypeVar):
        return given[hint]
    parameters = getattr(hint, "__parameters__", ())
    return hint[tuple(given[each] for each in parameters)] if parameters else hint
