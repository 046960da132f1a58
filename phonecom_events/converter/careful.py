"""The careful way to read models: cattrs, field by field, and back.

It is the one that knows where a problem stands, and takes several times as long as
the quick one. This module is imported when it is first needed, for the sake of the
time that importing the package takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import attrs
from cattrs import Converter
from cattrs.errors import (
    BaseValidationError,
    ClassValidationError,
    IterableValidationError,
)

from ..errors import DecodeError
from .fields import wire_name
from .hooks import make_converter
from .kinds import bare

# What hooks and cattrs itself raise for a value that does not fit.
_MISFITS: Final = (BaseValidationError, KeyError, TypeError, ValueError)


class CarefulReader:
    """Turn plain values into models, and models into plain values."""

    def __init__(self) -> None:
        self._terse = make_converter(detailed=False)

    @cached_property
    def _detailed(self) -> Converter:
        return make_converter(detailed=True)

    def structure(self, value: object, kind: Any) -> Any:
        """Turn plain values into *kind*; raise `DecodeError` saying what is wrong."""
        try:
            return self._terse.structure(value, kind)
        except _MISFITS:
            pass
        raise self._explain(value, kind)

    def unstructure(self, value: object, kind: Any) -> Any:
        """Turn *value* into plain values, as *kind*; by default as its own type."""
        return self._terse.unstructure(value, unstructure_as=kind)

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
    if isinstance(error, (IterableValidationError, ClassValidationError)):
        noted, others = error.group_exceptions()
        for part_error, note in noted:
            yield from _problems(part_error, path + _step(error, note))
        for other in others:
            yield from _problems(other, path)
    elif isinstance(error, KeyError):
        yield path, "missing"
    else:
        yield path, str(error)


def _step(error: BaseValidationError, note: Any) -> str:
    if isinstance(error, IterableValidationError):
        return f"[{note.index}]"
    names = {each.name: wire_name(each) for each in attrs.fields(bare(error.cl))}
    return f".{names[note.name]}"
