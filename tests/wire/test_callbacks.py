"""Callbacks on the wire: a config for each mode, and headers that are masked."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from aioresponses import aioresponses

from phonecom_events import DecodeError, InvalidArgument, PhoneComClient, converter
from phonecom_events.phonecom import (
    MASKED,
    Callback,
    CallbackMode,
    EmailConfig,
    GoogleAnalyticsConfig,
    GoogleAnalyticsParameters,
    Header,
    HttpConfig,
    RateLimit,
    SmsAutoresponderConfig,
    SmsAutoresponderParameters,
    UnknownConfig,
)

from .conftest import EVENTS, only_request
from .operations import CALLBACK

CONFIGS: list[tuple[str, dict[str, Any], Any]] = [
    ("HTTPS", {"url": "https://a.example"}, HttpConfig(url="https://a.example")),
    ("HTTPS", {}, HttpConfig()),
    (
        "HTTP",
        {
            "url": "http://a.example",
            "method": "PUT",
            "headers": [{"name": "X-Kind", "value": "events"}],
            "timeout": 5,
            "rate_limit": {"number": 10, "period": 60},
        },
        HttpConfig(
            url="http://a.example",
            method="PUT",
            headers=(Header(name="X-Kind", value="events"),),
            timeout=5,
            rate_limit=RateLimit(number=10, period=60),
        ),
    ),
    (
        "HTTPS",
        {"url": "https://a.example", "verify": False},
        HttpConfig(url="https://a.example", extra={"verify": False}),
    ),
    ("EMAIL", {"email": "a@b.example"}, EmailConfig(email="a@b.example")),
    ("EMAIL", {"mode": "text"}, EmailConfig(mode="text")),
    (
        "APPLICATION",
        {
            "application": "sms-autoresponder",
            "parameters": {"message": "Gone fishing", "rate-limit": 90},
        },
        SmsAutoresponderConfig(
            parameters=SmsAutoresponderParameters(message="Gone fishing", rate_limit=90)
        ),
    ),
    (
        "APPLICATION",
        {
            "application": "google-analytics",
            "parameters": {"tracking_id": "G-1", "static": [], "dynamic": {"a": "b"}},
        },
        GoogleAnalyticsConfig(
            parameters=GoogleAnalyticsParameters(
                tracking_id="G-1", static={}, dynamic={"a": "b"}
            )
        ),
    ),
    (
        "APPLICATION",
        {"application": "fax-machine", "parameters": {"a": 1}},
        UnknownConfig(extra={"application": "fax-machine", "parameters": {"a": 1}}),
    ),
    (
        "APPLICATION",
        {"application": "google-analytics", "parameters": {"tracking_id": None}},
        UnknownConfig(
            extra={
                "application": "google-analytics",
                "parameters": {"tracking_id": None},
            }
        ),
    ),
    (
        "APPLICATION",
        {"application": "sms-autoresponder"},
        UnknownConfig(extra={"application": "sms-autoresponder"}),
    ),
    ("APPLICATION", {}, UnknownConfig()),
    ("CARRIER_PIGEON", {"coop": 4}, UnknownConfig(extra={"coop": 4})),
]


@pytest.mark.parametrize(("mode", "config", "expected"), CONFIGS)
def test_config(mode: str, config: dict[str, Any], expected: object) -> None:
    """A config is of the class that belongs to its mode, with all of its keys."""
    row = {**CALLBACK, "mode": mode, "config": config}

    callback = converter.structure(row, Callback)

    assert callback.config == expected
    assert callback.mode == mode
    assert isinstance(callback.mode, CallbackMode) or mode == "CARRIER_PIGEON"
    again = converter.structure(converter.unstructure(callback), Callback)
    assert again == callback


def test_what_the_api_does_not_say_is_as_it_says_in_general() -> None:
    """A callback without mode and enabled is what the API makes of one created so."""
    row = {"id": 1, "voip_id": 2, "config": {"url": "https://a.example"}}

    callback = converter.structure(row, Callback)

    assert callback == converter.loads(converter.dumps(row), Callback)
    assert callback.mode is CallbackMode.HTTPS
    assert callback.enabled
    assert callback.config == HttpConfig(url="https://a.example")


def test_the_order_of_keys_does_not_matter() -> None:
    """The mode decides even where it stands after the config."""
    row = dict(reversed(CALLBACK.items()))

    assert converter.structure(row, Callback) == converter.structure(CALLBACK, Callback)


def test_rate_limit_is_read_in_both_spellings_and_written_in_one() -> None:
    """The vendor's pages spell it with a hyphen, its OpenAPI with an underscore."""
    limit = {"number": 1, "period": 10}
    row = {**CALLBACK, "config": {"email": "a@b.example", "rate-limit": limit}}

    config = converter.structure(row, Callback).config

    assert isinstance(config, EmailConfig)
    assert config.rate_limit == RateLimit(number=1, period=10)
    assert converter.unstructure(config)["rate_limit"] == limit
    assert "rate-limit" not in converter.unstructure(config)


@pytest.mark.parametrize(
    "config",
    [
        {"url": "https://a.example", "rate-limit": "10/60"},
        {"url": "https://a.example", "rate_limit": None, "rate-limit": {"period": 10}},
    ],
)
def test_a_second_spelling_that_does_not_fit_is_kept_as_it_is(
    config: dict[str, Any],
) -> None:
    """A key that the OpenAPI does not have may hold anything, and is written back."""
    read = converter.structure(
        {**CALLBACK, "mode": "HTTPS", "config": config}, Callback
    )

    assert isinstance(read.config, HttpConfig)
    assert read.config.rate_limit is None
    assert converter.unstructure(read.config)["rate-limit"] == config["rate-limit"]


