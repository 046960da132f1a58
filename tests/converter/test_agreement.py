"""The two ways to read JSON accept and refuse the same, and read the same."""

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
from phonecom_events.phonecom.listing import ListAnswer
from phonecom_events.phonecom.overview import OverviewListener
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


def with_care(body: bytes, kind: Any) -> Any:
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
def test_both_ways_agree(kind: Any, data: st.DataObject) -> None:
    """Whatever comes, the quick way reads what cattrs reads, and refuses the same."""
    body = data.draw(pages(kind))
    carefully = with_care(body, kind)

    try:
        quickly = converter.loads(body, kind)
    except DecodeError as error:
        quickly = error.problems
        if str(error).startswith("not JSON: "):
            quickly = "no JSON"

    assert quickly == carefully
    assert repr(quickly) == repr(carefully)  # 1, 1.0 and True are equal
