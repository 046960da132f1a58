"""Rows converted one by one: what does not fit hides no other."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phonecom_events.converter import Converter
from phonecom_events.errors import DecodeError
from phonecom_events.phonecom import Listener
from phonecom_events.phonecom.callbacks import Callback
from phonecom_events.phonecom.overview import OverviewListener
from phonecom_events.phonecom.pages import ListAnswer

LISTENER = {
    "id": 1001,
    "voip_id": 1000002,
    "version": "2.0.0",
    "callback_id": 1768,
    "created_at": 1_604_939_563,
}
CALLBACK = {
    "id": 1768,
    "voip_id": 1000002,
    "enabled": True,
    "mode": "HTTPS",
    "config": {"url": "https://hooks.example.org"},
}

converter = Converter()


def test_what_does_not_fit_stands_in_its_place() -> None:
    """Good rows are read, and each other one is the error that tells its path."""
    rows: list[dict[str, Any]] = [LISTENER | {"id": 1001 + n} for n in range(40)]
    rows[3]["callback_id"] = "1768"
    rows[20] |= {"version": 2, "created_at": None}
    rows[39] = {}

    found = converter.structure_each(rows, Listener, at="$.items")

    odd = {n: row for n, row in enumerate(found) if isinstance(row, DecodeError)}
    assert {n: error.problems for n, error in odd.items()} == {
        3: ("expected an integer, got a string @ $.items[3].callback_id",),
        20: (
            "expected a string, got an integer @ $.items[20].version",
            "expected a time in Unix seconds, got null @ $.items[20].created_at",
        ),
        39: tuple(
            f"missing @ $.items[39].{name}"
            for name in ("id", "voip_id", "callback_id", "created_at")
        ),
    }
    assert str(odd[20]).endswith("@ $.items[20].version (and 1 more)")
    assert odd[3].path == "$.items[3].callback_id"
    good = [row.id for row in found if isinstance(row, Listener)]
    assert good == [1001 + n for n in range(40) if n not in odd]


def test_what_is_no_row_at_all() -> None:
    """Whatever stands in a row's place is told by that place."""
    found = converter.structure_each([None, 5, []], Listener, at="$.items")

    assert [str(error) for error in found] == [
        "expected an object, got null @ $.items[0]",
        "expected an object, got an integer @ $.items[1]",
        "expected an object, got a list @ $.items[2]",
    ]
    assert converter.structure_each([], Listener, at="$") == []


def test_what_is_nested_makes_its_owner_odd() -> None:
    """An overview item whose callback does not fit is told with the inner path."""
    odd = CALLBACK | {"config": {"url": 5}}
    rows = [
        LISTENER | {":callback": callback, ":subscriptions": []}
        for callback in (CALLBACK, odd, CALLBACK | {":fallback": odd})
    ]

    good, *others = converter.structure_each(rows, OverviewListener, at="$.items")

    assert isinstance(good, OverviewListener)
    assert [error.path for error in others if isinstance(error, DecodeError)] == [
        "$.items[1].:callback.config.url",
        "$.items[2].:callback.:fallback.config.url",
    ]


def test_errors_of_rows_keep_nothing_of_them() -> None:
    """An error that is kept pickles, and holds neither a cause nor a traceback."""
    (error,) = converter.structure_each([{}], Listener, at="$")

    assert isinstance(error, DecodeError)
    assert error.__cause__ is None
    assert error.__context__ is None
    assert error.__traceback__ is None
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


ROWS: list[Any] = [
    LISTENER | {":callback": None, ":subscriptions": []},
    LISTENER
    | {":callback": CALLBACK, ":subscriptions": [{"id": 1, ":tags": ["call"]}]},
    LISTENER
    | {":callback": CALLBACK | {"mode": "NEW"}, ":subscriptions": [], "new": 1},
    LISTENER | {":callback": CALLBACK | {"config": []}, ":subscriptions": []},
    LISTENER | {"expires_at": 1_767_225_600_000, ":subscriptions": [{"id": "1"}]},
    LISTENER | CALLBACK,
    CALLBACK,
    {},
    None,
]


@pytest.mark.parametrize("kind", [Listener, Callback, OverviewListener], ids=str)
@given(rows=st.lists(st.sampled_from(ROWS), max_size=50))
@settings(max_examples=30)
def test_rows_are_read_as_if_alone(kind: Any, rows: list[Any]) -> None:
    """However good and odd rows are mixed, each is read as it would be by itself."""
    found = converter.structure_each(rows, kind, at="$")

    assert len(found) == len(rows)
    for number, (row, model) in enumerate(zip(rows, found, strict=True)):
        try:
            alone = converter.structure(row, kind)
        except DecodeError as error:
            assert isinstance(model, DecodeError)
            problems = [
                each.replace("@ $", f"@ $[{number}]") for each in error.problems
            ]
            assert list(model.problems) == problems
        else:
            assert repr(model) == repr(alone)


def test_a_misfit_need_not_be_explained() -> None:
    """With `explain` off, what does not fit is refused without a word on why."""
    good, odd = (
        json.dumps(LISTENER).encode(),
        json.dumps(LISTENER | {"id": "7"}).encode(),
    )

    assert converter.loads(good, Listener, explain=False).id == 1001
    with pytest.raises(DecodeError, match=r"^not as documented$"):
        converter.loads(odd, Listener, explain=False)
    answer = converter.loads(b'{"items": [' + odd + b"]}", ListAnswer[Any])
    assert answer.items[0]["id"] == "7"
