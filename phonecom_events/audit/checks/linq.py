"""Checks of Linq's webhook subscriptions, each by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl

from ...linq import WebhookEventType, WebhookSubscription
from ...linq.event_types import NEWER_EVENT_TYPES, REMOVED_EVENT_TYPES
from ..findings import Place, Severity
from ..snapshot import LinqSnapshot
from ..terms import Terms
from .check import Problem, linq_checks
from .urls import is_https, split, told
from .wording import listed

_KNOWN: Final = frozenset(WebhookEventType) | NEWER_EVENT_TYPES | REMOVED_EVENT_TYPES


@linq_checks(
    "LQ101",
    Severity.WARNING,
    "Subscription is inactive",
    explanation=(
        "An inactive subscription delivers nothing. It is harmless if somebody"
        " switched it off on purpose."
    ),
    what_to_do="Set is_active to true, or delete it.",
)
def inactive(linq: LinqSnapshot, _: Terms) -> Iterator[Problem]:
    """Find subscriptions that are switched off."""
    for subscription in linq.subscriptions.items:
        if not subscription.is_active:
            yield Problem(at_subscription(subscription), "its is_active is false")


@linq_checks(
    "LQ102",
    Severity.ERROR,
    "Subscription does not deliver over https",
    explanation=(
        "Events hold messages and phone numbers. Sent over plain http they can be"
        " read, and changed, by anyone on the way."
    ),
    what_to_do="Set target_url to the https address of the receiver.",
)
def not_https(linq: LinqSnapshot, _: Terms) -> Iterator[Problem]:
    """Find subscriptions whose target is anything but https."""
    for subscription in linq.subscriptions.items:
        if not is_https(subscription.target_url):
            why = f"its target is {told(subscription.target_url)}"
            yield Problem(at_subscription(subscription), why)


@linq_checks(
    "LQ103",
    Severity.ERROR,
    "Subscription asks for no events",
    explanation="Without event types a subscription delivers nothing at all.",
    what_to_do="Set subscribed_events to what the receiver needs, or delete it.",
)
def no_events(linq: LinqSnapshot, _: Terms) -> Iterator[Problem]:
    """Find subscriptions that hear nothing."""
    for subscription in linq.subscriptions.items:
        if not subscription.subscribed_events:
            yield Problem(
                at_subscription(subscription), "its subscribed_events is empty"
            )


@linq_checks(
    "LQ104",
    Severity.INFO,
    "Subscription asks for an unknown event type",
    explanation=(
        "The type is not among those that this package knows. Linq adds about one a"
        " month, so it may be newer than the package; but types have been withdrawn,"
        " too, and one that does not exist is never delivered."
    ),
    what_to_do="Compare it with Linq's list of event types, and correct it if needed.",
)
def unknown_event(linq: LinqSnapshot, _: Terms) -> Iterator[Problem]:
    """Find subscriptions to event types that are not known here."""
    for subscription in linq.subscriptions.items:
        unknown = sorted(set(subscription.subscribed_events) - _KNOWN)
        if unknown:
            yield Problem(
                at_subscription(subscription), f"not known: {listed(unknown)}"
            )


@linq_checks(
    "LQ106",
    Severity.WARNING,
    "Version of the payload is not pinned",
    explanation=(
        "Deliveries come in the form of the version that the target URL names, and"
        " without one in whatever is current. The form has changed before, so that"
        " a receiver which answers 200 to what it does not understand lost events"
        " without a word."
    ),
    what_to_do="Add version=… to the query of target_url, such as version=2026-02-03.",
)
def unpinned(linq: LinqSnapshot, _: Terms) -> Iterator[Problem]:
    """Find subscriptions whose target names no version."""
    for subscription in linq.subscriptions.items:
        query = parse_qsl(split(subscription.target_url).query)
        if not any(name == "version" and value.strip() for name, value in query):
            why = "there is no version in its target's query"
            yield Problem(at_subscription(subscription), why)


@linq_checks(
    "LQ107",
    Severity.WARNING,
    "Subscription asks for an event type that was withdrawn",
    explanation=(
        "Linq has had the type once, and has it no longer: it is never delivered."
        " What was built on it, such as honouring an opt-out, does not happen."
    ),
    what_to_do="Find out what took its place, and remove it from subscribed_events.",
)
def withdrawn_event(linq: LinqSnapshot, _: Terms) -> Iterator[Problem]:
    """Find subscriptions to event types that do not exist any more."""
    for subscription in linq.subscriptions.items:
        gone = sorted(set(subscription.subscribed_events) & REMOVED_EVENT_TYPES)
        if gone:
            why = f"no longer delivered: {listed(gone)}"
            yield Problem(at_subscription(subscription), why)


def at_subscription(subscription: WebhookSubscription) -> Place:
    """Return the place of a finding about a subscription."""
    return Place(kind="webhook_subscription", id=subscription.id)
