"""Making models from their twins, where msgspec cannot do it itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import attrs
from msgspec import Struct
from msgspec.structs import asdict

from .fields import tags_of, wire_name

Finish = Callable[[Any], Any]
FinishAll = Callable[[Sequence[Any]], Iterable[Any]]
Structure = Callable[[Any, Any], Any]


def maker(model: Any, finishes: Mapping[str, Finish], structure: Structure) -> Finish:
    """Build what makes a model from its twin.

    Args:
        finishes: what the values of fields become, by what.
        structure: reads the values of tagged fields.
    """
    read_tagged = _tag_reader(model, structure)

    def make(twin: Struct) -> Any:
        read_tagged(twin)
        parts = asdict(twin)
        for name, finish in finishes.items():
            parts[name] = finish(parts[name])
        return model(**parts)

    return make


def list_maker(
    model: Any, finishes: Mapping[str, Finish], structure: Structure
) -> FinishAll:
    """Build what makes a list of models from their twins, in half the time for each.

    As when models are unpickled, fields are set without asking the class; and one
    field after the other for all of them, which C can do.
    """
    read_tagged = _tag_reader(model, structure)
    fields = [
        (getattr(model, each.name).__set__, attrgetter(each.name), each.name)
        for each in attrs.fields(model)
    ]

    def make_all(twins: Sequence[Struct]) -> list[Any]:
        for twin in twins:
            read_tagged(twin)
        models = [object.__new__(model) for _ in twins]
        for put, get, name in fields:
            values: Iterable[Any] = map(get, twins)
            if name in finishes:
                values = map(finishes[name], values)
            deque(map(put, models, values), maxlen=0)
        return models

    return make_all


def _tag_reader(model: Any, structure: Structure) -> Callable[[Struct], None]:
    """Build what replaces the plain values of a twin's tagged fields."""
    names = {wire_name(each): each.name for each in attrs.fields(model)}
    tags = [
        (names[name], names[by], choose)
        for name, (by, choose) in tags_of(model).items()
    ]

    def read_tagged(twin: Struct) -> None:
        for name, by, choose in tags:
            value = getattr(twin, name)
            setattr(twin, name, structure(value, choose(getattr(twin, by), value)))

    return read_tagged
