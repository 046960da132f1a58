"""What the vendor's schema allows is read, in every kind of row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phonecom_events.converter import Converter
from phonecom_events.phonecom import Listener, Profile
from phonecom_events.phonecom.accounts import AccountSummary, ExtensionSummary
from phonecom_events.phonecom.callbacks import Callback
from phonecom_events.phonecom.listener_filters import ListenerFilter
from phonecom_events.phonecom.overview import OverviewListener
from phonecom_events.phonecom.subscriptions import Subscription

from .schemas import (
    ACCOUNT,
    ANY_OBJECT,
    APPLICATION,
    EXTENSION,
    FILTER,
    LISTENER,
    MODES,
    NUMBERS,
    OVERVIEW,
    PROFILE,
    SCHEDULE,
    SUBSCRIPTION,
    callback,
    rows,
)

KINDS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "listener": (Listener, rows(LISTENER)),
    "profile": (Profile, rows(PROFILE)),
    "subscription": (Subscription, rows(SUBSCRIPTION)),
    "filter": (ListenerFilter, rows(FILTER)),
    "overview": (OverviewListener, rows(OVERVIEW)),
    "account": (AccountSummary, rows(ACCOUNT)),
    "extension": (ExtensionSummary, rows(EXTENSION)),
    "callback of no mode": (Callback, rows(callback(None))),
    "callback of an application": (
        Callback,
        rows(callback("APPLICATION", APPLICATION)),
    ),
    **{f"callback by {mode}": (Callback, rows(callback(mode))) for mode in MODES},
}
FILTER_VALUES = rows(ANY_OBJECT) | rows(NUMBERS) | rows(SCHEDULE)

converter = Converter()


@pytest.mark.parametrize(("kind", "drawn"), KINDS.values(), ids=KINDS)
@given(data=st.data())
@settings(max_examples=25)
def test_what_the_schema_allows_is_read(
    kind: Any, drawn: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    """No row that the vendor's schema allows is refused, by either reader."""
    row = data.draw(drawn)

    read = converter.loads(json.dumps(row).encode(), kind)

    assert read == converter.structure(row, kind)
    assert read.id == row["id"]


@pytest.mark.parametrize("filter_type", ["number", "schedule", "new"])
@given(value=FILTER_VALUES)
@settings(max_examples=30)
def test_no_filter_loses_anything(filter_type: str, value: dict[str, Any]) -> None:
    """Whatever a filter's value is, it is written back as it came, but for nulls."""
    row = {"id": 1, "filter_type": filter_type, "filter_value": value}

    written = converter.unstructure(converter.structure(row, ListenerFilter))

    assert without_nulls(written["filter_value"]) == without_nulls(value)


def without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if part is not None}
