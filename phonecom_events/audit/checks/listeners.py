"""Checks of listeners: their lives, their callbacks, and what they subscribe to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from ..findings import Place, Severity
from ..slices import parts
from ..snapshot import HeardListener
from ..tags import API_ERRORS
from .check import LISTED, Problem, account_checks, listed, moment, over, span
from .index import AccountIndex
from .use import at_listener, listeners, living

# Of 1.0.0, 1.1.0 and 2.0.0, which the vendor's schema has:
# https://apidocs.phone.com/reference (events-listeners)
_NEWEST_MAJOR: Final = 2


@account_checks(
    "PC101",
    Severity.ERROR,
    "Listener has expired",
    explanation=(
        "A listener with an expires_at in the past delivers nothing any more, and"
        " nothing else shows it: it stays in the list, and its callback looks well."
        " It is harmless if the listener was meant to end; then delete it."
    ),
    what_to_do="Give it a later expires_at, or null for never; or delete it.",
)
@over(listeners)
def expired(some: Sequence[HeardListener], account: AccountIndex) -> Iterator[Problem]:
    """Find listeners whose time is up."""
    now = account.options.now
    for listener in some:
        end = listener.expires_at
        if end is not None and end <= now:
            why = f"expired {moment(end)}, {span(now - end)} ago"
            yield Problem(at_listener(listener), why)


@account_checks(
    "PC102",
    Severity.WARNING,
    "Listener expires soon",
    explanation=(
        "The listener's expires_at is near: from then on it delivers nothing, without"
        " any notice. A change can take up to five minutes to become active, so do"
        " not leave it to the last moment."
    ),
    what_to_do="Give it a later expires_at, or null for never.",
)
@over(living)
def expiring(some: Sequence[HeardListener], account: AccountIndex) -> Iterator[Problem]:
    """Find listeners whose time will soon be up."""
    now, soon = account.options.now, account.options.expiring_within
    for listener in some:
        end = listener.expires_at
        if end is not None and end - now <= soon:
            left = span(end - now)
            yield Problem(at_listener(listener), f"expires {moment(end)}, in {left}")


@account_checks(
    "PC103",
    Severity.WARNING,
    "Listener sends an outdated version of events",
    explanation=(
        "Versions 1.x of the events are kept for old receivers; their form is no"
        " longer documented, and newer fields are missing from them. Create makes"
        " version 2.0.0 unless told otherwise."
    ),
    what_to_do="Make sure that the receiver reads version 2.0.0, then update it.",
)
@over(listeners)
def outdated_version(
    some: Sequence[HeardListener], _: AccountIndex
) -> Iterator[Problem]:
    """Find listeners on a major version before the newest."""
    for listener in some:
        major = listener.version.partition(".")[0]
        # A version that is no number may be newer than this package: left alone.
        if major.isdecimal() and int(major) < _NEWEST_MAJOR:
            yield Problem(at_listener(listener), f"its version is {listener.version}")


@account_checks(
    "PC104",
    Severity.INFO,
    "Several listeners share a callback",
    explanation=(
        "More than one listener that has not expired points at the callback. That is"
        " fine if their subscriptions differ, and then they could as well be one"
        " listener's; where they overlap, PC108 says so."
    ),
    what_to_do="Give one listener all of the subscriptions, or leave it as it is.",
    every_row_of=("listeners",),
)
def shared_callback(account: AccountIndex) -> Iterator[Problem | None]:
    """Find callbacks that more than one living listener points at."""
    # By account, too: a parent's and its subaccount's listeners share no events.
    first: defaultdict[int, dict[int, HeardListener]] = defaultdict(dict)
    shared: dict[tuple[int, int], list[int]] = {}
    for some in account.living:
        for listener in some:
            voip_id, callback_id = listener.voip_id, listener.callback_id
            met = first[voip_id].setdefault(callback_id, listener)
            if met is not listener:
                shared.setdefault((voip_id, callback_id), [met.id]).append(listener.id)
        yield None
    for (voip_id, callback_id), ids in shared.items():
        lowest: list[int] = []
        for more in parts(ids):
            lowest = sorted([*lowest, *more])[:LISTED]
            yield None
        yield Problem(
            Place(kind="callback", id=callback_id, account=voip_id),
            f"{len(ids):,} listeners point at it: {listed(lowest, len(ids))}",
        )


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
    what_to_do="Add the subscriptions that it was made for, or delete it.",
)
@over(living)
def silent(some: Sequence[HeardListener], _: AccountIndex) -> Iterator[Problem]:
    """Find living listeners that hear nothing at all."""
    for listener in some:
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
@over(living)
def never_matching(
    some: Sequence[HeardListener], account: AccountIndex
) -> Iterator[Problem]:
    """Find living listeners with tags that are never on one event."""
    for listener in some:
        told = account.contradictions(listener)
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
@over(living)
def api_errors_below(
    some: Sequence[HeardListener], _: AccountIndex
) -> Iterator[Problem]:
    """Find living listeners of extensions that wait for API errors."""
    for listener in some:
        if listener.extension_id is None:
            continue
        tags = sorted(_all_tags(listener) & API_ERRORS)
        if tags:
            why = f"it belongs to an extension and asks for {listed(tags)}"
            yield Problem(at_listener(listener), why)


def _all_tags(listener: HeardListener) -> frozenset[str]:
    return frozenset().union(*(listener.subscriptions or ()))


@account_checks(
    "PC109",
    Severity.ERROR,
    "Listener's callback does not exist",
    explanation=(
        "The listener points at a callback that is not there, so its events have"
        " nowhere to go. The API refuses to delete a callback that is in use, but"
        " accounts hold what came before that rule."
    ),
    what_to_do="Set callback_id to a callback that exists, or delete the listener.",
)
@over(living)
def no_such_callback(
    some: Sequence[HeardListener], account: AccountIndex
) -> Iterator[Problem]:
    """Find living listeners whose callback is certain not to exist."""
    for listener in some:
        if account.lacks_callback(listener.callback_id):
            why = f"there is no callback {listener.callback_id}"
            yield Problem(at_listener(listener), why)
