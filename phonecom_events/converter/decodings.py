"""Work out how each type is read by msgspec, in C wherever it can.

msgspec reads JSON strictly into structs, not into models. So every model gets a
struct with the same fields, in which a Unix time is still a number, and is made from
it. Where msgspec can convert each of the fields, it makes the models as well, a whole
list at once; else they are made column by column.

What only the value beside it tells how to read, or what takes the keys that nobody
else wants, stays plain values in the struct, and goes through the same once more. What
that refuses is read by cattrs, as is what has rules of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import NoneType
from typing import Annotated, Any, Final, get_args

import attrs
import msgspec
from msgspec import Struct

from ..errors import DecodeError
from .columns import (
    Convert,
    ConvertAll,
    Part,
    field_part,
    of_lists,
    of_models,
    of_optional,
    of_text_lists,
    tagged_part,
)
from .fields import (
    NOTHING_MORE,
    class_of,
    code_of,
    field_types,
    gatherer,
    is_list,
    is_model,
    is_model_union,
    is_optional,
    is_plain_model,
    is_rest,
    members_of,
    optional,
    tags_of,
    wire_name,
)
from .types import (
    LAST_SECOND,
    IsoTime,
    UnixTime,
    in_utc,
    is_open_enum,
    is_scalar_union,
    open_enum_reader,
    structure_unix_time,
)

Structure = Callable[[Any, Any], Any]

MISFITS: Final = (
    DecodeError,
    msgspec.MsgspecError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a conversion raises for what does not fit, and for what is no JSON."""


class Decoding(Struct, frozen=True, kw_only=True, eq=False):
    """Say how JSON becomes a value of some type.

    Attributes:
        wire_type: what msgspec is to read it into.
        convert: makes the value from that; None if it is the value.
        convert_all: does the same for many; None likewise.
        by_msgspec: msgspec does the same by itself, in a part of something larger.
    """

    wire_type: Any
    convert: Convert | None = None
    convert_all: ConvertAll | None = None
    by_msgspec: bool = False


