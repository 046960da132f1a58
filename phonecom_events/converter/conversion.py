"""JSON to models and back, with problems told by their place in the JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeVar

import attrs
import msgspec
from cattrs.errors import (
    BaseValidationError,
    ClassValidationError,
    IterableValidationError,
)

from ..errors import DecodeError
from .fields import wire_name
from .hooks import make_converter
from .models import bare

T = TypeVar("T")

# What hooks and cattrs itself raise for a value that does not fit.
_MISFITS: Final = (BaseValidationError, KeyError, TypeError, ValueError)


class Converter:
    """Convert between JSON, plain values and models."""

    def __init__(self) -> None:
        self._quick = make_converter(detailed=False)
        self._detailed = make_converter(detailed=True)

    def structure(self, value: object, kind: type[T]) -> T:
        """Turn plain values into *kind*.

        Raises:
            DecodeError: saying what was expected, and where, by wire names.
        """
        try:
            return self._quick.structure(value, kind)
        except _MISFITS:
            pass
        raise self._explain(value, kind)

    def unstructure(self, value: object, kind: Any = None) -> Any:
        """Turn *value* into plain values, as they stand on the wire.

        Args:
            kind: the type to write it as; by default its own.

        Raises:
            InvalidArgument: a time in it is naive, or no time at all.
        """
        return self._quick.unstructure(value, unstructure_as=kind)

    def loads(self, body: bytes, kind: type[T]) -> T:
        """Read JSON into *kind*; raise `DecodeError` if it is not that."""
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            problem = f"not JSON: {error}"
        else:
            return self.structure(value, kind)
        raise DecodeError(problem, problems=(f"{problem} @ $",))

    def dumps(self, value: object) -> bytes:
        """Write a model, or plain values, as JSON."""
        return msgspec.json.encode(self.unstructure(value))

    def _explain(self, value: object, kind: Any) -> DecodeError:
        found: list[tuple[str, str]] = []
        try:
            self._detailed.structure(value, kind)
        except _MISFITS as error:
            found = list(_problems(error, "$"))
        first, *others = problems = [f"{what} @ {path}" for path, what in found]
        more = f" (and {len(others)} more)" if others else ""
        return DecodeError(first + more, problems=tuple(problems), path=found[0][0])


def _problems(error: BaseException, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(error, IterableValidationError):
        for item_error, item in error.group_exceptions()[0]:
            yield from _problems(item_error, f"{path}[{item.index}]")
    elif isinstance(error, ClassValidationError):
        names = {a.name: wire_name(a) for a in attrs.fields(bare(error.cl))}
        for field_error, note in error.group_exceptions()[0]:
            yield from _problems(field_error, f"{path}.{names[note.name]}")
    elif isinstance(error, KeyError):
        yield path, "missing"
    else:
        yield path, str(error)
