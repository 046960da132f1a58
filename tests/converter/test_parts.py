"""An answer whose rows are read some at a time is read as when it is read whole."""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.converter import Converter
from phonecom_events.errors import DecodeError
from phonecom_events.phonecom import Listener, Profile
from phonecom_events.phonecom.callbacks import Callback
from phonecom_events.phonecom.overview import OverviewListener
from phonecom_events.phonecom.pages import ListAnswer

from .pages import pages, values

CALLBACK = {
    "id": 7,
    "voip_id": 2,
    "mode": "HTTPS",
    "config": {"url": "https://hooks.example.org", "headers": []},
    ":profile": {"id": 1, "voip_id": 2, "name": "Ops", "created_at": 0},
}
ROW = {"id": 1, "voip_id": 2, "callback_id": 3, "created_at": 4, ":subscriptions": []}

converter = Converter()


def body_of(rows: list[Any], **more: Any) -> bytes:
    return json.dumps({"items": rows, **more}).encode()


def in_parts(body: bytes, kind: Any) -> Any:
    """Read an answer in parts; return it, with its rows and the parts' lengths."""
    try:
        answer, parts = converter.loads_in_parts(body, kind, rows="items")
        every = [list(part) for part in parts]
    except DecodeError as error:
        return str(error)
    rows = tuple(row for part in every for row in part)
    return (
        (answer.limit, answer.total, answer.sort),
        rows,
        [len(part) for part in every],
    )


def check(body: bytes, kind: Any) -> None:
    """It is read as it is whole, or refused as it is whole."""
    read = in_parts(body, kind)
    if isinstance(read, str):
        with pytest.raises(DecodeError, match=f"^{read}$"):
            converter.loads(body, kind, explain=False)
        return
    about, rows, _ = read
    whole = converter.loads(body, kind, explain=False)
    assert about == (whole.limit, whole.total, whole.sort)
    assert repr(rows) == repr(whole.items)  # 1 equals True


@pytest.mark.parametrize("row", [Listener, Callback, Profile, OverviewListener])
@given(data=st.data())
def test_parts_are_read_as_the_whole(row: Any, data: st.DataObject) -> None:
    """Whatever an answer is, its parts come to the same, or it is refused."""
    check(data.draw(pages(ListAnswer[row])), ListAnswer[row])


@given(data=st.data())
def test_rows_of_one_answer_are_read_as_the_whole(data: st.DataObject) -> None:
    """So do rows of which many have the same callback, over several parts."""
    few = data.draw(st.lists(values(OverviewListener), min_size=1, max_size=3))
    rows = data.draw(st.lists(st.sampled_from(few), max_size=9)) * 20
    check(b'{"items": [' + b", ".join(rows) + b"]}", ListAnswer[OverviewListener])


def test_a_part_has_few_rows() -> None:
    """Of 500 rows, no more than 64 are models at a time, and none is left out."""
    rows = [ROW | {"id": number, ":callback": CALLBACK} for number in range(500)]
    _, found, lengths = in_parts(body_of(rows, limit=500), ListAnswer[OverviewListener])
    assert [row.id for row in found] == [*range(500)]
    assert lengths == [64] * 7 + [52]


@pytest.mark.parametrize(
    ("mode", "config", "models"), [("HTTPS", {"url": "a"}, 2), ("NEW", {"x": [1]}, 500)]
)
def test_what_recurs_is_one_model_in_all_parts(
    mode: str, config: dict[str, Any], models: int
) -> None:
    """A callback of all rows is made for one part, and once more as it comes again.

    One in which something can be changed is made for each row.
    """
    callback = CALLBACK | {"mode": mode, "config": config}
    rows = [ROW | {"id": number, ":callback": callback} for number in range(500)]
    _, found, _ = in_parts(body_of(rows), ListAnswer[OverviewListener])
    assert len({id(row.callback) for row in found}) == models


def test_models_of_a_part_are_gone_with_it() -> None:
    """Who keeps none of them has never more than those of one part."""
    rows = [ROW | {"id": number, ":callback": CALLBACK} for number in range(500)]
    answer, parts = converter.loads_in_parts(
        body_of(rows), ListAnswer[OverviewListener], rows="items"
    )

    def alive() -> int:
        return sum(type(each) is OverviewListener for each in gc.get_objects())

    most, others = 0, alive()
    for part in parts:
        most = max(most, alive() - others)
        del part
    assert len(answer.items) == 500
    assert most == 64


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": [\xff], "items": []}',
        b'{"items": ["\\q"], "\\u0069tems": []}',
        b'{"it\\u0065ms": ["\\q"], "items": []}',
        b'{"items": [], "limit": "1"}',
        b'{"items": null}',
        b'{"items": []',
        b'{"items": [{}}]}',
        b'{"items": [1,]}',
    ],
)
def test_what_is_passed_over_is_checked_all_the_same(body: bytes) -> None:
    """Of two lists of rows the first is checked as well, whatever their name looks like."""
    assert in_parts(body, ListAnswer[Listener]) == "not as documented"
    check(body, ListAnswer[Listener])
