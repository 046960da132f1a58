"""The two readers of JSON accept and refuse the same, and read the same."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.converter import Converter
from phonecom_events.errors import DecodeError
from phonecom_events.linq import WebhookSubscription
from phonecom_events.phonecom import Listener, Profile
from phonecom_events.phonecom.accounts import AccountSummary, ExtensionSummary
from phonecom_events.phonecom.callbacks import Callback
from phonecom_events.phonecom.overview import OverviewListener
from phonecom_events.phonecom.pages import ListAnswer
from phonecom_events.phonecom.subscriptions import Subscription

from .pages import pages

KINDS = [
    Listener,
    ListAnswer[Listener],
    ListAnswer[Profile],
    ListAnswer[Subscription],
    ListAnswer[Callback],
    ListAnswer[OverviewListener],
    ListAnswer[AccountSummary],
    ListAnswer[ExtensionSummary],
    WebhookSubscription,
]

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


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(data=st.data())
def test_both_readers_agree(kind: Any, data: st.DataObject) -> None:
    """Whatever comes, the fast reader reads what cattrs reads, and refuses the same."""
    body = data.draw(pages(kind))
    explained_as = explained(body, kind)

    try:
        read = converter.loads(body, kind)
    except DecodeError as error:
        read = error.problems
        if str(error).startswith("not JSON: "):
            read = "no JSON"

    assert read == explained_as
    assert repr(read) == repr(explained_as)  # 1, 1.0 and True are equal
