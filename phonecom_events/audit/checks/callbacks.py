"""Checks of callbacks: whether what they are given arrives.

A callback to which no event can come is left alone: see `callbacks_in_use`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...phonecom import Callback, CallbackMode, EmailConfig, HttpConfig
from ..findings import Severity
from ..options import AuditOptions
from ..snapshot import AccountSnapshot
from .check import Problem, account_checks
from .targets import is_https, is_malformed, shown_url, split, why_no_receiver
from .use import at_callback, callbacks_in_use, fallbacks


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
)
def disabled(account: AccountSnapshot, options: AuditOptions) -> Iterator[Problem]:
    """Find callbacks in use that are switched off."""
    for callback, doubt in callbacks_in_use(account, options):
        if not callback.enabled:
            yield Problem(at_callback(callback), f"its enabled is false{doubt}")


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
)
def not_https(account: AccountSnapshot, options: AuditOptions) -> Iterator[Problem]:
    """Find callbacks in use whose URL is anything but https."""
    for callback, url, doubt in _by_http(account, options):
        if not is_https(url):
            why = f"it delivers to {shown_url(url)}{doubt}"
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
)
def no_address(account: AccountSnapshot, options: AuditOptions) -> Iterator[Problem]:
    """Find callbacks in use that mail to nobody."""
    for callback, doubt in callbacks_in_use(account, options):
        # By the mode, not the config's class: one without any address has another.
        if callback.mode != CallbackMode.EMAIL:
            continue
        config = callback.config
        email = config.email if isinstance(config, EmailConfig) else None
        if not (email or "").strip():
            yield Problem(at_callback(callback), f"its config has no email{doubt}")
        elif is_malformed(email or ""):
            why = f"“{email}” is no mail address{doubt}"
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
)
def to_test_address(
    account: AccountSnapshot, options: AuditOptions
) -> Iterator[Problem]:
    """Find callbacks in use whose host is no place for live events."""
    for callback, url, doubt in _by_http(account, options):
        host = split(url).hostname
        reason = why_no_receiver(host) if host else ""
        if reason:
            yield Problem(at_callback(callback), f"{host} is {reason}{doubt}")


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
)
def unused(account: AccountSnapshot, _: AuditOptions) -> Iterator[Problem]:
    """Find callbacks that nothing leads to; expired listeners count as well."""
    if not (account.listeners.every_row and account.callbacks.every_row):
        return
    # Expired ones, too: a callback that one names was made for something.
    named = {listener.callback_id for listener in account.listeners.items}
    used = named | fallbacks(account)
    for callback in account.callbacks.items:
        if callback.id not in used:
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
)
def no_profile(account: AccountSnapshot, options: AuditOptions) -> Iterator[Problem]:
    """Find callbacks in use whose troubles are told to nobody in particular."""
    for callback, doubt in callbacks_in_use(account, options):
        profile_id = callback.profile_id
        if not profile_id:
            yield Problem(at_callback(callback), f"its profile_id is null{doubt}")
        elif account.lacks_profile(profile_id):
            why = f"there is no profile {profile_id}{doubt}"
            yield Problem(at_callback(callback), why)


def _by_http(
    account: AccountSnapshot, options: AuditOptions
) -> Iterator[tuple[Callback, str, str]]:
    for callback, doubt in callbacks_in_use(account, options):
        if isinstance(callback.config, HttpConfig):
            yield callback, callback.config.url or "", doubt
