"""Checks of Linq's webhook subscriptions.

Only the scheme and host of a target are ever told: the rest of such a URL can hold
a secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ...linq import WebhookEventType, WebhookSubscription
from ..findings import Place, Severity
from ..snapshot import LinqSnapshot
from ..terms import Terms
from .check import Problem, linq_checks
from .wording import listed

_KNOWN: Final = frozenset(WebhookEventType)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


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
            yield Problem(_place(subscription), "its is_active is false")


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
        url = _split(subscription.target_url)
        if url.scheme != "https" or not url.hostname:
            target = f"{url.scheme}://{url.hostname}" if url.hostname else "no URL"
            yield Problem(_place(subscription), f"its target is {target}")


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
            yield Problem(_place(subscription), "its subscribed_events is empty")


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
            yield Problem(_place(subscription), f"not known: {listed(unknown)}")


@linq_checks(
    "LQ105",
    Severity.WARNING,
    "Two subscriptions deliver to the same URL",
    explanation=(
        "Both are active and have one target, so an event that both ask for arrives"
        " there twice. Linq refuses a URL that is in use, but takes one that is only"
        " written differently: with capitals in the host, its port, or a fragment."
    ),
    what_to_do="Merge their event types into one, and delete the other.",
)
def same_target(linq: LinqSnapshot, _: Terms) -> Iterator[Problem]:
    """Find active subscriptions whose target an older one has already."""
    oldest: dict[SplitResult, WebhookSubscription] = {}
    by_age = sorted(linq.subscriptions.items, key=lambda s: (s.created_at, s.id))
    for subscription in by_age:
        if not subscription.is_active:
            continue
        first = oldest.setdefault(_same(subscription.target_url), subscription)
        if first is not subscription:
            yield Problem(_place(subscription), f"{first.id} delivers there, too")


def _place(subscription: WebhookSubscription) -> Place:
    return Place(kind="webhook_subscription", id=subscription.id)


def _split(url: str) -> SplitResult:
    """Take a URL apart; text that is none has no host."""
    try:
        split = urlsplit(url.strip())
        _ = split.port
    except ValueError:
        return SplitResult("", "", url, "", "")
    return split


def _same(text: str) -> SplitResult:
    """Bring URLs that lead to the same place into the same form."""
    url = _split(text)
    if not url.hostname:
        return url
    port = url.port or _DEFAULT_PORTS.get(url.scheme)
    return SplitResult(
        url.scheme, f"{url.hostname}:{port}", url.path or "/", url.query, ""
    )
