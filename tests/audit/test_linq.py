"""The checks of Linq's webhook subscriptions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from phonecom_events import WebhookEventType
from phonecom_events.audit.checks.linq import (
    inactive,
    no_events,
    not_https,
    same_target,
    unknown_event,
)

from .builders import LONG_AGO, found, ids, linq, subscription

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("active", [True, False])
def test_an_inactive_subscription_is_found(*, active: bool) -> None:
    """What is switched off is told, what is on is not."""
    row = subscription(id="s", is_active=active)
    assert ids(found(inactive, linq(row))) == ([] if active else ["s"])


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://hooks.example.com/in", None),
        ("HTTPS://hooks.example.com/in", None),
        ("https://hooks.example.com:8443/in", None),
        ("http://hooks.example.com/in?key=s3cret", "http://hooks.example.com"),
        ("ftp://hooks.example.com", "ftp://hooks.example.com"),
        ("hooks.example.com/in", "no URL"),
        ("https:///in", "no URL"),
        ("https://[::1/in", "no URL"),
        ("", "no URL"),
    ],
)
def test_a_target_must_be_https(url: str, told: str | None) -> None:
    """Anything but https is found; of the URL only scheme and host are told."""
    findings = found(not_https, linq(subscription(target_url=url)))
    assert [f.why for f in findings] == (
        [] if told is None else [f"its target is {told}"]
    )


def test_a_subscription_without_events_is_found() -> None:
    """One that asks for no event type hears nothing."""
    silent = subscription(id="silent", subscribed_events=())
    assert ids(found(no_events, linq(silent, subscription()))) == ["silent"]


def test_every_known_event_type_passes() -> None:
    """No type that this package names is called unknown, as member or as text."""
    members = subscription(subscribed_events=tuple(WebhookEventType))
    texts = subscription(subscribed_events=tuple(map(str, WebhookEventType)))
    assert found(unknown_event, linq(members, texts)) == []


def test_unknown_event_types_are_told_together() -> None:
    """The types that are not known are listed, each once."""
    row = subscription(
        subscribed_events=("message.sent", "message.opt_out", "a.b", "a.b")
    )
    (finding,) = found(unknown_event, linq(row))
    assert finding.why == "not known: a.b, message.opt_out"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example.com/x", "https://a.example.com/x", True),
        ("https://a.example.com/x", "https://A.Example.com:443/x#top", True),
        ("https://a.example.com", "https://a.example.com/", True),
        ("https://a.example.com/x?line=1", "https://a.example.com/x?line=2", False),
        ("https://a.example.com/x", "https://a.example.com/X", False),
        ("https://a.example.com/x", "https://a.example.com:8443/x", False),
        ("https://a.example.com/x", "http://a.example.com/x", False),
        ("not a url", "not a url", True),
        ("not a url", "nor this", False),
    ],
)
def test_targets_are_compared_by_where_they_lead(
    one: str, other: str, *, same: bool
) -> None:
    """Spelling does not matter, path and query do; the newer one is the finding."""
    older = subscription(id="older", target_url=one)
    newer = subscription(id="newer", target_url=other, created_at=LONG_AGO + HOUR)
    findings = found(same_target, linq(newer, older))
    assert ids(findings) == ["newer"] * same
    assert [f.why for f in findings] == ["older delivers there, too"] * same


def test_an_inactive_subscription_delivers_nothing_twice() -> None:
    """Only active subscriptions count as duplicates."""
    url = "https://a.example.com/x"
    rows = (subscription(target_url=url), subscription(target_url=url, is_active=False))
    assert found(same_target, linq(*rows)) == []


def test_each_further_duplicate_is_a_finding() -> None:
    """Of three with one target, the oldest stays and two are told."""
    rows = [
        subscription(id=name, target_url="https://a.example.com/x") for name in "cab"
    ]
    findings = found(same_target, linq(*rows))
    assert ids(findings) == ["b", "c"]
    assert {f.why for f in findings} == {"a delivers there, too"}
