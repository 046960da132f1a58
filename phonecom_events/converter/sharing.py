"""Read what many rows of an answer have in common once.

In an account hundreds of listeners hang on one callback, and an overview repeats it,
config, profile and all, in each row. So the JSON of such a field is left unread until
all rows are there, and what is the same to the byte becomes one model, if nothing in
it can be changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import Enum
from itertools import compress
from operator import attrgetter
from types import NoneType
from typing import Any, Final, get_args

import attrs
import msgspec

from .decodings import Decoding, Decodings, Structure
from .fields import (
    NOTHING_MORE,
    Field,
    field_types,
    is_list,
    is_model,
    is_shared,
    wire_name,
)

Known = dict[bytes, Any]
"""Models by their JSON; None for what was read once, and is no model yet."""

ReadAll = Callable[[Iterable[bytes]], Sequence[Any]]
"""Reads JSON texts together, in their order."""

_CONSTANTS: Final = frozenset(
    {NoneType, bool, int, float, str, datetime, type(NOTHING_MORE)}
)


def shared_field(kind: Any) -> tuple[str, Field] | None:
    """Return the name of an answer's list whose rows have a shared field, and that."""
    if not is_model(kind):
        return None
    for name, part in field_types(kind).items():
        for row in _item(part):
            for field in attrs.fields(row) if is_model(row) else ():
                if is_shared(field):
                    return name, field
    return None


def _item(kind: Any) -> tuple[Any, ...]:
    return get_args(kind)[:1] if is_list(kind) else ()


class SharingDecodings(Decodings):
    """Decode answers and their rows so that a shared field of these is read once.

    Args:
        structure: reads from plain values what msgspec cannot.
        lenient: decodes plain values.
        closed: decodes all but answers and rows.
    """

    def __init__(
        self, structure: Structure, lenient: Decodings, closed: Decodings
    ) -> None:
        super().__init__(structure, lenient=lenient)
        self._closed = closed
        self._apart: set[Any] = set()

    def reader(
        self, kind: Any, rows: str, shared: Field
    ) -> Callable[[bytes, Known | None], Any]:
        """Build what reads an answer, and gives None if it must be read unshared.

        That is so where a row may have the field twice: what is not read is not
        checked either, and the first of two would pass whatever it is.

        With an answer goes what is known of others that are parts of the same, if it
        has any.

        Args:
            kind: the class of the answer.
            rows: the name of the field that holds the rows.
            shared: their field.
        """
        listed = field_types(kind)[rows]
        self._apart |= {kind, listed, *_item(listed)}
        decoding = self.of(kind)
        decode = msgspec.json.Decoder(decoding.wire_type).decode
        convert = decoding.convert
        assert convert is not None
        get_rows, get = attrgetter(rows), attrgetter(shared.name)
        key = f'"{wire_name(shared)}"'.encode()
        read_all = self._reader_of_all(field_types(_item(listed)[0])[shared.name])

        def read(body: bytes, known: Known | None) -> Any:
            # With \u, the name can be spelled in other ways. PHP writes so all that is
            # not ASCII; where there is any, nothing is shared.
            # Finding one byte is faster, and mostly there is none.
            if b"\\" in body and b"\\u" in body:
                return None
            answer = decode(body)
            given = [row for row in get_rows(answer) if type(get(row)) is msgspec.Raw]
            if body.count(key) != len(given):
                return None
            if known is not None:
                _recall(given, shared.name, known, read_all)
            return convert(answer)

        return read

    def of(self, kind: Any) -> Decoding:
        """Return how a type is decoded."""
        return super().of(kind) if kind in self._apart else self._closed.of(kind)

    def _field(self, field: Field, kind: Any) -> Decoding:
        if not is_shared(field):
            return super()._field(field, kind)
        convert_all = _each_once(self._reader_of_all(kind))
        return Decoding(
            wire_type=msgspec.Raw,
            convert=lambda raw: convert_all([raw])[0],
            convert_all=convert_all,
        )

    def _reader_of_all(self, kind: Any) -> ReadAll:
        decoding = self._closed.of(tuple[kind, ...])
        decode = msgspec.json.Decoder(decoding.wire_type).decode
        convert = decoding.convert

        def read_all(texts: Iterable[bytes]) -> Sequence[Any]:
            values: Sequence[Any] = decode(b"[%b]" % b",".join(texts))
            return values if convert is None else convert(values)

        return read_all


def _recall(rows: Sequence[Any], name: str, known: Known, read_all: ReadAll) -> None:
    """Put models in the place of JSON that came in an earlier part of an answer.

    What comes for the second time is worth remembering; most of what never does, never
    becomes known, and need not live for longer than its part.
    """
    texts = [bytes(getattr(row, name)) for row in rows]
    again = [text for text in {*texts} if text in known and known[text] is None]
    for text, model in zip(again, read_all(again), strict=True):
        if _is_constant(model):
            known[text] = model
    for row, text in zip(rows, texts, strict=True):
        model = known.setdefault(text, None)
        if model is not None:
            setattr(row, name, model)


def _each_once(read_all: ReadAll) -> Callable[[Sequence[Any]], list[Any]]:
    """Build what reads the different ones of many JSON texts.

    What is no text is a model that was known, or the default of a field that was not
    there.
    """

    def convert_all(raws: Sequence[Any]) -> list[Any]:
        texts = [bytes(raw) if type(raw) is msgspec.Raw else raw for raw in raws]
        times = Counter(text for text in texts if type(text) is bytes)
        made: dict[Any, Any] = dict(zip(times, read_all(times), strict=True))
        alike = [text for text, count in times.items() if count > 1]
        fresh = {text for text in alike if not _is_constant(made[text])}
        if not fresh:
            return [made[text] if type(text) is bytes else text for text in texts]
        is_fresh = [type(text) is bytes and text in fresh for text in texts]
        anew = iter(read_all([*compress(texts, is_fresh)]))
        return [
            next(anew) if new else made[text] if type(text) is bytes else text
            for text, new in zip(texts, is_fresh, strict=True)
        ]

    return convert_all


def _is_constant(value: object) -> bool:
    """Tell whether nothing in a value that was read can be changed."""
    kind: Any = type(value)
    if kind in _CONSTANTS or isinstance(value, Enum):
        return True
    if kind is tuple:
        return all(map(_is_constant, value))  # type: ignore[call-overload]
    # All models are frozen; a test holds that.
    return attrs.has(kind) and all(
        _is_constant(getattr(value, field.name)) for field in attrs.fields(kind)
    )