TIMEOUT = "expected an integer, got a string @ $.config.timeout"


@pytest.mark.parametrize(
    ("mode", "config", "problem"),
    [
        ("HTTPS", {"url": 5}, "expected a string, got an integer @ $.config.url"),
        ("HTTPS", {"url": None, "timeout": "5"}, TIMEOUT),
        ("HTTPS", [], "expected an object, got a list @ $.config"),
        (
            "HTTPS",
            {"url": "https://a.example", "headers": [{"name": "A", "value": 5}]},
            "expected a string, or true for a masked value @ $.config.headers[0].value",
        ),
        ("APPLICATION", [], "expected an object, got a list @ $.config"),
    ],
)
def test_a_config_that_is_not_as_documented(
    mode: str, config: object, problem: str
) -> None:
    """A config of the wrong types is refused, with its place."""
    with pytest.raises(DecodeError) as raised:
        converter.structure({**CALLBACK, "mode": mode, "config": config}, Callback)

    assert str(raised.value) == problem


def masked_callback() -> Callback:
    config = {
        "url": "https://a.example",
        "headers": [{"name": "X-Api-Key", "value": True}],
    }
    return converter.structure(
        {**CALLBACK, "mode": "HTTPS", "config": config}, Callback
    )


def test_a_masked_header() -> None:
    """A value that the API does not show is told from one that it does."""
    config = masked_callback().config

    assert isinstance(config, HttpConfig)
    assert config.headers is not None
    assert config.headers[0].masked
    assert config.headers[0].value is MASKED
    assert not Header(name="A", value="true").masked


def test_no_repr_shows_a_header() -> None:
    """A header's value can be a secret, so no repr has it."""
    config = HttpConfig(
        url="https://a.example", headers=(Header(name="Authorization", value="canary"),)
    )

    unknown = UnknownConfig(extra={"headers": [{"name": "A", "value": "canary"}]})

    assert "canary" not in f"{config}{unknown}"
    assert "Authorization" in repr(config)


@pytest.mark.parametrize(
    "config",
    [
        masked_callback().config,
        {"url": "https://a.example", "headers": [{"name": "X-Api-Key", "value": True}]},
        {"url": "https://a.example", "headers": {"X-Api-Key": True}},
        HttpConfig(url="https://a.example", extra={"headers": {"X-Api-Key": True}}),
        UnknownConfig(extra={"headers": [{"name": "X-Api-Key", "value": True}]}),
    ],
    ids=["read", "raw", "raw, as a mapping", "extra", "unknown mode"],
)
async def test_a_masked_value_is_not_written_back(
    wire: aioresponses, phonecom: PhoneComClient, config: Any
) -> None:
    """What would replace a secret by `true` is refused before anything is sent."""
    callbacks = phonecom.account(1000002).callbacks

    for call in (callbacks.create, partial(callbacks.update, 311)):
        with pytest.raises(InvalidArgument, match=r"masked|expected a list"):
            await call(config=config)

    assert not wire.requests


@pytest.mark.parametrize(
    ("given", "body"),
    [
        (
            {"config": HttpConfig(url="http://a.example")},
            {"mode": "HTTP", "config": {"url": "http://a.example", "method": "POST"}},
        ),
        (
            {
                "config": HttpConfig(
                    url="https://a.example", headers=(Header(name="A", value="b"),)
                ),
                "name": None,
            },
            {
                "mode": "HTTPS",
                "name": None,
                "config": {
                    "url": "https://a.example",
                    "method": "POST",
                    "headers": [{"name": "A", "value": "b"}],
                },
            },
        ),
        (
            {"config": {"coop": 4}, "mode": "CARRIER_PIGEON"},
            {"config": {"coop": 4}, "mode": "CARRIER_PIGEON"},
        ),
        (
            {"config": {"url": "https://a.example"}},
            {"config": {"url": "https://a.example"}},
        ),
    ],
)
async def test_create(
    wire: aioresponses,
    phonecom: PhoneComClient,
    given: dict[str, Any],
    body: dict[str, Any],
) -> None:
    """A config decides the mode where none is given; None in it is not sent."""
    wire.post(f"{EVENTS}/callbacks", payload=CALLBACK, status=201)

    await phonecom.account(1000002).callbacks.create(**given)

    assert only_request(wire)[2] == body


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "nothing to update"),
        ({"config": "https://a.example"}, "config"),
        ({"config": None}, "config"),
        ({"config": HttpConfig()}, "needs a url"),
        ({"profile_id": 0}, "profile_id must be an integer over 0"),
        ({"fallback_callback_id": True}, "fallback_callback_id must be"),
        ({"enabled": 1}, "enabled: expected a boolean"),
        ({"config": {"timeout": float("nan")}}, "config: JSON has nothing like"),
        ({"config": {"url": object}}, "config: JSON has nothing like the type"),
        ({"config": {1: 2}}, "config: a key in it is not a string"),
        ({"config": HttpConfig(url=5)}, "config: expected a string"),  # type: ignore[arg-type]
        ({"config": HttpConfig(url="https://a", headers="ab")}, "config"),  # type: ignore[arg-type]
        ({"name": "\ud800"}, "cannot be written as JSON"),
    ],
    ids=str,
)
async def test_values_are_checked_first(
    wire: aioresponses, phonecom: PhoneComClient, given: dict[str, Any], words: str
) -> None:
    """A value of the wrong kind is refused before anything is sent."""
    with pytest.raises(InvalidArgument, match=words):
        await phonecom.account(1000002).callbacks.update(311, **given)

    assert not wire.requests
