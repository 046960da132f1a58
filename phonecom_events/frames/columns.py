"""Which columns a model has, and their values for many rows.

Values are taken field by field and not row by row: one list comprehension for each
column is what makes a hundred thousand rows a matter of tenths of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from itertools import chain, islice
from typing import Any, Final, get_type_hints

import attrs
import msgspec
from msgspec import Struct

from .kinds import Kind, is_model, is_optional, item_of, kind_of, members_of

Values = list[Any]


class Column(Struct, frozen=True, kw_only=True):
    """Describe a column.

    Attributes:
        name: of the field; of one in a nested model with a dot.
        kind: what its values are.
        nullable: one may be missing.
        lists: so many lists are around each value.
    """

    name: str
    kind: Kind
    nullable: bool = True
    lists: int = 0


class _Field(Struct, frozen=True, kw_only=True):
    """Say how the values of a field are had, and which columns they make.

    Attributes:
        name: of the attribute.
        column: None for a nested model.
        show: makes what a repr shows, of a field with one of its own.
        nested: the fields of a nested model.
        is_list: there is a list of what is described.
    """

    name: str
    column: Column | None = None
    show: Callable[[Any], str] | None = None
    nested: tuple[_Field, ...] = ()
    is_list: bool = False


def columns_of(rows: Sequence[Any], model: Any = None) -> tuple[Column, ...]:
    """Return the columns of rows.

    Args:
        rows: models, or plain values as JSON has them.
        model: the type of a row; None to go by the rows, of which there may be none.
    """
    return tuple(column for column, _ in values_of(rows, model))


def values_of(rows: Sequence[Any], model: Any = None) -> list[tuple[Column, Values]]:
    """Return the columns of rows, each with its values; None for a missing one.

    A field that only some of the rows have is a column, too. What is no model has its
    keys for columns if it is a mapping, or else one that is named ``value``.

    Args:
        rows, model: as for `columns_of`.
    """
    kinds = _models(rows, model)
    found = list(_gather(_fields(kinds), _only(rows, kinds)))
    others = [None if isinstance(row, kinds) else row for row in rows]
    if any(other is not None for other in others):
        found += _plain(others)
    elif not kinds and members_of(model) and kind_of(model) is not Kind.JSON:
        found.append((Column(name="value", kind=kind_of(model)), others))
    return found


def _models(rows: Sequence[Any], model: Any) -> tuple[type[Any], ...]:
    """Return the classes of models among the rows, the one expected first."""
    members = members_of(model)
    if members and all(map(is_model, members)):
        return members
    return tuple(kind for kind in dict.fromkeys(map(type, rows)) if is_model(kind))


def _only(rows: Sequence[Any], kinds: tuple[type[Any], ...]) -> Sequence[Any]:
    if all(isinstance(row, kinds) for row in rows):
        return rows
    return [row if isinstance(row, kinds) else None for row in rows]


@cache
def _fields(models: tuple[Any, ...], path: str = "", *, missing: bool = False) -> Any:
    """Return the fields of a model, or of one of several.

    What one of them hides is hidden for all: a value is looked for by its name.
    """
    hints: dict[str, list[Any]] = {}
    shows: dict[str, Any] = {}
    hidden: set[str] = set()
    for model in models:
        types = get_type_hints(model)
        for name, shown in _shown(model):
            hints.setdefault(name, []).append(types[name])
            shows[name] = shows.get(name) or (shown if callable(shown) else None)
            if not shown:
                hidden.add(name)
    return tuple(
        _field(
            name,
            several,
            path,
            shows[name],
            missing=missing or len(several) < len(models),
        )
        for name, several in hints.items()
        if name not in hidden
    )


def _shown(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names of fields with what their repr is: true, false, a function."""
    if issubclass(model, Struct):
        yield from ((each.name, True) for each in msgspec.structs.fields(model))
    else:
        yield from ((each.name, each.repr) for each in attrs.fields(model))


def _field(
    name: str, hints: list[Any], path: str, show: Any, *, missing: bool
) -> _Field:
    full = f"{path}{name}"
    members = tuple(dict.fromkeys(chain.from_iterable(map(members_of, hints))))
    missing = missing or any(map(is_optional, hints))
    if show is not None:
        return _Field(
            name=name,
            column=Column(name=full, kind=Kind.TEXT, nullable=missing),
            show=show,
        )
    if members and all(map(is_model, members)):
        nested = _fields(members, f"{full}.", missing=missing)
        return _Field(name=name, nested=nested)
    item = item_of(hints[0]) if len(set(hints)) == 1 else None
    if item is None:
        kind = kind_of(hints[0]) if len(set(hints)) == 1 else _common(hints)
        return _Field(name=name, column=Column(name=full, kind=kind, nullable=missing))
    if is_model(item) or all(map(is_model, members_of(item) or (None,))):
        nested = _fields(members_of(item), f"{full}.", missing=missing)
        return _Field(name=name, nested=_in_lists(nested), is_list=True)
    inner = kind_of(item)
    column = Column(name=full, kind=inner, nullable=missing, lists=1)
    return _Field(name=name, column=column, is_list=True)


