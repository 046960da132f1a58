"""The quick way to read models: msgspec, in C wherever it can.

It is as strict as the careful one, but cannot say in our words what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from .making import Structure
from .twins import Planner


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
