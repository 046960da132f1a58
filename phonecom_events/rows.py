"""The rows of a listing's answer: all of them, or all but the odd ones.

A row that is not as documented makes the whole answer unreadable for the fast reader.
Only then are the rows read one by one, so that a clean answer costs what it always
has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from attrs import evolve
from msgspec import Struct

from .errors import DecodeError
from .http import Response
from .pagination import OddRow, OddRows
from .session import Session

# How many rows that are read one by one are kept in one turn of the event loop.
_SOME: Final = 64


class RowsOf(Struct, frozen=True, kw_only=True):
    """Say what holds the rows of a listing's answer.

    Attributes:
        answer: the class of an answer, generic in the class of its rows.
        field: its field with the rows.
        row: the class of a row.
        id_type: of the rows' ids.
    """

    answer: Any
    field: str
    row: Any
    id_type: type[int | str]

    @property
    def path(self) -> str:
        """Where the rows are in an answer."""
        return f"$.{self.field}"

    def filled(self, answer: Any, rows: Iterable[Any]) -> Any:
        """Return an answer with other rows."""
        return evolve(answer, **{self.field: tuple(rows)})


def read_rows(
    session: Session, response: Response, path: str, of: RowsOf, *, odd_rows: OddRows
) -> Any:
    """Return a listing's answer.

    Args:
        session: that it came from.
        response: 2xx.
        path: as it was asked for.
        of: what it is.
        odd_rows: ``"report"`` to have an `OddRow` in the place of each row that is
            not as documented.

    Raises:
        DecodeError: the answer is not as documented, or with ``"raise"`` a row.
    """
    if odd_rows == "raise":
        try:
            return session.decode(response, of.answer[of.row], "GET", path)
        except DecodeError as error:
            problem = error
        raise _with_advice(problem, of.path)
    try:
        return session.converter.loads(response.body, of.answer[of.row], explain=False)
    except DecodeError:
        pass
    answer = session.decode(response, of.answer[Any], "GET", path)
    values = getattr(answer, of.field)
    return of.filled(answer, _one_by_one(session, of, values))


async def read_kept_rows(
    session: Session,
    response: Response,
    path: str,
    of: RowsOf,
    *,
    keep: Callable[[Any], Any],
) -> Any:
    """Do as `read_rows` with ``"report"``, but have what is kept of each row.

    The event loop has its turn after some rows each, and their models are gone by
    then: what lives for so short is never seen by a collection of garbage, nor does
    it bring about the next full one, which goes through all that the process holds.

    Args:
        keep: takes a model, and gives what is to stand in its place.
    """
    kept: list[Any] = []
    try:
        answer, parts = session.converter.loads_in_parts(
            response.body, of.answer[of.row], rows=of.field
        )
        await asyncio.sleep(0)
        for models in parts:
            kept.extend(map(keep, models))
            del models  # or these would live until the next are made
            await asyncio.sleep(0)
        return of.filled(answer, kept)
    except DecodeError:
        kept.clear()
    answer = session.decode(response, of.answer[Any], "GET", path)
    values = getattr(answer, of.field)
    for first in range(0, len(values), _SOME):
        some = values[first : first + _SOME]
        rows = _one_by_one(session, of, some, first=first)
        kept.extend(row if isinstance(row, OddRow) else keep(row) for row in rows)
        await asyncio.sleep(0)
    return of.filled(answer, kept)


def _one_by_one(
    session: Session, of: RowsOf, values: Sequence[Any], *, first: int = 0
) -> Iterator[Any]:
    """Read rows that are not all as documented.

    Args:
        first: where the first of *values* stands among an answer's.
    """
    models = session.converter.structure_each(values, of.row, at=of.path, first=first)
    for value, model in zip(values, models, strict=True):
        odd = isinstance(model, DecodeError)
        yield _odd_row(value, model.problems, of.id_type) if odd else model


def _odd_row(raw: Any, problems: tuple[str, ...], id_type: type[int | str]) -> OddRow:
    found = raw.get("id") if isinstance(raw, dict) else None
    return OddRow(
        # A bool is an int, but no id.
        id=found if type(found) is id_type else None,
        problems=problems,
        raw=raw,
    )


def _with_advice(error: DecodeError, at: str) -> DecodeError:
    """Say how to go on, if the rows alone are to blame."""
    if not all(f" @ {at}[" in problem for problem in error.problems):
        return error
    return DecodeError(
        f'{error}. List with odd_rows="report" to read all other rows.',
        problems=error.problems,
        path=error.path,
    )
