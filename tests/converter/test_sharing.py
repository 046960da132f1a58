"""What many rows of an answer have in common is read once, where that cannot be seen."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import attrs
import pytest

from phonecom_events.converter import Converter
from phonecom_events.errors import DecodeError
from phonecom_events.phonecom.overview import OverviewCallback, OverviewListener
from phonecom_events.phonecom.pages import ListAnswer

from .test_agreement import MODELS

CALLBACK: dict[str, Any] = {
    "id": 1768,
    "voip_id": 1000002,
    "mode": "HTTPS",
    "config": {
        "url": "https://hooks.example.org",
        "headers": [{"name": "Authorization", "value": True}],
    },
    ":profile": {"id": 7, "voip_id": 1000002, "name": "é", "created_at": 5},
}
LISTENER = {"id": 1, "voip_id": 2, "callback_id": 3, "created_at": 4}

converter = Converter()


def overview(*callbacks: object, ascii_only: bool = False) -> bytes:
    rows = [
        LISTENER | {"id": number, ":callback": callback, ":subscriptions": []}
        for number, callback in enumerate(callbacks)
    ]
    return json.dumps({"items": rows}, ensure_ascii=ascii_only).encode()


def read(body: bytes) -> list[OverviewCallback | None]:
    answer = converter.loads(body, ListAnswer[OverviewListener])
    assert answer == converter.structure(json.loads(body), ListAnswer[OverviewListener])
    return [row.callback for row in answer.items]


def test_equal_callbacks_are_one() -> None:
    """Rows with the same callback hold the same model; others, what is theirs."""
    other = CALLBACK | {"id": 1769}

    first, second, third, none = read(overview(CALLBACK, other, CALLBACK, None))

    assert first is third
    assert second is not None
    assert second.id == 1769
    assert none is None


@pytest.mark.parametrize(
    "more",
    [
        {"config": {"url": "a", "new": {"nested": []}}},
        {"mode": "NEW", "config": {"url": "a"}},
        {
            "mode": "APPLICATION",
            "config": {
                "application": "google-analytics",
                "parameters": {"tracking_id": "a", "static": {"b": "c"}},
            },
        },
    ],
)
def test_what_can_be_changed_is_not_shared(more: dict[str, Any]) -> None:
    """Where a callback holds a dict, each row has one of its own."""
    first, second, third = read(overview(CALLBACK | more, CALLBACK, CALLBACK | more))

    assert first == third != second
    assert first is not third
    assert first is not None
    assert third is not None
    assert first.config is not third.config


def test_escaped_names_are_read_without_sharing() -> None:
    """JSON in which a name may be spelled with escapes is read the same."""
    body = overview(CALLBACK, CALLBACK, ascii_only=True)
    assert b"\\u00e9" in body

    first, second = read(body)

    assert first == second == read(overview(CALLBACK))[0]


@pytest.mark.parametrize("key", ['":callback"', '"\\u003acallback"', '":callback" '])
@pytest.mark.parametrize("broken", ["1e400", '"\\ud800"', "9" * 5000, "[1,]"])
def test_of_two_callbacks_in_a_row_both_must_be_json(key: str, broken: str) -> None:
    """A callback that another in the same row replaces is not passed unread."""
    row = json.dumps(LISTENER | {":subscriptions": []})
    body = (
        f'{{"items": [{{{key}: {broken}, ":callback": null, {row[1:]},'
        f' {{":callback": null, {row[1:]}]}}'
    )

    with pytest.raises(DecodeError, match="not JSON"):
        converter.loads(body.encode(), ListAnswer[OverviewListener])


def test_a_row_may_have_no_callback() -> None:
    """A row without the field has its default, beside rows that share theirs."""
    body = json.loads(overview(CALLBACK, CALLBACK, CALLBACK))
    del body["items"][1][":callback"]

    first, second, third = read(json.dumps(body, ensure_ascii=False).encode())

    assert second is None
    assert first is third


def test_what_is_odd_in_a_shared_callback_is_told_for_each_row() -> None:
    """Each row with an odd callback is named, though the callback is one."""
    odd = CALLBACK | {"config": {"url": 5}}

    with pytest.raises(DecodeError) as raised:
        converter.loads(overview(odd, CALLBACK, odd), ListAnswer[OverviewListener])

    assert raised.value.problems == tuple(
        f"expected a string, got an integer @ $.items[{n}].:callback.config.url"
        for n in (0, 2)
    )


def test_a_shared_model_is_as_any_other() -> None:
    """It copies, pickles, evolves, compares and shows as one that is read alone."""
    callback = CALLBACK | {"config": {"url": "a"}}
    shared, _ = read(overview(callback, callback))
    alone = converter.structure(callback, OverviewCallback)
    assert shared is not None

    assert repr(shared) == repr(alone)
    assert converter.dumps(shared) == converter.dumps(alone)
    for other in (
        alone,
        copy.deepcopy(shared),
        pickle.loads(pickle.dumps(shared)),
        attrs.evolve(shared),
        attrs.evolve(attrs.evolve(shared, name="x"), name=None),
    ):
        assert other == shared
        assert attrs.asdict(other) == attrs.asdict(shared)


@pytest.mark.parametrize(
    "change",
    [
        lambda extra: extra.__setitem__("a", 1),
        lambda extra: extra.__ior__({"a": 1}),
        lambda extra: extra.setdefault("a", 1),
        lambda extra: extra.update(a=1),
    ],
)
def test_nothing_comes_into_what_is_shared(change: Any) -> None:
    """What a config holds beside its fields, nothing, stays nothing."""
    shared, _ = read(overview(CALLBACK, CALLBACK))
    assert shared is not None
    extra = shared.config.extra

    with pytest.raises(TypeError, match="cannot be changed"):
        change(extra)

    assert extra == {}
    assert copy.copy(extra) == {}
    assert type(copy.deepcopy(extra)) is dict
    assert type(extra | {"a": 1}) is dict


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__qualname__)
def test_models_are_frozen(model: Any) -> None:
    """No field of any model can be set: only so may one stand in many rows."""
    made = object.__new__(model)
    for field in attrs.fields(model):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(made, field.name, None)
