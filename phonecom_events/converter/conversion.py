"""JSON to models and back, with problems told by their place in the JSON."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from ..errors import DecodeError
from .fast import FastReader

if TYPE_CHECKING:
    from .explain import ExplainingConverter

T = TypeVar("T")

# What the fast reader raises for what does not fit, and for what is no JSON.
_MISFITS: Final = (
    DecodeError,
    msgspec.MsgspecError,
    RecursionError,
    TypeError,
    ValueError,
)


class Converter:
    """Convert between JSON, plain values and models.

    JSON is read by the fast reader, and what it refuses by the explaining converter,
    to say what is wrong; the two accept and refuse the same.
    """

    def __init__(self) -> None:
        self._fast = FastReader(self.structure)

    @cached_property
    def _explaining(self) -> ExplainingConverter:
        # cattrs takes long to import, and most of what is read does not need it.
        from .explain import ExplainingConverter  # noqa: PLC0415

        return ExplainingConverter()

    def structure(self, value: object, kind: type[T]) -> T:
        """Turn plain values into *kind*.

        Raises:
            DecodeError: saying what was expected, and where, by wire names.
        """
        model: T = self._explaining.structure(value, kind)
        return model

    def unstructure(self, value: object, kind: Any = None) -> Any:
        """Turn *value* into plain values, as they stand on the wire.

        Args:
            kind: the type to write it as; by default its own.

        Raises:
            InvalidArgument: a time in it is naive, or no time at all.
        """
        return self._explaining.unstructure(value, kind)

    def loads(self, body: bytes, kind: type[T]) -> T:
        """Read JSON into *kind*; raise `DecodeError` if it is not that."""
        model: T
        try:
            model = self._fast.decode(body, kind)
            return model
        except _MISFITS:
            pass
        value = _parse(body)
        # Once more, without JSON: a field that the vendor added is refused above.
        try:
            model = self._fast.convert(value, kind)
            return model
        except _MISFITS:
            pass
        self.structure(value, kind)
        raise DecodeError("one of two readers refuses this JSON, without a reason")

    def dumps(self, value: object) -> bytes:
        """Write a model, or plain values, as JSON."""
        return msgspec.json.encode(self.unstructure(value))


def _parse(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        problem = f"not JSON: {error}"
    raise DecodeError(problem, problems=(f"{problem} @ $",))