class Decodings:
    """Work out how each type is decoded, once.

    Args:
        structure: reads from plain values what msgspec cannot.
        lenient: decodes what is plain values by then. With it, this one refuses
            objects with more fields than their model has; without, it passes over
            these, everywhere.
    """

    def __init__(
        self, structure: Structure, *, lenient: Decodings | None = None
    ) -> None:
        self._structure = structure
        self._refuse_unknown = lenient is not None
        self._lenient = lenient or self
        self._from_plain: dict[Any, tuple[Convert, ConvertAll]] = {}
        self._known: dict[Any, Decoding] = {
            kind: Decoding(wire_type=kind, by_msgspec=True)
            for kind in (bool, int, str, Any, dict[str, Any], msgspec.Raw)
        }
        # The bounds are for C, which would take a time before 1970.
        seconds = Annotated[int, msgspec.Meta(ge=0, le=LAST_SECOND)]
        self._known[UnixTime] = _by_msgspec(UnixTime, seconds, structure_unix_time)
        aware = Annotated[datetime, msgspec.Meta(tz=True)]
        self._known[IsoTime] = _one_by_one(aware, in_utc)

    def of(self, kind: Any) -> Decoding:
        """Return how a type is decoded."""
        if kind not in self._known:
            # For a model that holds itself, while its own decoding is worked out.
            self._known[kind] = self._by_cattrs(kind)
            self._known[kind] = self._work_out(kind)
        return self._known[kind]

    def _work_out(self, kind: Any) -> Decoding:
        if is_open_enum(kind):
            text = optional(str) if NoneType in members_of(kind) else str
            return _one_by_one(text, open_enum_reader(kind))
        if is_scalar_union(kind):
            return Decoding(wire_type=kind, by_msgspec=True)
        for is_such, work_out in (
            (is_optional, self._optional),
            (is_list, self._list),
            (is_model_union, self._union),
            (_is_plain_model, self._model),
        ):
            if is_such(kind):
                return work_out(kind)
        return self._by_cattrs(kind)

    def _by_cattrs(self, kind: Any) -> Decoding:
        return _one_by_one(Any, lambda value: self._structure(value, kind))

    def _optional(self, kind: Any) -> Decoding:
        (member,) = members_of(kind) - {NoneType}
        decoding = self.of(member)
        wire_type, convert = optional(decoding.wire_type), decoding.convert
        if convert is None or decoding.convert_all is None:
            return Decoding(wire_type=wire_type, by_msgspec=True)

        def convert_some(value: Any) -> Any:
            return None if value is None else convert(value)

        if decoding.by_msgspec:
            return _by_msgspec(kind, wire_type, convert_some)
        return Decoding(
            wire_type=wire_type,
            convert=convert_some,
            convert_all=of_optional(decoding.convert_all),
        )

    def _list(self, kind: Any) -> Decoding:
        item = get_args(kind)[0]
        decoding = self.of(item)
        wire_type = tuple[decoding.wire_type, ...]  # type: ignore[name-defined]
        convert, convert_all = decoding.convert, decoding.convert_all
        if convert is None or convert_all is None:
            return Decoding(wire_type=wire_type, by_msgspec=True)
        if decoding.by_msgspec:
            return _by_msgspec(kind, wire_type)
        return Decoding(
            wire_type=wire_type,
            convert=lambda values: tuple(convert_all(values)),
            convert_all=of_text_lists(convert)
            if is_open_enum(item)
            else of_lists(convert_all),
        )

    def _union(self, kind: Any) -> Decoding:
        """Try the first of several models here, the others by cattrs."""
        if self._lenient is not self:
            return self._lenient.of(kind)
        first, *_ = get_args(kind)
        return self._or_by_cattrs(kind, *self.from_plain(first))

    def _model(self, kind: Any) -> Decoding:
        model, types = class_of(kind), field_types(kind)
        gather = gatherer(kind, lambda *_: True)
        if gather is not None and self._lenient is not self:
            return self._lenient.of(kind)
        decodings = {
            field.name: self._field(field, types[field.name])
            for field in attrs.fields(model)
        }
        struct = self._struct(model, decodings)
        if gather is None and all(each.by_msgspec for each in decodings.values()):
            return _by_msgspec(kind, struct)
        convert, convert_all = of_models(model, self._parts(model, decodings))
        if gather is None:
            return Decoding(wire_type=struct, convert=convert, convert_all=convert_all)
        structs = list[struct]  # type: ignore[valid-type]
        return self._or_by_cattrs(
            kind,
            lambda value: convert(msgspec.convert(gather(value), struct)),
            lambda values: convert_all(
                msgspec.convert([*map(gather, values)], structs)
            ),
        )

    def _or_by_cattrs(
        self, kind: Any, convert: Convert, convert_all: ConvertAll
    ) -> Decoding:
        """Build what reads plain values, and by cattrs those that do not fit."""
        structure = self._structure

        def convert_or(value: Any) -> Any:
            try:
                return convert(value)
            except MISFITS:
                pass
            return structure(value, kind)

        def convert_all_or(values: Sequence[Any]) -> list[Any]:
            try:
                return [*convert_all(values)]
            except MISFITS:
                pass
            return [structure(value, kind) for value in values]

        return Decoding(wire_type=Any, convert=convert_or, convert_all=convert_all_or)

    def from_plain(self, kind: Any) -> tuple[Convert, ConvertAll]:
        """Return what makes a value of *kind* from plain values, and what makes many."""
        if kind not in self._from_plain:
            decoding = self.of(kind)
            self._from_plain[kind] = _from_plain(decoding)
        return self._from_plain[kind]

    def _field(self, field: attrs.Attribute[Any], kind: Any) -> Decoding:
        code = code_of(field)
        if code is not None:
            return _one_by_one(Any, code[0])
        if is_rest(field):
            return Decoding(wire_type=dict[str, Any])
        return self.of(kind)

    def _parts(self, model: Any, decodings: Mapping[str, Decoding]) -> list[Part]:
        names = {wire_name(each): each.name for each in attrs.fields(model)}
        tags = {names[name]: tag for name, tag in tags_of(model).items()}
        parts = []
        for at, (name, decoding) in enumerate(decodings.items()):
            if name in tags:
                by, choose = tags[name]
                part = tagged_part(
                    model, name, names[by], choose, self._lenient.from_plain
                )
            else:
                part = field_part(
                    model, name, at, decoding.convert, decoding.convert_all
                )
            parts.append(part)
        return parts

    def _struct(self, model: Any, parts: Mapping[str, Decoding]) -> type[Struct]:
        fields = attrs.fields(model)
        return msgspec.defstruct(
            model.__name__,
            [
                (each.name, parts[each.name].wire_type, *_default(each))
                for each in fields
            ],
            rename={each.name: wire_name(each) for each in fields},
            kw_only=True,
            forbid_unknown_fields=self._refuse_unknown,
            gc=False,
        )


def _is_plain_model(kind: Any) -> bool:
    return is_model(kind) and is_plain_model(class_of(kind))


def _default(field: attrs.Attribute[Any]) -> tuple[Any, ...]:
    if is_rest(field):
        return (NOTHING_MORE,)
    return () if field.default is attrs.NOTHING else (field.default,)


def _one_by_one(wire_type: Any, convert: Convert) -> Decoding:
    return Decoding(
        wire_type=wire_type, convert=convert, convert_all=partial(map, convert)
    )


def _by_msgspec(kind: Any, wire_type: Any, convert: Convert | None = None) -> Decoding:
    # Not strict, or no number could become a time. All else is of its type by now.
    loosely = partial(msgspec.convert, strict=False, from_attributes=True)
    return Decoding(
        wire_type=wire_type,
        convert=convert or partial(loosely, type=kind),
        convert_all=partial(loosely, type=list[kind]),
        by_msgspec=True,
    )


def _from_plain(decoding: Decoding) -> tuple[Convert, ConvertAll]:
    wire_type, convert, convert_all = (
        decoding.wire_type,
        decoding.convert,
        decoding.convert_all,
    )
    if convert is None or convert_all is None:
        read = partial(msgspec.convert, type=wire_type)
        return read, partial(map, read)
    if wire_type is Any:
        return convert, convert_all
    several = list[wire_type]  # type: ignore[valid-type]
    return (
        lambda value: convert(msgspec.convert(value, wire_type)),
        lambda values: convert_all(msgspec.convert(values, several)),
    )