def _common(hints: list[Any]) -> Kind:
    """Return the kind of a field that several models have, of different types."""
    kinds = {kind_of(hint) for hint in hints}
    return kinds.pop() if len(kinds) == 1 else Kind.JSON


def _in_lists(fields: tuple[_Field, ...]) -> tuple[_Field, ...]:
    return tuple(
        msgspec.structs.replace(
            each,
            column=each.column
            and msgspec.structs.replace(each.column, lists=each.column.lists + 1),
            nested=_in_lists(each.nested),
        )
        for each in fields
    )


def _gather(
    fields: Iterable[_Field], rows: Sequence[Any]
) -> Iterator[tuple[Column, Values]]:
    """Yield each column with its values; a row may be None."""
    for field in fields:
        name = field.name
        # Not all rows of a union have it, and None has no field at all.
        values = [getattr(row, name, None) for row in rows]
        if field.column is not None:
            yield field.column, _written(field, field.column.kind, values)
        elif field.is_list:
            yield from _of_lists(field.nested, values)
        else:
            yield from _of_models(field.nested, values)


def _of_models(
    fields: tuple[_Field, ...], models: Sequence[Any]
) -> Iterator[tuple[Column, Values]]:
    """Yield the columns of nested models, each of which is looked at once.

    Rows of a page have the same callback in common, if they have one of the same id.
    """
    places = [*map(id, models)]
    different = dict(zip(places, models, strict=True))
    if 2 * len(different) > len(models):
        yield from _gather(fields, models)
        return
    for column, values in _gather(fields, [*different.values()]):
        by_place = dict(zip(different, values, strict=True))
        yield column, [*map(by_place.__getitem__, places)]


def _of_lists(
    fields: tuple[_Field, ...], lists: Sequence[Any]
) -> Iterator[tuple[Column, Values]]:
    """Yield the columns of lists of models: all models together, then cut apart."""
    together = list(chain.from_iterable(each or () for each in lists))
    if not together and not any(each is not None for each in lists):
        nothing = [None] * len(lists)
        yield from ((column, nothing) for column, _ in _gather(fields, ()))
        return
    for column, values in _gather(fields, together):
        made = iter(values)
        yield (
            column,
            [None if each is None else (*islice(made, len(each)),) for each in lists],
        )


def _written(field: _Field, kind: Kind, values: Values) -> Values:
    write = field.show or _WRITERS.get(kind)
    if field.is_list:
        return _written_lists(write or _same, kind, values)
    if write is None:
        return values
    return [None if value is None else write(value) for value in values]


def _written_lists(
    write: Callable[[Any], Any], kind: Kind, lists: Sequence[Any]
) -> Values:
    if kind is not Kind.TEXT:
        return [None if each is None else tuple(map(write, each)) for each in lists]
    # Most rows have the tags of another, and texts can be looked up.
    written = {each: tuple(map(write, each)) for each in {*lists} - {None}}
    return [*map(written.get, lists)]


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    return str(value.value) if isinstance(value, Enum) else str(value)


def _json(value: Any) -> str | None:
    """Write a value as JSON; None for an object without keys, which says nothing."""
    return None if value == {} else msgspec.json.encode(_for_json(value)).decode()


def _for_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _for_json(each) for key, each in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [_for_json(each) for each in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    # A model as its repr: msgspec would write the fields that this hides.
    return _text(value)


def _same(value: Any) -> Any:
    return value


_WRITERS: Final = {Kind.TEXT: _text, Kind.JSON: _json}


def _plain(rows: Sequence[Any]) -> Iterator[tuple[Column, Values]]:
    """Yield the columns of plain values; what they are is seen from all of them."""
    flat = [
        None
        if row is None
        else dict(_flat(row))
        if isinstance(row, Mapping)
        else {"value": row}
        for row in rows
    ]
    names = dict.fromkeys(chain.from_iterable(row for row in flat if row))
    for name in names:
        values = [None if row is None else row.get(name) for row in flat]
        kind = _kind_seen(values)
        field = _Field(name=name)
        yield Column(name=name, kind=kind), _written(field, kind, values)


def _flat(row: Mapping[Any, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in row.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def _kind_seen(values: Iterable[Any]) -> Kind:
    kinds = {kind_of(type(value)) for value in values if value is not None}
    if kinds == {Kind.INTEGER, Kind.FRACTION}:
        return Kind.FRACTION
    return kinds.pop() if len(kinds) == 1 else Kind.JSON
