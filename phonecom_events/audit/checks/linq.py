"""Checks of Linq's webhook subscriptions: each by itself, and against older ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import parse_qsl

from ...linq import WebhookEventType, WebhookSubscription
from ...linq.event_types import NEWER_EVENT_TYPES, REMOVED_EVENT_TYPES
from ..findings import Place, Severity
from ..slices import parts
from .check import Problem, linq_checks, listed, over
from .index import LinqIndex
from .targets import shown_url


def subscriptions(linq: LinqIndex) -> Iterable[Sequence[WebhookSubscription]]:
    """Return all webhook subscriptions."""
    return parts(linq.snapshot.subscriptions.items)


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
@over(subscriptions)
def inactive(some: Sequence[WebhookSubscription], _: LinqIndex) -> Iterator[Problem]:
    """Find subscriptions that are switched off."""
    for subscription in some:
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
@over(subscriptions)
def not_https(
    some: Sequence[WebhookSubscription], linq: LinqIndex
) -> Iterator[Problem]:
    """Find subscriptions whose target is anything but https."""
    for subscription in some:
        url = linq.urls[subscription.target_url]
        if not url.is_https:
            why = f"its target is {shown_url(subscription.target_url, url)}"
            yield Problem(at_subscription(subscription), why)


@linq_checks(
    "LQ103",
    Severity.ERROR,
    "Subscription asks for no events",
    explanation="Without event types a subscription delivers nothing at all.",
    what_to_do="Set subscribed_events to what the receiver needs, or delete it.",
)
@over(subscriptions)
def no_events(some: Sequence[WebhookSubscription], _: LinqIndex) -> Iterator[Problem]:
    """Find subscriptions that hear nothing."""
    for subscription in some:
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
        " too, and one that does not exist is never delivered. A type that Linq lists"
        " itself is not told."
    ),
    what_to_do="Compare it with Linq's list of event types, and correct it if needed.",
)
@over(subscriptions)
def unknown_event(
    some: Sequence[WebhookSubscription], linq: LinqIndex
) -> Iterator[Problem]:
    """Find subscriptions to event types that are not known here."""
    known = _KNOWN | (linq.snapshot.offered or set())
    for subscription in some:
        unknown = sorted(set(subscription.subscribed_events) - known)
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
@over(subscriptions)
def unpinned(some: Sequence[WebhookSubscription], linq: LinqIndex) -> Iterator[Problem]:
    """Find subscriptions whose target names no version."""
    for subscription in some:
        query = parse_qsl(linq.urls[subscription.target_url].query)
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
@over(subscriptions)
def withdrawn_event(
    some: Sequence[WebhookSubscription], _: LinqIndex
) -> Iterator[Problem]:
    """Find subscriptions to event types that do not exist any more."""
    for subscription in some:
        gone = sorted(set(subscription.subscribed_events) & REMOVED_EVENT_TYPES)
        if gone:
            why = f"no longer delivered: {listed(gone)}"
            yield Problem(at_subscription(subscription), why)


@linq_checks(
    "LQ109",
    Severity.ERROR,
    "Subscription names a number that the account does not have",
    explanation=(
        "A subscription with phone numbers hears of their events alone. One that is"
        " not, or no longer, assigned to the account has none, so nothing of it is"
        " ever delivered. Where the API key may not read the account's numbers, the"
        " audit cannot tell."
    ),
    what_to_do="Take the number out of phone_numbers, or have it assigned again.",
    needs="phone_numbers",
)
@over(subscriptions)
def unknown_number(
    some: Sequence[WebhookSubscription], linq: LinqIndex
) -> Iterator[Problem]:
    """Find subscriptions to numbers that are not among the account's."""
    if linq.snapshot.numbers is None:
        return
    for subscription in some:
        lacking = sorted(set(subscription.phone_numbers or ()) - linq.snapshot.numbers)
        if lacking:
            why = f"not among the account's numbers: {listed(lacking)}"
            yield Problem(at_subscription(subscription), why)


@linq_checks(
    "LQ110",
    Severity.INFO,
    "Subscription asks for an event type that Linq does not list",
    explanation=(
        "Linq lists the event types that it offers, and this is none of them. The list"
        " is known to lag, so the type may exist all the same; if not, it is never"
        " delivered. Types that were withdrawn are told by LQ107. Where the API key"
        " may not read the list, the audit cannot tell."
    ),
    what_to_do="Look whether events of the type arrive; if not, correct or remove it.",
    needs="event_types",
)
@over(subscriptions)
def unlisted_event(
    some: Sequence[WebhookSubscription], linq: LinqIndex
) -> Iterator[Problem]:
    """Find subscriptions to event types that are not in Linq's own list."""
    if linq.snapshot.offered is None:
        return
    for subscription in some:
        asked_for = set(subscription.subscribed_events) - REMOVED_EVENT_TYPES
        unlisted = sorted(asked_for - linq.snapshot.offered)
        if unlisted:
            why = f"not listed: {listed(unlisted)}"
            yield Problem(at_subscription(subscription), why)


