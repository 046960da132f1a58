"""Rows of a listing's answer of which only a part is kept."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest

from phonecom_events.converter import converter
from phonecom_events.errors import DecodeError
from phonecom_events.http import Response
from phonecom_events.pagination import OddRow
from phonecom_events.phonecom import Listener
from phonecom_events.phonecom.pages import ListAnswer
from phonecom_events.rows import RowsOf, read_kept_rows, read_rows

OF = RowsOf(answer=ListAnswer, field="items", row=Listener, id_type=int)
ROW = {"id": 1, "voip_id": 2, "version": "2", "callback_id": 3, "created_at": 4}


class FakeSession(SimpleNamespace):
    """Have what reading needs of a session."""

    converter = converter

    def decode(self, response: Response, kind: Any, method: str, path: str) -> Any:
        del method, path
        return converter.loads(response.body, kind)


SESSION: Any = FakeSession()


def answer_of(rows: list[Any]) -> Response:
    body = json.dumps({"items": rows, "total": len(rows)}).encode()
    return Response(status=200, headers={}, body=body)


def rows_of(*odd: int) -> list[Any]:
    rows = [ROW | {"id": number} for number in range(500)]
    for number in odd:
        rows[number] = ROW | {"id": number, "callback_id": None}
    return rows


@pytest.mark.parametrize("odd", [(), (0, 70, 499)], ids=str)
async def test_rows_are_kept_as_they_are_read(odd: tuple[int, ...]) -> None:
    """What is kept stands where its row would; an odd row is left as it is."""
    response = answer_of(rows_of(*odd))
    whole = read_rows(SESSION, response, "/p", OF, odd_rows="report")
    kept = await read_kept_rows(SESSION, response, "/p", OF, keep=lambda row: row.id)
    assert kept.total == 500
    assert list(kept.items) == [
        row if isinstance(row, OddRow) else row.id for row in whole.items
    ]
    assert [row.id for row in kept.items if isinstance(row, OddRow)] == list(odd)


@pytest.mark.parametrize("odd", [(), (3,)], ids=str)
async def test_other_tasks_run_between_the_rows(odd: tuple[int, ...]) -> None:
    """No more than 64 rows are read in one turn of the loop, be some of them odd."""
    turns, kept_in_turn = 0, [0]

    async def beat() -> None:
        nonlocal turns
        while True:
            turns += 1
            kept_in_turn.append(0)
            await asyncio.sleep(0)

    def keep(row: Any) -> Any:
        kept_in_turn[-1] += 1
        return row

    heart = asyncio.create_task(beat())
    await read_kept_rows(SESSION, answer_of(rows_of(*odd)), "/p", OF, keep=keep)
    heart.cancel()
    assert turns >= 8
    assert max(kept_in_turn[1:]) <= 64


async def test_an_answer_that_is_none_is_refused() -> None:
    """What is no answer at all is the same error as without keeping."""
    response = Response(status=200, headers={}, body=b'{"items": [1, "total": 1}')
    with pytest.raises(DecodeError):
        await read_kept_rows(SESSION, response, "/p", OF, keep=lambda row: row)
