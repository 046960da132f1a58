"""The checks of Linq's webhook subscriptions."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from phonecom_events import WebhookEventType, WebhookSubscription
from phonecom_events.audit.checks.linq import (
    ignored_header,
    inactive,
    no_events,
    not_https,
    unknown_event,
    unknown_number,
    unlisted_event,
    unpinned,
    withdrawn_event,
)
from phonecom_events.audit.snapshot import LinqSnapshot
from phonecom_events.errors import Forbidden, TransportError
from phonecom_events.linq import PhoneNumber
from phonecom_events.linq.event_types import NEWER_EVENT_TYPES, REMOVED_EVENT_TYPES
from phonecom_events.pagination import OddRow, ScanReport

from .builders import PROVEN, found, ids, linq, reading, subscription


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


A, B = "+12025550101", "+12025550102"
ODD = OddRow(id="n", problems=("expected a string @ $.phone_number",), raw={"id": "n"})


def with_numbers(row: WebhookSubscription, *numbers: str) -> LinqSnapshot:
    """Make a snapshot of an account that has these numbers."""
    items = [PhoneNumber(id=number, phone_number=number) for number in numbers]
    return evolve(linq(row), phone_numbers=reading("phone_numbers", items))


def with_types(row: WebhookSubscription, *types: str) -> LinqSnapshot:
    """Make a snapshot with what Linq says it offers."""
    return evolve(linq(row), event_types=reading("event_types", types))


@pytest.mark.parametrize(
    ("asked_for", "assigned", "told"),
    [
        ((A,), (A, B), None),
        ((A, B), (A,), B),
        ((B, A), (), f"{A}, {B}"),
        (None, (), None),
        ((), (), None),
    ],
)
def test_a_number_that_the_account_lacks_is_found(
    asked_for: tuple[str, ...] | None, assigned: tuple[str, ...], told: str | None
) -> None:
    """Each number must be assigned; without any, all that there are count."""
    row = subscription(phone_numbers=asked_for)
    findings = found(unknown_number, with_numbers(row, *assigned))
    assert [f.why for f in findings] == (
        [] if told is None else [f"not among the account's numbers: {told}"]
    )


def test_an_event_type_that_linq_does_not_list_is_found() -> None:
    """Members and texts count alike; what was withdrawn has a check of its own."""
    row = subscription(
        subscribed_events=(WebhookEventType.CALL_ENDED, "b.a", "message.opt_in", "a.b")
    )
    assert found(unlisted_event, with_types(row, "call.ended", "a.b", "b.a")) == []
    (finding,) = found(unlisted_event, with_types(row, "message.sent"))
    assert finding.why == "not listed: a.b, b.a, call.ended"


def test_a_type_that_linq_lists_is_not_unknown() -> None:
    """That it is newer than this package is no fault of the subscription."""
    row = subscription(subscribed_events=("a.b", "c.d"))
    assert found(unknown_event, with_types(row, "a.b", "c.d")) == []
    (finding,) = found(unknown_event, with_types(row, "a.b"))
    assert finding.why == "not known: c.d"


@pytest.mark.parametrize(
    "lost",
    [
        {"refused": Forbidden("no", status=403, method="GET", path="/v3")},
        {"error": TransportError("cut off")},
        {"report": ScanReport(complete=True, reason="who knows")},
        {"report": evolve(PROVEN, odd_rows=(ODD,), odd_row_count=1)},
        None,
    ],
    ids=["refused", "error", "unproven", "an odd row", "not asked for"],
)
def test_checks_do_not_tell_what_they_cannot_know(lost: dict[str, Any] | None) -> None:
    """Without the account's numbers, or Linq's types, nothing is said to lack."""
    row = subscription(phone_numbers=(A,), subscribed_events=("call.ended", "a.b"))
    snapshot = linq(row)
    if lost is not None:
        snapshot = evolve(
            snapshot,
            phone_numbers=evolve(reading("phone_numbers"), **lost),
            event_types=evolve(reading("event_types"), **lost),
        )
    assert found(unknown_number, snapshot) == found(unlisted_event, snapshot) == []
    assert [f.why for f in found(unknown_event, snapshot)] == ["not known: a.b"]


def test_an_empty_list_of_types_says_nothing() -> None:
    """Linq offers some; a list without any is no proof against all."""
    assert found(unlisted_event, with_types(subscription())) == []


@pytest.mark.parametrize(
    ("key", "chat_id", "told"),
    [
        (None, "X-Chat", True),
        ("", "X-Chat", True),
        ("X-Key", "X-Chat", False),
        ("X-Key", None, False),
        (None, None, False),
        (None, "", False),
    ],
)
def test_half_of_an_affinity_is_found(
    key: str | None, chat_id: str | None, *, told: bool
) -> None:
    """A header for the chat's id does nothing without one for the token."""
    row = subscription(id="s", routing_key_header=key, routing_id_header=chat_id)
    assert ids(found(ignored_header, linq(row))) == (["s"] if told else [])
