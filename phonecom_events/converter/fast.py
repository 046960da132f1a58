"""Read models with msgspec; how each type is read says `decodings`.

It accepts what `explain` does, and nothing else, but cannot say what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

import attrs
import msgspec

from .decodings import Decodings, Structure
from .fields import class_of, wire_name
from .sharing import Known, SharingDecodings, shared_field

# With all that hangs on so many rows, fewer objects than make Python look for garbage
# (700, see `gc.get_threshold`): done with before the next, they never make it look.
_PART: Final = 64

ReadInParts = Callable[[bytes], tuple[Any, Iterator[Sequence[Any]]]]
ReadPart = Callable[[Known | None, bytes], Any]


class FastReader:
    """Turn JSON into models.

    Whatever a method raises means no more than that the value does not fit.

    Args:
        structure: reads from plain values what msgspec cannot.
    """

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._open = Decodings(structure)
        self._closed = Decodings(structure, lenient=self._open)
        self._readers: dict[Any, Callable[[bytes], Any]] = {}
        self._part_readers: dict[Any, ReadInParts] = {}
        self._sharing_readers: dict[Any, ReadPart] = {}

    def decode(self, body: bytes, kind: Any) -> Any:
        """Read JSON in which no object has a field that its model does not have.

        Of one that has, msgspec would not look at the value, and let bad JSON pass.
        """
        # Not by a method of its own: every call would pay for that.
        read = self._readers.get(kind)
        if read is None:
            read = self._readers[kind] = self._reader(kind)
        return read(body)

    def decode_in_parts(
        self, body: bytes, kind: Any, rows: str
    ) -> tuple[Any, Iterator[Sequence[Any]]]:
        """Read an answer, and its rows apart from it, some at a time.

        Args:
            kind: generic in the class of its rows.
            rows: the name of the field that holds them.
        """
        read = self._part_readers.get(kind)
        if read is None:
            read = self._part_readers[kind] = self._part_reader(kind, rows)
        return read(body)

    def convert(self, value: object, kind: Any) -> Any:
        """Read plain values, passing over what models do not have."""
        decoding = self._open.of(kind)
        value = msgspec.convert(value, decoding.wire_type)
        return value if decoding.convert is None else decoding.convert(value)

    def _reader(self, kind: Any) -> Callable[[bytes], Any]:
        read = self._sharing_reader(kind)
        return self._whole_reader(kind) if read is None else partial(read, None)

    def _sharing_reader(self, kind: Any) -> ReadPart | None:
        """Return what reads an answer whose rows have a shared field, if they have."""
        if kind in self._sharing_readers:
            return self._sharing_readers[kind]
        found = shared_field(kind)
        if found is None:
            return None
        whole: list[Callable[[bytes], Any]] = []
        sharing = SharingDecodings(self._structure, self._open, self._closed)
        read_shared = sharing.reader(kind, *found)

        def read(known: Known | None, body: bytes) -> Any:
            answer = read_shared(body, known)
            if answer is not None:
                return answer
            if not whole:
                whole.append(self._whole_reader(kind))
            return whole[0](body)

        self._sharing_readers[kind] = read
        return read

    def _part_reader(self, kind: Any, rows: str) -> ReadInParts:
        field = getattr(attrs.fields(class_of(kind)), rows)
        key = f'"{wire_name(field)}"'.encode()
        read_unread = self._whole_reader(class_of(kind)[msgspec.Raw])
        sharing = self._sharing_reader(kind)

        def parts(texts: Sequence[msgspec.Raw]) -> Iterator[Sequence[Any]]:
            read = partial(self.decode, kind=kind)
            if sharing is not None:
                read = partial(sharing, {})
            for start in range(0, len(texts), _PART):
                some = b",".join(texts[start : start + _PART])
                yield getattr(read(b"{%b:[%b]}" % (key, some)), rows)

        def read(body: bytes) -> tuple[Any, Iterator[Sequence[Any]]]:
            # The first of two such lists would be passed over, and not be checked.
            if body.count(key) > 1 or _may_spell_otherwise(body):
                answer = self.decode(body, kind)
                return answer, iter([getattr(answer, rows)])
            unread = read_unread(body)
            return unread, parts(getattr(unread, rows))

        return read

    def _whole_reader(self, kind: Any) -> Callable[[bytes], Any]:
        decoding = self._closed.of(kind)
        decode = msgspec.json.Decoder(decoding.wire_type).decode
        convert = decoding.convert
        return decode if convert is None else lambda body: convert(decode(body))


def _may_spell_otherwise(body: bytes) -> bool:
    """Tell whether a name of small letters can be written with escapes: U+0061 on.

    PHP never does, but writes each other letter that is not ASCII so. Finding one byte
    is faster than several, and often there is none.
    """
    if b"\\" not in body or b"\\u00" not in body:
        return False
    return b"\\u006" in body or b"\\u007" in body
