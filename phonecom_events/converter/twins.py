"""How each type is read in two steps: by msgspec, and by what finishes its work.

msgspec decodes JSON at the speed of C, and strictly, into structs. So every model
gets a struct with the same fields, its twin, in which a Unix time is still a number.
Where msgspec can convert all of the fields, it makes the model as well, and a whole
list of them at once; else Python makes each model from its twin. What has rules of
its own stays plain, and is read by cattrs.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from types import NoneType
from typing import Annotated, Any, get_args

import attrs
import msgspec

from .fields import is_simple, tags_of, wire_name
from .kinds import bare, field_types, is_list, is_model, members_of, optional
from .making import Finish, FinishAll, Structure, list_maker, maker
from .open_enum import is_open_enum, open_enum_reader
from .scalars import is_scalar_union
from .times import IsoTime, UnixTime, in_utc, structure_unix_time


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
