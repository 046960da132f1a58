"""Read models with msgspec, in C wherever it can.

msgspec reads JSON strictly into structs, not into models. So every model gets a
struct with the same fields, in which a Unix time is still a number, and is made from
it. Where msgspec can convert each of the fields, it makes the models as well, a whole
list at once; else Python does. What has rules of its own stays plain values in the
struct, and is read by cattrs.

It accepts what `explain` does, and nothing else, but cannot say what is wrong.
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
    class_of,
    field_types,
    is_list,
    is_model,
    is_optional,
    is_plain_model,
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

Convert = Callable[[Any], Any]
ConvertAll = Callable[[Sequence[Any]], Iterable[Any]]
Structure = Callable[[Any, Any], Any]


class FastReader:
    """Turn JSON into models.

    Whatever either method raises means no more than that the value does not fit.

    Args:
        structure: reads from plain values what msgspec cannot.
    """

    def __init__(self, structure: Structure) -> None:
        self._closed = Decodings(structure, refuse_unknown=True)
        self._open = Decodings(structure, refuse_unknown=False)
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
        decoding = self._open.of(kind)
        value = msgspec.convert(value, decoding.wire_type)
        return value if decoding.convert is None else decoding.convert(value)

    def _reader(self, kind: Any) -> Callable[[bytes], Any]:
        decoding = self._closed.of(kind)
        decode = msgspec.json.Decoder(decoding.wire_type).decode
        convert = decoding.convert
        return decode if convert is None else lambda body: convert(decode(body))


class Decoding(Struct, frozen=True, kw_only=True, eq=False):
    """Say how JSON becomes a value of some type.

    Attributes:
        wire_type: what msgspec is to read it into.
        convert: makes the value from that; None if it is the value.
        convert_all: does the same for a list of them.
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
        refuse_unknown: refuse objects with more fields than their model has.
    """

    def __init__(self, structure: Structure, *, refuse_unknown: bool) -> None:
        self._structure = structure
        self._refuse_unknown = refuse_unknown
        self._known: dict[Any, Decoding] = {
            kind: Decoding(wire_type=kind, by_msgspec=True)
            for kind in (bool, int, str, Any, dict[str, Any])
        }
        # The bounds are for C, which would take a time before 1970.
        seconds = Annotated[int, msgspec.Meta(ge=0, le=LAST_SECOND)]
        self._known[UnixTime] = Decoding(
            wire_type=seconds, convert=structure_unix_time, by_msgspec=True
        )
        aware = Annotated[datetime, msgspec.Meta(tz=True)]
        self._known[IsoTime] = Decoding(wire_type=aware, convert=in_utc)

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
            return Decoding(wire_type=text, convert=open_enum_reader(kind))
        if is_scalar_union(kind):
            return Decoding(wire_type=kind, by_msgspec=True)
        if is_optional(kind):
            return self._optional(kind)
        if is_list(kind):
            return self._list(kind)
        if is_model(kind) and is_plain_model(class_of(kind)):
            return self._model(kind)
        return self._by_cattrs(kind)

    def _by_cattrs(self, kind: Any) -> Decoding:
        return Decoding(
            wire_type=Any, convert=lambda value: self._structure(value, kind)
        )

    def _optional(self, kind: Any) -> Decoding:
        (member,) = members_of(kind) - {NoneType}
        decoding = self.of(member)
        wire_type, convert = optional(decoding.wire_type), decoding.convert
        if convert is None:
            return Decoding(wire_type=wire_type, by_msgspec=True)
        return Decoding(
            wire_type=wire_type,
            convert=lambda value: None if value is None else convert(value),
            by_msgspec=decoding.by_msgspec,
        )

    def _list(self, kind: Any) -> Decoding:
        decoding = self.of(get_args(kind)[0])
        wire_type = tuple[decoding.wire_type, ...]  # type: ignore[name-defined]
        if decoding.convert is None:
            return Decoding(wire_type=wire_type, by_msgspec=True)
        if decoding.by_msgspec:
            by_msgspec = _conversion_by_msgspec(kind)
            return Decoding(wire_type=wire_type, convert=by_msgspec, by_msgspec=True)
        convert_all = decoding.convert_all or partial(map, decoding.convert)
        return Decoding(
            wire_type=wire_type, convert=lambda values: tuple(convert_all(values))
        )

    def _model(self, kind: Any) -> Decoding:
        model = class_of(kind)
        parts = {name: self.of(each) for name, each in field_types(kind).items()}
        struct = self._struct(model, parts)
        if all(part.by_msgspec for part in parts.values()):
            by_msgspec = _conversion_by_msgspec(kind)
            return Decoding(wire_type=struct, convert=by_msgspec, by_msgspec=True)
        tagged = tags_of(model)
        converts = {
            field.name: convert
            for field in attrs.fields(model)
            if (convert := parts[field.name].convert) is not None
            and wire_name(field) not in tagged
        }
        return Decoding(
            wire_type=struct,
            convert=_conversion(model, converts, self._structure),
            convert_all=_conversion_of_lists(model, converts, self._structure),
        )

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


def _default(field: attrs.Attribute[Any]) -> tuple[Any, ...]:
    return () if field.default is attrs.NOTHING else (field.default,)


def _conversion_by_msgspec(kind: Any) -> Convert:
    # Not strict, or no number could become a time. All else is of its type by now.
    return partial(msgspec.convert, type=kind, strict=False, from_attributes=True)


def _conversion(
    model: Any, converts: Mapping[str, Convert], structure: Structure
) -> Convert:
    """Build what makes a model from its struct.

    Args:
        converts: what makes the values of fields, by their names.
        structure: reads the values of tagged fields.
    """
    read_tagged = _tag_reader(model, structure)

    def convert(struct: Struct) -> Any:
        read_tagged(struct)
        parts = asdict(struct)
        for name, convert_part in converts.items():
            parts[name] = convert_part(parts[name])
        return model(**parts)

    return convert


def _conversion_of_lists(
    model: Any, converts: Mapping[str, Convert], structure: Structure
) -> ConvertAll:
    """Build what makes a list of models from structs, in half the time for each.

    As when models are unpickled, fields are set without asking the class; and one
    field after the other for all of them, which C can do.
    """
    read_tagged = _tag_reader(model, structure)
    fields = [
        (getattr(model, each.name).__set__, attrgetter(each.name), each.name)
        for each in attrs.fields(model)
    ]

    def convert_all(structs: Sequence[Struct]) -> list[Any]:
        for struct in structs:
            read_tagged(struct)
        models = [object.__new__(model) for _ in structs]
        for put, get, name in fields:
            values: Iterable[Any] = map(get, structs)
            if name in converts:
                values = map(converts[name], values)
            deque(map(put, models, values), maxlen=0)
        return models

    return convert_all


def _tag_reader(model: Any, structure: Structure) -> Callable[[Struct], None]:
    """Build what replaces the plain values of a struct's tagged fields."""
    names = {wire_name(each): each.name for each in attrs.fields(model)}
    tags = [
        (names[name], names[by], choose)
        for name, (by, choose) in tags_of(model).items()
    ]

    def read_tagged(struct: Struct) -> None:
        for name, by, choose in tags:
            value = getattr(struct, name)
            setattr(struct, name, structure(value, choose(getattr(struct, by), value)))

    return read_tagged
