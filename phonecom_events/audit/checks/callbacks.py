"""Checks of callbacks: whether what they are given arrives.

A callback to which no event can come is left alone: see `AccountIndex.in_use`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...phonecom import CallbackMode
from ..findings import Severity
from ..snapshot import CallbackRow, Delivery
from .check import Problem, account_checks, over
from .index import AccountIndex
from .targets import is_malformed, shown_url
from .use import at_callback, callbacks, in_use


@account_checks(
    "PC201",
    Severity.ERROR,
    "Callback is disabled",
    explanation=(
        "A callback that is not enabled delivers nothing, and its listeners look"
        " well. Phone.com switches callbacks off that fail for too long, and tells"
        " nobody but the address in the callback's profile. Reported only for one"
        " that a listener uses, or that is a fallback."
    ),
    what_to_do="Repair its receiver and set enabled to true, or delete its listeners.",
    every_row_of=("callbacks",),
)
@over(in_use)
def disabled(some: Sequence[CallbackRow], account: AccountIndex) -> Iterator[Problem]:
    """Find callbacks in use that are switched off."""
    for callback in some:
        if not callback.enabled:
            why = f"its enabled is false{account.doubt(callback)}"
            yield Problem(at_callback(callback), why)


@account_checks(
    "PC202",
    Severity.ERROR,
    "Callback does not deliver over https",
    explanation=(
        "Events hold phone numbers and messages. Sent over plain http they can be"
        " read, and changed, by anyone on the way, and the headers that a callback"
        " sends along can be stolen."
    ),
    what_to_do="Set its URL to the https address of the receiver, and mode to HTTPS.",
    every_row_of=("callbacks",),
)
@over(in_use)
def not_https(some: Sequence[CallbackRow], account: AccountIndex) -> Iterator[Problem]:
    """Find callbacks in use whose URL is anything but https."""
    for callback in some:
        if callback.delivery is not Delivery.HTTP:
            continue
        text = callback.to or ""
        url = account.urls[text]
        if not url.is_https:
            why = f"it delivers to {shown_url(text, url)}{account.doubt(callback)}"
            yield Problem(at_callback(callback), why)


@account_checks(
    "PC203",
    Severity.ERROR,
    "Callback by mail has no address",
    explanation=(
        "The callback sends events by mail, and has nowhere to send them: no"
        " address, or text that is none."
    ),
    what_to_do="Set email in its config to an address that is read.",
    every_row_of=("callbacks",),
)
@over(in_use)
def no_address(some: Sequence[CallbackRow], account: AccountIndex) -> Iterator[Problem]:
    """Find callbacks in use that mail to nobody."""
    for callback in some:
        # By the mode, not the config's class: one without any address has another.
        if callback.mode != CallbackMode.EMAIL:
            continue
        email = (callback.to or "") if callback.delivery is Delivery.MAIL else ""
        if not email.strip():
            why = f"its config has no email{account.doubt(callback)}"
            yield Problem(at_callback(callback), why)
        elif is_malformed(email):
            why = f"“{email}” is no mail address{account.doubt(callback)}"
            yield Problem(at_callback(callback), why)


@account_checks(
    "PC204",
    Severity.ERROR,
    "Callback delivers to a test address",
    explanation=(
        "The URL leads to a place that Phone.com cannot reach, such as localhost or"
        " an address inside a network; or to a name kept for examples; or to a page"
        " or tunnel for trying things out, where others can read along. It is what"
        " remains of a first try."
    ),
    what_to_do="Set its URL to the address of the receiver.",
    every_row_of=("callbacks",),
)
@over(in_use)
def to_test_address(
    some: Sequence[CallbackRow], account: AccountIndex
) -> Iterator[Problem]:
    """Find callbacks in use whose host is no place for live events."""
    for callback in some:
        if callback.delivery is not Delivery.HTTP:
            continue
        host = account.urls[callback.to or ""].host
        reason = account.urls.why_no_receiver(host) if host else ""
        if reason:
            why = f"{host} is {reason}{account.doubt(callback)}"
            yield Problem(at_callback(callback), why)


@account_checks(
    "PC209",
    Severity.INFO,
    "No listener uses the callback",
    explanation=(
        "No listener names the callback, and it is no other one's fallback, so"
        " nothing comes to it. It may be kept for later, or be left over. A listener"
        " of a subaccount may use it, too: that is known only if subaccounts are"
        " audited along with the account."
    ),
    what_to_do="Delete it, unless it is kept for something.",
    every_row_of=("listeners", "callbacks"),
)
@over(callbacks)
def unused(some: Sequence[CallbackRow], account: AccountIndex) -> Iterator[Problem]:
    """Find callbacks that nothing leads to; expired listeners count as well."""
    snapshot = account.snapshot
    if not (snapshot.listeners.every_row and snapshot.callbacks.every_row):
        return
    for callback in some:
        # Expired ones, too: a callback that one names was made for something.
        if callback.id not in account.named and callback.id not in account.fallbacks:
            name = f"“{callback.name}” is" if callback.name else "it is"
            yield Problem(at_callback(callback), f"{name} named by no listener")


@account_checks(
    "PC210",
    Severity.WARNING,
    "Callback has no profile",
    explanation=(
        "Phone.com mails a callback's troubles (time-outs, its being switched off) to"
        " the support email of its profile. Without a profile there is no address"
        " that was chosen for it, and the receiver can be down unseen."
    ),
    what_to_do="Set profile_id to a profile whose support email is read.",
    every_row_of=("callbacks",),
)
@over(in_use)
def no_profile(some: Sequence[CallbackRow], account: AccountIndex) -> Iterator[Problem]:
    """Find callbacks in use whose troubles are told to nobody in particular."""
    for callback in some:
        profile_id = callback.profile_id
        if not profile_id:
            why = f"its profile_id is null{account.doubt(callback)}"
            yield Problem(at_callback(callback), why)
        elif account.lacks_profile(profile_id):
            why = f"there is no profile {profile_id}{account.doubt(callback)}"
            yield Problem(at_callback(callback), why)
