"""Checks of profiles."""

from __future__ import annotations

from collections.abc import Iterator

from ...phonecom import Profile
from ..findings import Place, Severity
from ..options import AuditOptions
from ..snapshot import AccountSnapshot
from .check import Problem, account_checks
from .targets import is_malformed


@account_checks(
    "PC301",
    Severity.WARNING,
    "Profile has no support email of its own",
    explanation=(
        "Phone.com mails a callback's troubles (time-outs, its being switched off) to"
        " the support email of its profile. Without one the notices go to the"
        " account's default address, which is often nobody who runs the receiver, so"
        " that it can be down unseen. It is harmless where that address is read by"
        " the right people."
    ),
    what_to_do="Set support_email to an address that is read by who runs the receiver.",
)
def no_support_email(account: AccountSnapshot, _: AuditOptions) -> Iterator[Problem]:
    """Find profiles that fall back to the account's address."""
    for profile in account.profiles.items:
        if not (profile.support_email or "").strip():
            why = f"“{profile.name}” falls back to the account's default address"
            yield Problem(_place(profile), why)


@account_checks(
    "PC302",
    Severity.WARNING,
    "Support email is malformed",
    explanation=(
        "Mail to such text cannot arrive: it has no @, no domain with a dot, blanks,"
        " or more than one address in it. The notices of a callback's troubles are"
        " lost, and so the receiver can be down unseen."
    ),
    what_to_do="Set support_email to one address, without a name around it.",
)
def malformed_email(account: AccountSnapshot, _: AuditOptions) -> Iterator[Problem]:
    """Find profiles whose address can certainly not be one."""
    for profile in account.profiles.items:
        # Phone.com stores null for it, though its schema asks for a text.
        email = (profile.support_email or "").strip()
        if email and is_malformed(email):
            why = f"“{profile.name}” has “{email}”"
            yield Problem(_place(profile), why)


@account_checks(
    "PC303",
    Severity.INFO,
    "No callback uses the profile",
    explanation=(
        "No callback names the profile, so nothing is ever mailed to its address. It"
        " may be kept for later, or be left over. A callback of a subaccount may use"
        " it, too: that is known only if subaccounts are audited along with the"
        " account."
    ),
    what_to_do="Delete it, unless it is kept for something.",
)
def unused(account: AccountSnapshot, _: AuditOptions) -> Iterator[Problem]:
    """Find profiles that nothing leads to."""
    if not (account.callbacks.every_row and account.profiles.every_row):
        return
    used = {callback.profile_id for callback in account.own_callbacks}
    for profile in account.profiles.items:
        if profile.id not in used:
            yield Problem(_place(profile), f"“{profile.name}” is named by no callback")


def _place(profile: Profile) -> Place:
    return Place(
        kind="profile",
        id=profile.id,
        account=profile.voip_id,
        extension=profile.extension_id,
    )
