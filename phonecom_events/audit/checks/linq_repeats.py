"""Checks for Linq subscriptions that deliver one event twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult

from ...linq import WebhookSubscription
from ..findings import Severity
from ..snapshot import LinqSnapshot
from ..terms import Terms
from .check import Problem, linq_checks
from .linq import at_subscription
from .urls import host_and_port, place, split
from .wording import listed

_EVERY: Final = "every number"


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
    for subscription in _active_by_age(linq):
        first = oldest.setdefault(place(subscription.target_url), subscription)
        if first is not subscription:
            why = f"{first.id} delivers there, too"
            yield Problem(at_subscription(subscription), why)


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
)
def same_host(linq: LinqSnapshot, _: Terms) -> Iterator[Problem]:
    """Find active subscriptions that ask for what an older one to the host has."""
    heard: defaultdict[str, _Heard] = defaultdict(_Heard)
    targets: set[SplitResult] = set()
    for subscription in _active_by_age(linq):
        target = place(subscription.target_url)
        if not target.hostname or target in targets:
            continue
        targets.add(target)
        host = host_and_port(split(subscription.target_url))
        repeats = heard[host].add(subscription)
        if repeats:
            first = next(iter(repeats))
            why = f"{first} delivers {listed(sorted(repeats[first]))} there, too"
            yield Problem(at_subscription(subscription), why)


class _Heard:
    """Hold which subscription was first to ask for an event, of which number."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], str] = {}
        self._any: dict[str, str] = {}

    def add(self, subscription: WebhookSubscription) -> dict[str, list[str]]:
        """Add one; return which events older ones deliver, by their ids."""
        numbers = subscription.phone_numbers or (_EVERY,)
        repeats: dict[str, list[str]] = {}
        for event in dict.fromkeys(map(str, subscription.subscribed_events)):
            first = self._first_to(event, numbers)
            if first is not None:
                repeats.setdefault(first, []).append(event)
            self._any.setdefault(event, subscription.id)
            for number in numbers:
                self._first.setdefault((event, number), subscription.id)
        return repeats

    def _first_to(self, event: str, numbers: tuple[str, ...]) -> str | None:
        if numbers == (_EVERY,):
            return self._any.get(event)
        every = (self._first.get((event, number)) for number in (_EVERY, *numbers))
        return next((first for first in every if first is not None), None)


def _active_by_age(linq: LinqSnapshot) -> list[WebhookSubscription]:
    active = (each for each in linq.subscriptions.items if each.is_active)
    return sorted(active, key=lambda each: (each.created_at, each.id))
