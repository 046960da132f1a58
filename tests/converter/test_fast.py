"""What is read without cattrs, and what happens where that does not do."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Never

import pytest
from attrs import field, frozen, validators

from phonecom_events.converter import Converter, UnixTime
from phonecom_events.converter.fast import FastReader
from phonecom_events.errors import DecodeError
from phonecom_events.linq import WebhookEventType, WebhookSubscription
from phonecom_events.phonecom import Listener, Profile
from phonecom_events.phonecom.callback_config import HttpConfig
from phonecom_events.phonecom.callbacks import Callback
from phonecom_events.phonecom.listener_filters import ListenerFilter
from phonecom_events.phonecom.overview import OverviewListener
from phonecom_events.phonecom.pages import ListAnswer
from phonecom_events.phonecom.subscriptions import Subscription, Tag

LISTENER = {
    "id": 1001,
    "voip_id": 1000002,
    "version": "2.0.0",
    "callback_id": 1768,
    "created_at": 1_604_939_563,
    "extension_id": None,
    "expires_at": 1_800_000_000,
}
PROFILE = {"id": 7, "voip_id": 1, "name": "null", "created_at": 0}
SUBSCRIPTION = {"id": 5, ":tags": ["inbound", "brand-new"]}
LINQ = {
    "id": "a",
    "target_url": "https://hooks.example.org",
    "subscribed_events": ["message.sent", "brand.new"],
    "is_active": True,
    "created_at": "2024-01-15T10:30:00Z",
    "updated_at": "2024-01-15T12:30:00+02:00",
}


@frozen(kw_only=True)
class Tree:
    """A model that holds itself."""

    name: str
    branches: tuple[Tree, ...] = ()


@frozen(kw_only=True)
class Checked:
    """A model whose rules only attrs knows."""

    number: int = field(validator=validators.ge(0))


def refuse(value: object, kind: Any) -> Never:
    raise AssertionError(f"{kind} was read by cattrs")


def page_of(*items: object, **more: object) -> bytes:
    return json.dumps({"items": items, **more}).encode()


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        (Listener, LISTENER),
        (Profile, PROFILE),
        (Subscription, SUBSCRIPTION),
        (WebhookSubscription, LINQ),
    ],
)
def test_pages_are_read_without_cattrs(kind: Any, item: object) -> None:
    """The listings that are read in bulk are read by the fast reader, new fields or not."""
    reader, answer = FastReader(refuse), ListAnswer[kind]
    body = page_of(item, item, limit=2, sort={"id": "asc"})

    page = reader.decode(body, answer)
    converted = reader.convert(json.loads(body) | {"new": 1}, answer)

    assert page == converted == Converter().structure(json.loads(body), answer)
    assert page.items[0] == page.items[1]
    assert type(page.items[0]) is kind


HEADERS = [{"name": "Authorization", "value": True}, {"name": "A", "value": "b"}]
CONFIGS = {
    "HTTPS": {"url": "a", "headers": HEADERS, "new": [1]},
    "HTTP": {"url": "a", "method": "GET", "rate-limit": {"number": 1, "period": 10}},
    "EMAIL": {"email": "a", "mode": "text", "rate_limit": None},
    "APPLICATION": {
        "application": "sms-autoresponder",
        "parameters": {"message": "a", "rate-limit": 60, "new": 1},
    },
    "NEW": {"a": {"b": 1}},
}
ANALYTICS = {
    "application": "google-analytics",
    "parameters": {"tracking_id": "a", "static": [], "dynamic": {"b": "c"}},
}


def test_configs_of_each_mode_are_read_without_cattrs() -> None:
    """So are callbacks of all modes on one page, filters, and all in an overview."""
    callbacks = [
        {"id": 1, "voip_id": 2, "mode": mode, "config": config}
        for mode, config in [*CONFIGS.items(), ("APPLICATION", ANALYTICS)]
    ]
    filters = [
        {"id": 1, "filter_type": "number", "filter_value": {"in": ["+1"], "new": 1}},
        {"id": 2, "filter_type": "schedule", "filter_value": {"id": 5}},
        {"id": 3, "filter_type": "new", "filter_value": {"a": 1}},
    ]
    rows = [
        LISTENER
        | {":callback": each, ":subscriptions": [SUBSCRIPTION], ":filters": filters}
        for each in [*callbacks, callbacks[0] | {":fallback": callbacks[1]}, None]
    ]

    for kind, items in (
        (Callback, callbacks),
        (ListenerFilter, filters),
        (OverviewListener, rows),
    ):
        reader, answer = FastReader(refuse), ListAnswer[kind]
        alone = [reader.decode(json.dumps(item).encode(), kind) for item in items]
        page = reader.decode(page_of(*items), answer)

        assert page == Converter().structure({"items": items}, answer)
        assert list(page.items) == alone
        assert page == reader.convert({"items": items}, answer)


def test_values_become_what_models_hold() -> None:
    """Times are aware and in UTC, known strings members; null and absent are None."""
    loads = Converter().loads
    listener = loads(json.dumps(LISTENER).encode(), Listener)
    profile = loads(json.dumps(PROFILE).encode(), Profile)
    subscription = loads(json.dumps(SUBSCRIPTION).encode(), Subscription)
    linq = loads(json.dumps(LINQ).encode(), WebhookSubscription)

    assert listener.created_at == datetime.fromtimestamp(1_604_939_563, UTC)
    assert listener.created_at.tzinfo is UTC
    assert listener.extension_id is None
    assert (profile.name, profile.support_email) == ("null", None)
    assert subscription.tags == (Tag.INBOUND, "brand-new")
    assert type(subscription.tags[0]) is Tag
    assert linq.subscribed_events[0] is WebhookEventType.MESSAGE_SENT
    assert linq.created_at == linq.updated_at
    assert linq.updated_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": "1"}, "expected an integer, got a string @ $.items[1].id"),
        ({"id": 1.0}, "expected an integer, got a fraction @ $.items[1].id"),
        ({"id": True}, "expected an integer, got a boolean @ $.items[1].id"),
        ({"version": 2}, "expected a string, got an integer @ $.items[1].version"),
        (
            {"created_at": "1604939563"},
            "expected a time in Unix seconds, got a string @ $.items[1].created_at",
        ),
        (
            {"expires_at": 1e9},
            "expected a time in Unix seconds, got a fraction @ $.items[1].expires_at",
        ),
        (
            {"expires_at": 253_402_300_800},
            (
                "expected a time in Unix seconds; 253402300800 looks like milliseconds"
                " @ $.items[1].expires_at"
            ),
        ),
    ],
)
def test_what_c_reads_is_read_as_strictly(
    change: dict[str, object], problem: str
) -> None:
    """Models that msgspec makes are refused as those of cattrs are, new fields or not."""
    for item in (LISTENER | change, LISTENER | change | {"new": 1}):
        with pytest.raises(DecodeError) as raised:
            Converter().loads(page_of(LISTENER, item), ListAnswer[Listener])

        assert raised.value.problems == (problem,)
        assert raised.value.__context__ is None


def test_of_a_repeated_key_the_last_counts() -> None:
    """JSON with a key twice is read as every JSON reader does."""
    body = b'{"id": "7", ":tags": ["call"], "id": 7}'

    assert Converter().loads(body, Subscription).id == 7


def test_tagged_fields_are_read_by_their_tags() -> None:
    """A callback's config is of the class of its mode, and keeps what is unknown."""
    config = {"url": "https://hooks.example.org", "extra": 1, "new": [2]}
    callback = {"id": 1, "voip_id": 2, "enabled": True, "mode": "HTTPS"}

    read = Converter().loads(
        json.dumps(callback | {"config": config}).encode(), Callback
    )

    assert read.config == HttpConfig(
        url="https://hooks.example.org", extra={"extra": 1, "new": [2]}
    )
    assert Converter().unstructure(read.config) == config | {"method": "POST"}


