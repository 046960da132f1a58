"""The two readers of JSON accept and refuse the same, and read the same."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phonecom_events import linq, phonecom
from phonecom_events.converter import Converter
from phonecom_events.errors import DecodeError
from phonecom_events.linq import PhoneNumber, WebhookSubscription
from phonecom_events.phonecom import Listener, Profile
from phonecom_events.phonecom.accounts import AccountSummary, ExtensionSummary
from phonecom_events.phonecom.callbacks import Callback
from phonecom_events.phonecom.listener_filters import ListenerFilter
from phonecom_events.phonecom.overview import OverviewCallback, OverviewListener
from phonecom_events.phonecom.pages import ListAnswer
from phonecom_events.phonecom.subscriptions import Subscription

from .pages import pages, values


def models() -> list[Any]:
    """Find every model that either vendor's answers and deliveries are read into."""
    found = {
        each
        for vendor in (phonecom, linq)
        for module in pkgutil.walk_packages(vendor.__path__, f"{vendor.__name__}.")
        for each in vars(importlib.import_module(module.name)).values()
        if isinstance(each, type)
        and attrs.has(each)
        and each.__module__.startswith(vendor.__name__)
        and not hasattr(each, "__parameters__")
        and not each.__name__.startswith("New")  # what is only written
    }
    return sorted(found, key=lambda each: f"{each.__module__}.{each.__qualname__}")


MODELS = models()
KINDS = [
    Listener,
    ListAnswer[Listener],
    ListAnswer[Profile],
    ListAnswer[Subscription],
    ListAnswer[Callback],
    ListAnswer[ListenerFilter],
    ListAnswer[OverviewListener],
    ListAnswer[AccountSummary],
    ListAnswer[ExtensionSummary],
    WebhookSubscription,
    tuple[WebhookSubscription, ...],
    tuple[PhoneNumber, ...],
]

ROW = (
    b'{%b"id": %d, "voip_id": 2, "callback_id": 3, "created_at": 4, '
    b'":subscriptions": []}'
)

converter = Converter()


def explained(body: bytes, kind: Any) -> Any:
    """Read JSON by cattrs alone."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "no JSON"
    try:
        return converter.structure(value, kind)
    except DecodeError as error:
        return error.problems


def check(body: bytes, kind: Any) -> None:
    """Both readers read the same from JSON, or find the same wrong with it."""
    explained_as = explained(body, kind)

    try:
        read = converter.loads(body, kind)
    except DecodeError as error:
        read = error.problems
        if str(error).startswith("not JSON: "):
            read = "no JSON"

    assert read == explained_as
    assert repr(read) == repr(explained_as)  # 1 equals True


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(data=st.data())
def test_both_readers_agree(kind: Any, data: st.DataObject) -> None:
    """Whatever comes, the fast reader reads what cattrs reads, and refuses the same."""
    check(data.draw(pages(kind)), kind)


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__qualname__)
@given(data=st.data())
@settings(max_examples=20)
def test_both_readers_agree_on_every_model(kind: Any, data: st.DataObject) -> None:
    """So they do for each model of both vendors, however deep it stands in others."""
    check(data.draw(pages(tuple[kind, ...])), tuple[kind, ...])


@given(data=st.data())
def test_both_readers_agree_on_what_is_shared(data: st.DataObject) -> None:
    """So they do where many rows have the same callback, right or odd, or have two."""
    callbacks = st.sampled_from(
        data.draw(st.lists(values(OverviewCallback | None), min_size=1, max_size=3))
    )
    names = st.sampled_from([":callback", ":callback", ":callback", "\\u003acallback"])
    rows = []
    for number in range(data.draw(st.integers(0, 6))):
        times = {0: 0, 1: 2}.get(data.draw(st.integers(0, 8)), 1)
        pairs = [
            f'"{data.draw(names)}": '.encode() + data.draw(callbacks) + b", "
            for _ in range(times)
        ]
        row = ROW % (b"".join(pairs), number)
        rows.append(row)

    check(b'{"items": [' + b", ".join(rows) + b"]}", ListAnswer[OverviewListener])
