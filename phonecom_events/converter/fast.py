"""Read models with msgspec; how each type is read says `decodings`.

It accepts what `explain` does, and nothing else, but cannot say what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from .decodings import Decodings, Structure
from .sharing import SharingDecodings, shared_field


class FastReader:
    """Turn JSON into models.

    Whatever either method raises means no more than that the value does not fit.

    Args:
        structure: reads from plain values what msgspec cannot.
    """

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._open = Decodings(structure)
        self._closed = Decodings(structure, lenient=self._open)
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
        found = shared_field(kind)
        if found is None:
            return self._whole_reader(kind)
        rows, field = found
        whole: list[Callable[[bytes], Any]] = []
        sharing = SharingDecodings(self._structure, self._open, self._closed)
        read_shared = sharing.reader(kind, rows, field)

        def read(body: bytes) -> Any:
            answer = read_shared(body)
            if answer is not None:
                return answer
            if not whole:
                whole.append(self._whole_reader(kind))
            return whole[0](body)

        return read

    def _whole_reader(self, kind: Any) -> Callable[[bytes], Any]:
        decoding = self._closed.of(kind)
        decode = msgspec.json.Decoder(decoding.wire_type).decode
        convert = decoding.convert
        return decode if convert is None else lambda body: convert(decode(body))
