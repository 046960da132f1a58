"""Checks of listeners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ...phonecom import Listener
from ..findings import Place, Severity
from ..snapshot import AccountSnapshot
from ..terms import Terms
from .check import Problem, account_checks
from .wording import listed, moment, span

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
def expired(account: AccountSnapshot, terms: Terms) -> Iterator[Problem]:
    """Find listeners whose time is up."""
    for listener in account.listeners.items:
        if listener.expires_at is not None and _is_over(listener, terms.now):
            ago = span(terms.now - listener.expires_at)
            yield Problem(
                _place(listener), f"expired {moment(listener.expires_at)}, {ago} ago"
            )


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
def expiring(account: AccountSnapshot, terms: Terms) -> Iterator[Problem]:
    """Find listeners whose time will soon be up."""
    for listener in account.listeners.items:
        end = listener.expires_at
        if end is None or _is_over(listener, terms.now):
            continue
        if end - terms.now <= terms.expiring_within:
            left = span(end - terms.now)
            yield Problem(_place(listener), f"expires {moment(end)}, in {left}")


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
def outdated_version(account: AccountSnapshot, _: Terms) -> Iterator[Problem]:
    """Find listeners on a major version before the newest."""
    for listener in account.listeners.items:
        major = listener.version.partition(".")[0]
        if major.isdecimal() and int(major) < _NEWEST_MAJOR:
            yield Problem(_place(listener), f"its version is {listener.version}")


@account_checks(
    "PC104",
    Severity.INFO,
    "Several listeners share a callback",
    explanation=(
        "More than one listener that has not expired points at the callback. That is"
        " fine if their subscriptions differ; where they overlap, the receiver gets"
        " the same event more than once."
    ),
    what_to_do="Compare their subscriptions, and delete listeners that repeat others.",
)
def shared_callback(account: AccountSnapshot, terms: Terms) -> Iterator[Problem]:
    """Find callbacks that more than one living listener points at."""
    by_callback: dict[tuple[int, int], list[int]] = defaultdict(list)
    for listener in account.listeners.items:
        if not _is_over(listener, terms.now):
            key = (listener.voip_id, listener.callback_id)
            by_callback[key].append(listener.id)
    for (voip_id, callback_id), ids in by_callback.items():
        if len(ids) > 1:
            yield Problem(
                Place(kind="callback", id=callback_id, account=voip_id),
                f"{len(ids):,} listeners point at it: {listed(sorted(ids))}",
            )


def _is_over(listener: Listener, now: datetime) -> bool:
    return listener.expires_at is not None and listener.expires_at <= now


def _place(listener: Listener) -> Place:
    return Place(
        kind="listener",
        id=listener.id,
        account=listener.voip_id,
        extension=listener.extension_id,
    )
