"""Checks of what listeners hear: their subscriptions, and the tags of those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..findings import Severity
from ..snapshot import AccountSnapshot, HeardListener
from ..tags import API_ERRORS, contradiction
from ..terms import Terms
from .check import Problem, account_checks
from .use import at_listener, living
from .wording import listed

_SILENT_WAY_OUT: Final = "Add the subscriptions that it was made for, or delete it."


@account_checks(
    "PC105",
    Severity.ERROR,
    "Listener has no subscriptions",
    explanation=(
        "Subscriptions say which events a listener hears; without any it hears"
        " none, and delivers nothing. It is what remains where a program creates the"
        " listener and forgets the second step. The overview's create makes both at"
        " once."
    ),
    what_to_do=_SILENT_WAY_OUT,
)
def silent(account: AccountSnapshot, terms: Terms) -> Iterator[Problem]:
    """Find living listeners that hear nothing at all."""
    for listener in living(account, terms):
        if listener.subscriptions == ():
            yield Problem(at_listener(listener), "it hears no events")


@account_checks(
    "PC106",
    Severity.WARNING,
    "Subscription can never match",
    explanation=(
        "An event must have all tags of a subscription, and no event has these"
        " together: call and message, say, or inbound and outbound. What was meant"
        " are often two subscriptions, of which one is enough. The vendor documents"
        " the rule; which tags exclude each other follows from its definitions,"
        " except for call and message, which it names."
    ),
    what_to_do="Split it into one subscription for each of the two, or remove a tag.",
)
def never_matching(account: AccountSnapshot, terms: Terms) -> Iterator[Problem]:
    """Find living listeners with tags that are never on one event."""
    for listener in living(account, terms):
        pairs = filter(None, map(contradiction, listener.subscriptions or ()))
        told = sorted({f"{one} and {other}" for one, other in pairs})
        if told:
            why = f"no event is tagged with both {'; or both '.join(told)}"
            yield Problem(at_listener(listener), why)


@account_checks(
    "PC107",
    Severity.WARNING,
    "API errors are told to whole accounts only",
    explanation=(
        "The tags api-error and api-error-trusted are on events of an account, never"
        " of an extension, so a listener of an extension waits for them in vain."
    ),
    what_to_do="Subscribe to them with a listener of the account.",
)
def api_errors_below(account: AccountSnapshot, terms: Terms) -> Iterator[Problem]:
    """Find living listeners of extensions that wait for API errors."""
    for listener in living(account, terms):
        tags = sorted(_all_tags(listener) & API_ERRORS)
        if listener.extension_id is not None and tags:
            why = f"it belongs to an extension and asks for {listed(tags)}"
            yield Problem(at_listener(listener), why)


def _all_tags(listener: HeardListener) -> frozenset[str]:
    return frozenset().union(*(listener.subscriptions or ()))
