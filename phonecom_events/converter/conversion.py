"""JSON to models and back, with problems told by their place in the JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from ..errors import DecodeError
from ..lazy import LazyModule
from .decodings import MISFITS
from .fast import FastReader

if TYPE_CHECKING:
    from . import explain
else:
    # cattrs takes long to import, and most of what is read does not need it.
    explain = LazyModule(".explain", __package__)

T = TypeVar("T")

# Of rows that are converted together, which takes a fifth of the time for each, one
# that does not fit sends so many through one by one.
_TOGETHER: Final = 16
_MISFIT: Final = "not as documented"


class Converter:
    """Convert between JSON, plain values and models.

    JSON is read by the fast reader, and what it refuses by the explaining converter,
    to say what is wrong; the two accept and refuse the same.
    """

    def __init__(self) -> None:
        self._fast = FastReader(self._structure_tersely)

    @cached_property
    def _explaining(self) -> explain.ExplainingConverter:
        return explain.ExplainingConverter()

    def structure(self, value: object, kind: type[T]) -> T:
        """Turn plain values into *kind*.

        Raises:
            DecodeError: saying what was expected, and where, by wire names.
        """
        model: T = self._explaining.structure(value, kind)
        return model

    def _structure_tersely(self, value: object, kind: Any) -> Any:
        # What the fast reader refuses is explained as a whole, not in its parts.
        return self._explaining.structure(value, kind, explain=False)

    def structure_each(
        self, values: Sequence[object], kind: type[T], *, at: str, first: int = 0
    ) -> list[T | DecodeError]:
        """Turn plain values into *kind* one by one, so that one cannot spoil another.

        What does not fit stands in its place as the `DecodeError` that says why.

        Args:
            values: as JSON was parsed.
            kind: what each is to become.
            at: the path of *values*: with ``$.items``, the problems of the fourth are
                told as those of ``$.items[3]``.
            first: where the first of *values* stands there.
        """
        models: list[T | DecodeError] = []
        several = tuple[kind, ...]  # type: ignore[valid-type]
        for start in range(0, len(values), _TOGETHER):
            together = list(values[start : start + _TOGETHER])
            try:
                models.extend(self._fast.convert(together, several))
            except MISFITS:
                models.extend(
                    self._one_of_many(value, kind, f"{at}[{index}]")
                    for index, value in enumerate(together, first + start)
                )
        return models

    def _one_of_many(self, value: object, kind: type[T], at: str) -> T | DecodeError:
        model: T
        try:
            model = self._fast.convert(value, kind)
            return model
        except MISFITS:
            pass
        return self._explaining.explain(value, kind, at=at)

    def unstructure(self, value: object, kind: Any = None) -> Any:
        """Turn *value* into plain values, as they stand on the wire.

        Args:
            kind: the type to write it as; by default its own.

        Raises:
            InvalidArgument: a time in it is naive, or no time at all.
        """
        return self._explaining.unstructure(value, kind)

    def loads(self, body: bytes, kind: type[T], *, explain: bool = True) -> T:
        """Read JSON into *kind*.

        Args:
            explain: say in the error what is wrong. Where `structure_each` will do
                that for each row, False saves most of the time that a misfit takes;
                what has a field that its model does not is then refused as well.

        Raises:
            DecodeError: it is not that.
        """
        model: T
        try:
            model = self._fast.decode(body, kind)
            return model
        except MISFITS:
            pass
        if not explain:
            raise DecodeError(_MISFIT)
        value = _parse(body)
        # Once more, without JSON: a field that the vendor added is refused above.
        try:
            model = self._fast.convert(value, kind)
            return model
        except MISFITS:
            pass
        raise self._explaining.explain(value, kind)

    def loads_in_parts(
        self, body: bytes, kind: type[T], *, rows: str
    ) -> tuple[T, Iterator[Sequence[Any]]]:
        """Read JSON into *kind*, and its rows apart from it, some at a time.

        An answer may have hundreds of rows, each of many models. Who is done with some
        before asking for more has never more of these than of some.

        Args:
            rows: the name of the field that holds them, which in the answer says
                nothing.

        Raises:
            DecodeError: it is not that, as with ``explain=False``; also later, by the
                iterator, where a row is not.
        """
        try:
            answer, parts = self._fast.decode_in_parts(body, kind, rows)
        except MISFITS:
            pass
        else:
            return answer, _checked(parts)
        raise DecodeError(_MISFIT)

    def dumps(self, value: object) -> bytes:
        """Write a model, or plain values, as JSON."""
        return msgspec.json.encode(self.unstructure(value))


def _checked(parts: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    try:
        yield from parts
    except MISFITS:
        pass
    else:
        return
    raise DecodeError(_MISFIT)


def _parse(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        problem = f"not JSON: {error}"
    raise DecodeError(problem, problems=(f"{problem} @ $",))
