"""Whatever JSON, or none, a stranger sends: an event, or a `WebhookError`."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.errors import WebhookError
from phonecom_events.linq import deliveries
from phonecom_events.phonecom import events
from phonecom_events.webhooks import MAX_BODY

from ..fuzz.hostile import paths
from .samples import LINQ_DATA, PHONECOM_DATA, dumps, linq_event, phonecom_event

Parse = Callable[[bytes], object]
PARSERS: list[Parse] = [events.parse_event, deliveries.parse_event]
SAMPLES = [
    *((events.parse_event, phonecom_event(name)) for name in PHONECOM_DATA),
    *((deliveries.parse_event, linq_event(name)) for name in LINQ_DATA),
]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**301)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def survives(parse: Parse, body: bytes) -> None:
    """Read *body*; any error but `WebhookError` fails the test."""
    with contextlib.suppress(WebhookError):
        assert repr(parse(body))


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b'{"a": "\xff"}',
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"a": "\\ud800"}',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 200_000,
        b'{"data":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"data": {}',
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"{}",
        b'{"data": {}}',
        b" " * (MAX_BODY + 1),
    ],
)
def test_refuses_what_is_no_event(parse: Parse, body: bytes) -> None:
    """Not JSON, not UTF-8, too deep, too large, no object: all the same error."""
    with pytest.raises(WebhookError) as caught:
        parse(body)

    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("body", ["{}", None, 5, {}])
def test_refuses_what_are_no_bytes(parse: Parse, body: bytes) -> None:
    """A body that was decoded by somebody else is refused too."""
    with pytest.raises(WebhookError, match="must be bytes"):
        parse(body)


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_survives_any_bytes(body: bytes) -> None:
    """Random bytes never end in another error."""
    for parse in PARSERS:
        survives(parse, body)


@given(anything)
def test_survives_any_json(value: Any) -> None:
    """Random JSON never ends in another error, by itself or as data."""
    for parse in PARSERS:
        survives(parse, dumps(value))
    survives(events.parse_event, dumps(phonecom_event(data=value)))
    survives(deliveries.parse_event, dumps(linq_event(data=value)))


@given(st.data())
def test_survives_a_change_anywhere(data: st.DataObject) -> None:
    """A documented event with one member replaced or removed never does either."""
    parse, sample = data.draw(st.sampled_from(SAMPLES))
    value = copy.deepcopy(sample)
    path = data.draw(st.sampled_from(paths(value)))
    parent: Any = value
    for key in path[:-1]:
        parent = parent[key]
    if data.draw(st.booleans()):
        parent[path[-1]] = data.draw(anything)
    else:
        del parent[path[-1]]

    survives(parse, dumps(value))
