"""Make many values at once, one field after the other.

What takes most of the time for a page is not the reading of JSON, but Python's
calling something for each value. So all values of one field, of all rows, go through
one `map` in C, however deep in the rows they stand.

A `ConvertAll` takes as many values as come and gives as many, in their order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain, islice, repeat
from operator import attrgetter
from typing import Any

from msgspec import Struct

Convert = Callable[[Any], Any]
ConvertAll = Callable[[Sequence[Any]], Iterable[Any]]


class Part(Struct, frozen=True, eq=False):
    """Say how one field of a model is made from the struct that was read.

    Attributes:
        put: sets it in a model.
        one: makes its value from a struct.
        column: makes its values from many structs.
    """

    put: Callable[[Any, Any], object]
    one: Convert
    column: ConvertAll


def field_part(
    model: Any, name: str, convert: Convert | None, convert_all: ConvertAll | None
) -> Part:
    """Build a part whose value is made from the one that the struct has."""
    put, get = getattr(model, name).__set__, attrgetter(name)
    if convert is None or convert_all is None:
        return Part(put, get, partial(map, get))
    return Part(
        put,
        lambda struct: convert(get(struct)),
        lambda structs: convert_all([*map(get, structs)]),
    )


def tagged_part(
    model: Any,
    name: str,
    by: str,
    choose: Callable[[Any, Any], Any],
    reader: Callable[[Any], tuple[Convert, ConvertAll]],
) -> Part:
    """Build a part whose class depends on the field beside it that is named *by*.

    Args:
        choose: takes the raw values of both, gives the class.
        reader: gives what makes one value of a class, and what makes many.
    """
    get, get_by = attrgetter(name), attrgetter(by)

    def one(struct: Struct) -> Any:
        value = get(struct)
        return reader(choose(get_by(struct), value))[0](value)

    def column(structs: Sequence[Struct]) -> list[Any]:
        values = [*map(get, structs)]
        kinds = [*map(choose, map(get_by, structs), values)]
        groups: dict[Any, list[Any]] = {}
        for kind, value in zip(kinds, values, strict=True):
            groups.setdefault(kind, []).append(value)
        made = {kind: iter(reader(kind)[1](group)) for kind, group in groups.items()}
        return [next(made[kind]) for kind in kinds]

    return Part(getattr(model, name).__set__, one, column)


def of_models(model: Any, parts: Iterable[Part]) -> tuple[Convert, ConvertAll]:
    """Build what makes a model from a struct, and what makes many.

    As when models are unpickled, fields are set without asking the class, which would
    take twice the time.
    """
    new = object.__new__
    singly = [(part.put, part.one) for part in parts]
    together = [(part.put, part.column) for part in parts]

    def convert(struct: Struct) -> Any:
        made = new(model)
        for put, one in singly:
            put(made, one(struct))
        return made

    def convert_all(structs: Sequence[Struct]) -> list[Any]:
        models = [new(model) for _ in structs]
        for put, column in together:
            # A deque of no length is what runs a map through without Python.
            deque(map(put, models, column(structs)), maxlen=0)
        return models

    return convert, convert_all


def of_optional(convert_all: ConvertAll) -> ConvertAll:
    """Build what leaves each None where it is, and makes the other values."""

    def convert(values: Sequence[Any]) -> Iterable[Any]:
        present = [value for value in values if value is not None]
        if not present:
            return values
        made = iter(convert_all(present))
        if len(present) == len(values):
            return made
        return [None if value is None else next(made) for value in values]

    return convert


def of_lists(convert_all: ConvertAll) -> ConvertAll:
    """Build what makes tuples of lists: all their items together, then cut apart."""

    def convert(lists: Sequence[Sequence[Any]]) -> Iterable[tuple[Any, ...]]:
        made = iter(convert_all([*chain.from_iterable(lists)]))
        return map(tuple, map(islice, repeat(made), map(len, lists)))

    return convert