def test_a_model_that_holds_itself() -> None:
    """A model can hold itself, however deep."""
    body = b'{"name": "a", "branches": [{"name": "b", "branches": [{"name": "c"}]}]}'
    leaf = Tree(name="c")

    assert Converter().loads(body, Tree) == Tree(
        name="a", branches=(Tree(name="b", branches=(leaf,)),)
    )


def test_rules_of_attrs_hold() -> None:
    """A model with validators is checked by them."""
    with pytest.raises(DecodeError, match=r"must be >= 0.* @ \$$"):
        Converter().loads(b'{"number": -1}', Checked)


def test_plain_types_are_read_too() -> None:
    """What is no model can be read as well."""
    loads = Converter().loads

    assert loads(b'{"a": [1]}', dict[str, Any]) == {"a": [1]}
    assert loads(b"5", UnixTime) == datetime.fromtimestamp(5, UTC)
    assert loads(b"[1, 2]", tuple[int, ...]) == (1, 2)


def test_readers_that_disagree() -> None:
    """What only cattrs would take is refused: one of the two must be wrong."""
    converter = Converter()

    def misfit(*_: object) -> Never:
        raise ValueError("not for me")

    converter._fast = SimpleNamespace(decode=misfit, convert=misfit)

    with pytest.raises(DecodeError, match="one of two readers refuses"):
        converter.loads(b'{"name": "a"}', Tree)


def test_cattrs_is_not_imported_for_nothing() -> None:
    """Importing the package and reading a listener leave cattrs where it is."""
    code = (
        "import sys; from phonecom_events import Listener, converter;"
        "body = sys.stdin.buffer.read();"
        "assert converter.loads(body, Listener).id == 1001;"
        "sys.exit('cattrs' in sys.modules)"
    )

    done = subprocess.run(  # noqa: S603 a fixed command
        [sys.executable, "-c", code], input=json.dumps(LISTENER).encode(), check=False
    )

    assert done.returncode == 0