@linq_checks(
    "LQ111",
    Severity.WARNING,
    "Header for the chat's id is ignored",
    explanation=(
        "The subscription names a header for the id of the chat, but none for the"
        " routing token. Linq ignores the one without the other, so that deliveries"
        " come without it, and whatever routes by it sees nothing."
    ),
    what_to_do="Set routing_key_header as well, or routing_id_header to null.",
)
@over(subscriptions)
def ignored_header(
    some: Sequence[WebhookSubscription], _: LinqIndex
) -> Iterator[Problem]:
    """Find subscriptions that ask for half of delivery affinity."""
    for subscription in some:
        header = subscription.routing_id_header
        if header and not subscription.routing_key_header:
            why = f"routing_id_header is {header}, routing_key_header is null"
            yield Problem(at_subscription(subscription), why)


def at_subscription(subscription: WebhookSubscription) -> Place:
    """Return the place of a finding about a subscription."""
    return Place(kind="webhook_subscription", id=subscription.id)


_EVERY: Final = "every number"
_ANY: Final = "any number"
_ENOUGH: Final = 2


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
    every_row_of=("webhook_subscriptions",),
)
def same_target(linq: LinqIndex) -> Iterator[Problem | None]:
    """Find active subscriptions whose target an older one has already."""
    oldest: dict[str, WebhookSubscription] = {}
    for some in parts(linq.active):
        for subscription in some:
            target = linq.urls[subscription.target_url].place
            first = oldest.setdefault(target, subscription)
            if first is not subscription:
                why = f"{first.id} delivers there, too"
                yield Problem(at_subscription(subscription), why)
        yield None


@linq_checks(
    "LQ108",
    Severity.INFO,
    "Two subscriptions deliver the same event to the same host",
    explanation=(
        "Both are active, ask for the same event of the same number, and have"
        " targets on one host. That is meant where two programs run there; where one"
        " does, it gets the event twice. Only its event_id is the same then. For"
        " two with the very same URL see LQ105."
    ),
    what_to_do="Keep one of them, or divide events or numbers between them.",
    every_row_of=("webhook_subscriptions",),
)
def same_host(linq: LinqIndex) -> Iterator[Problem | None]:
    """Find active subscriptions that ask for what an older one to the host has."""
    heard: defaultdict[str, _OlderSubscriptions] = defaultdict(_OlderSubscriptions)
    for subscription in linq.active:
        url = linq.urls[subscription.target_url]
        if not url.host:
            continue
        repeats = heard[url.server].add(subscription, url.place)
        if repeats:
            first = next(iter(repeats))
            why = f"{first} delivers {listed(sorted(repeats[first]))} there, too"
            yield Problem(at_subscription(subscription), why)
        yield None


class _OlderSubscriptions:
    """Hold which subscriptions to a host were first to ask for what.

    For each event, of each number and of any: the oldest subscription, and the oldest
    with another target than that one's. One of the two has another target than any
    third, which is all that is asked for.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], dict[str, str]] = {}

    def add(
        self, subscription: WebhookSubscription, target: str
    ) -> dict[str, list[str]]:
        """Add one; return which events older ones deliver elsewhere, by their ids."""
        numbers = subscription.phone_numbers or (_EVERY,)
        repeats: dict[str, list[str]] = {}
        for event in dict.fromkeys(map(str, subscription.subscribed_events)):
            first = self._first_elsewhere(event, numbers, target)
            if first is not None:
                repeats.setdefault(first, []).append(event)
            for number in {*numbers, _ANY}:
                kept = self._first.setdefault((event, number), {})
                if len(kept) < _ENOUGH:
                    kept.setdefault(target, subscription.id)
        return repeats

    def _first_elsewhere(
        self, event: str, numbers: tuple[str, ...], target: str
    ) -> str | None:
        wanted = (_ANY,) if numbers == (_EVERY,) else (_EVERY, *numbers)
        for number in wanted:
            for other, first in self._first.get((event, number), {}).items():
                if other != target:
                    return first
        return None
