"""The rows of a listing's answer: all of them, or all but the odd ones.

A row that is not as documented makes the whole answer unreadable for the fast reader.
Only then are the rows read one by one, so that a clean answer costs what it always
has.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from .errors import DecodeError
from .http import Response
from .pagination import OddRow, OddRows
from .session import Session


def read_rows(
    session: Session,
    response: Response,
    path: str,
    *,
    answer: Any,
    row: Any,
    field: str,
    id_type: type[int | str],
    odd_rows: OddRows,
) -> Any:
    """Return a listing's answer.

    Args:
        session: that it came from.
        response: 2xx.
        path: as it was asked for.
        answer: the class of an answer, generic in the class of its rows.
        row: the class of a row.
        field: of the answer, that holds the rows.
        id_type: of the rows' ids.
        odd_rows: ``"report"`` to have an `OddRow` in the place of each row that is
            not as documented.

    Raises:
        DecodeError: the answer is not as documented, or with ``"raise"`` a row.
    """
    at = f"$.{field}"
    if odd_rows == "raise":
        try:
            return session.decode(response, answer[row], "GET", path)
        except DecodeError as error:
            problem = error
        raise _with_advice(problem, at)
    try:
        return session.converter.loads(response.body, answer[row], explain=False)
    except DecodeError:
        pass
    parsed = session.decode(response, answer[Any], "GET", path)
    values = getattr(parsed, field)
    models = session.converter.structure_each(values, row, at=at)
    rows = (
        _odd_row(value, model.problems, id_type)
        if isinstance(model, DecodeError)
        else model
        for value, model in zip(values, models, strict=True)
    )
    return evolve(parsed, **{field: tuple(rows)})


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
