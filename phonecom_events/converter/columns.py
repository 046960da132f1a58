"""Make many values at once, one field after the other.

What takes most of the time for a page is not the reading of JSON, but Python's
calling something for each value. So all values of one field, of all rows, go through
one `map` in C, however deep in the rows they stand.

A `ConvertAll` takes as many values as come and gives as many, in their order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice, repeat
from operator import attrgetter, itemgetter
from typing import Any

import attrs
from msgspec import Struct
from msgspec.structs import astuple

Convert = Callable[[Any], Any]
ConvertAll = Callable[[Sequence[Any]], Iterable[Any]]
Columns = Sequence[Sequence[Any]]


class Part(Struct, frozen=True, eq=False):
    """Say how one field of a model is made from the struct that was read.

    Attributes:
        put: sets it in a model.
        take: gives what its value is made of, from a struct.
        one: makes the value of that; None if it is the value.
        column: makes its values for many models, from the columns of their structs.
    """

    put: Callable[[Any, Any], object]
    take: Convert
    one: Convert | None
    column: Callable[[Columns], Iterable[Any]]


def field_part(
    model: Any,
    name: str,
    at: int,
    convert: Convert | None,
    convert_all: ConvertAll | None,
) -> Part:
    """Build a part whose value is made from the one that the struct has."""
    put, get = getattr(model, name).__set__, attrgetter(name)
    if convert is None or convert_all is None:
        return Part(put, get, None, itemgetter(at))
    return Part(put, get, convert, lambda columns: convert_all(columns[at]))


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
    names = [each.name for each in attrs.fields(model)]
    at, at_by = names.index(name), names.index(by)
    take = attrgetter(by, name)

    def one(both: tuple[Any, Any]) -> Any:
        tag, value = both
        return reader(choose(tag, value))[0](value)

    def column(columns: Columns) -> list[Any]:
        values = columns[at]
        kinds = [*map(choose, columns[at_by], values)]
        groups: dict[Any, list[Any]] = {}
        for kind, value in zip(kinds, values, strict=True):
            groups.setdefault(kind, []).append(value)
        made = {kind: iter(reader(kind)[1](group)) for kind, group in groups.items()}
        return [next(made[kind]) for kind in kinds]

    return Part(getattr(model, name).__set__, take, one, column)


def of_models(model: Any, parts: Iterable[Part]) -> tuple[Convert, ConvertAll]:
    """Build what makes a model from a struct, and what makes many.

    As when models are unpickled, fields are set without asking the class, which would
    take twice the time.
    """
    new = object.__new__
    singly = [(part.put, part.take, part.one) for part in parts]
    together = [(part.put, part.column) for part in parts]

    def convert(struct: Struct) -> Any:
        made = new(model)
        # Not all in one function a field, which each value would pay for.
        for put, take, one in singly:
            put(made, take(struct) if one is None else one(take(struct)))
        return made

    def convert_all(structs: Sequence[Struct]) -> list[Any]:
        if not structs:
            return []
        models = [*map(new, repeat(model, len(structs)))]
        columns = [*zip(*map(astuple, structs), strict=True)]
        for put, column in together:
            # A deque of no length is what runs a map through without Python.
            deque(map(put, models, column(columns)), maxlen=0)
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


def of_text_lists(convert: Convert) -> ConvertAll:
    """Build what makes tuples of lists of texts, each that is different once.

    Most rows of a page have the tags of another. What is equal is the same, and a
    tuple of texts may be shared; neither holds for other values (1 == True).
    """

    def convert_all(lists: Sequence[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
        made = {each: tuple(map(convert, each)) for each in set(lists)}
        return map(made.__getitem__, lists)

    return convert_all
