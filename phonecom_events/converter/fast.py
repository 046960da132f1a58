"""How each type is read in two steps: by msgspec, and by what finishes its work.

msgspec decodes JSON at the speed of C, and strictly, into structs. So every model
gets a struct with the same fields, its twin, in which a Unix time is still a number.
Where msgspec can convert all of the fields, it makes the model as well, and a whole
list of them at once; else Python makes each model from its twin. What has rules of
its own stays plain, and is read by cattrs.

Making models from their twins, where msgspec cannot do it itself.

The quick way to read models: msgspec, in C wherever it can.

It is as strict as the careful one, but cannot say in our words what is wrong.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import attrgetter
from types import NoneType
from typing import Annotated, Any, get_args

import attrs
import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from .fields import (
    bare,
    field_types,
    is_list,
    is_model,
    is_simple,
    members_of,
    optional,
    tags_of,
    wire_name,
)
from .types import (
    IsoTime,
    UnixTime,
    in_utc,
    is_open_enum,
    is_scalar_union,
    open_enum_reader,
    structure_unix_time,
)

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


class Plan(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Say how JSON becomes a value of some type.

    Attributes:
        shape: what msgspec is to decode.
        finish: makes the value from that; None if it is the value.
        finish_all: does the same for a list of them.
        direct: msgspec can do the same, as a part of something larger.
    """

    shape: Any
    finish: Finish | None = None
    finish_all: FinishAll | None = None
    direct: bool = False


class Planner:
    """Work out the plans of types, each once.

    Args:
        structure: reads from plain values what msgspec cannot.
        strict: refuse objects with more fields than their model has.
    """

    def __init__(self, structure: Structure, *, strict: bool) -> None:
        self._structure = structure
        self._strict = strict
        self._plans: dict[Any, Plan] = {
            kind: Plan(shape=kind, direct=True)
            for kind in (bool, int, str, Any, dict[str, Any])
        }
        unix_time = Plan(shape=int, finish=structure_unix_time, direct=True)
        self._plans[UnixTime] = unix_time
        aware = Annotated[datetime, msgspec.Meta(tz=True)]
        self._plans[IsoTime] = Plan(shape=aware, finish=in_utc)

    def plan(self, kind: Any) -> Plan:
        """Return the plan of a type."""
        if kind not in self._plans:
            # For a model that holds itself, while its own plan is being made.
            self._plans[kind] = self._plain(kind)
            self._plans[kind] = self._make(kind)
        return self._plans[kind]

    def _make(self, kind: Any) -> Plan:
        if is_open_enum(kind):
            shape = optional(str) if NoneType in members_of(kind) else str
            return Plan(shape=shape, finish=open_enum_reader(kind))
        if is_scalar_union(kind):
            return Plan(shape=kind, direct=True)
        if NoneType in members_of(kind) and len(members_of(kind)) == 2:
            return self._optional(kind)
        if is_list(kind):
            return self._list(kind)
        if is_model(kind) and is_simple(bare(kind)):
            return self._model(kind)
        return self._plain(kind)

    def _plain(self, kind: Any) -> Plan:
        return Plan(shape=Any, finish=lambda value: self._structure(value, kind))

    def _optional(self, kind: Any) -> Plan:
        (member,) = members_of(kind) - {NoneType}
        plan = self.plan(member)
        shape, finish = optional(plan.shape), plan.finish
        if finish is None:
            return Plan(shape=shape, direct=True)
        return Plan(
            shape=shape,
            finish=lambda value: None if value is None else finish(value),
            direct=plan.direct,
        )

    def _list(self, kind: Any) -> Plan:
        plan = self.plan(get_args(kind)[0])
        shape = tuple[plan.shape, ...]  # type: ignore[name-defined]
        if plan.finish is None:
            return Plan(shape=shape, direct=True)
        finish_all = plan.finish_all or partial(map, plan.finish)
        return Plan(
            shape=shape,
            finish=lambda values: tuple(finish_all(values)),
            direct=plan.direct,
        )

    def _model(self, kind: Any) -> Plan:
        fields, tags = attrs.fields(bare(kind)), tags_of(bare(kind))
        plans = {name: self.plan(each) for name, each in field_types(kind).items()}
        wire_names = {each.name: wire_name(each) for each in fields}
        twin = msgspec.defstruct(
            bare(kind).__name__,
            [(each.name, plans[each.name].shape, *_default(each)) for each in fields],
            rename=wire_names,
            kw_only=True,
            forbid_unknown_fields=self._strict,
            gc=False,
        )
        if all(plan.direct for plan in plans.values()):
            return Plan(shape=twin, finish=_conversion(kind), direct=True)
        finishes = {
            name: plan.finish
            for name, plan in plans.items()
            if plan.finish is not None and wire_names[name] not in tags
        }
        parts = bare(kind), finishes, self._structure
        return Plan(shape=twin, finish=maker(*parts), finish_all=list_maker(*parts))


def _default(field: attrs.Attribute[Any]) -> tuple[Any, ...]:
    return () if field.default is attrs.NOTHING else (field.default,)


def _conversion(kind: Any) -> Finish:
    # Not strict, or no number could become a time. All else is of its type by now.
    return partial(msgspec.convert, type=kind, strict=False, from_attributes=True)


class QuickReader:
    """Turn JSON into models.

    Whatever either method raises means no more than that the value does not fit.

    Args:
        structure: reads from plain values what msgspec cannot.
    """

    def __init__(self, structure: Structure) -> None:
        self._closed = Planner(structure, strict=True)
        self._open = Planner(structure, strict=False)
        self._readers: dict[Any, Callable[[bytes], Any]] = {}

    def decode(self, body: bytes, kind: Any) -> Any:
        """Read JSON in which no object has a field that its model does not have.

        Of one that has, msgspec would not look at the value, and let bad JSON pass.
        """
        read = self._readers.get(kind)
        if read is None:
            read = self._readers[kind] = self._reader(kind)
        return read(body)

    def convert(self, value: object, kind: Any) -> Any:
        """Read plain values, passing over what models do not have."""
        plan = self._open.plan(kind)
        value = msgspec.convert(value, plan.shape)
        return value if plan.finish is None else plan.finish(value)

    def _reader(self, kind: Any) -> Callable[[bytes], Any]:
        plan = self._closed.plan(kind)
        decode, finish = msgspec.json.Decoder(plan.shape).decode, plan.finish
        return decode if finish is None else lambda body: finish(decode(body))
