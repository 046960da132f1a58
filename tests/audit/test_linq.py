"""The checks of Linq's webhook subscriptions."""

from __future__ import annotations

import pytest

from phonecom_events import WebhookEventType
from phonecom_events.audit.checks.linq import (
    inactive,
    no_events,
    not_https,
    unknown_event,
    unpinned,
    withdrawn_event,
)
from phonecom_events.linq.event_types import NEWER_EVENT_TYPES, REMOVED_EVENT_TYPES

from .builders import found, ids, linq, subscription


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
        ("http://hooks.example.com/in?key=1", "http://hooks.example.com/in?key=1"),
        ("ftp://hooks.example.com", "ftp://hooks.example.com"),
        ("hooks.example.com/in", "no URL"),
        ("https:///in", "no URL"),
        ("https://[::1/in", "no URL"),
        ("", "no URL"),
    ],
)
def test_a_target_must_be_https(url: str, told: str | None) -> None:
    """Anything but https is found, and told with its URL, which is masked later."""
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
    newer = subscription(subscribed_events=tuple(NEWER_EVENT_TYPES))
    assert found(unknown_event, linq(members, texts, newer)) == []


def test_unknown_event_types_are_told_together() -> None:
    """The types that are not known are listed, each once."""
    row = subscription(
        subscribed_events=("message.sent", "x.y", "message.opt_out", "a.b", "a.b")
    )
    (finding,) = found(unknown_event, linq(row))
    assert finding.why == "not known: a.b, x.y"


def test_withdrawn_event_types_have_a_check_of_their_own() -> None:
    """What Linq has taken away is told as that, and not as unknown too."""
    gone = tuple(sorted(REMOVED_EVENT_TYPES))
    row = subscription(subscribed_events=("message.sent", *reversed(gone)))
    (finding,) = found(withdrawn_event, linq(row, subscription()))
    assert finding.why == f"no longer delivered: {', '.join(gone)}"
    assert found(unknown_event, linq(row)) == []


@pytest.mark.parametrize(
    ("query", "pinned"),
    [
        ("?version=2026-02-03", True),
        ("?line=1&version=2025-01-01#top", True),
        ("", False),
        ("?version=", False),
        ("?version", False),
        ("?webhook_version=2026-02-03", False),
        ("#version=2026-02-03", False),
    ],
)
def test_a_target_pins_the_version_of_its_payload(query: str, *, pinned: bool) -> None:
    """Only a version in the query counts, whatever it is and wherever it stands."""
    row = subscription(id="s", target_url=f"https://hooks.contoso.com/linq{query}")
    assert ids(found(unpinned, linq(row))) == ([] if pinned else ["s"])
