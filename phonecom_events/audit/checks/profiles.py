"""Checks of profiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..findings import Severity
from ..slices import parts
from ..snapshot import ProfileRow
from .check import Problem, account_checks, over
from .index import AccountIndex
from .targets import is_malformed
from .use import at_profile, profiles


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
@over(profiles)
def no_support_email(some: Sequence[ProfileRow], _: AccountIndex) -> Iterator[Problem]:
    """Find profiles that fall back to the account's address."""
    for profile in some:
        if not (profile.support_email or "").strip():
            why = f"“{profile.name}” falls back to the account's default address"
            yield Problem(at_profile(profile), why)


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
@over(profiles)
def malformed_email(some: Sequence[ProfileRow], _: AccountIndex) -> Iterator[Problem]:
    """Find profiles whose address can certainly not be one."""
    for profile in some:
        # Phone.com stores null for it, though its schema asks for a text.
        email = (profile.support_email or "").strip()
        if email and is_malformed(email):
            why = f"“{profile.name}” has “{email}”"
            yield Problem(at_profile(profile), why)


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
    every_row_of=("callbacks", "profiles"),
)
def unused(account: AccountIndex) -> Iterator[Problem | None]:
    """Find profiles that nothing leads to."""
    snapshot = account.snapshot
    if not (snapshot.callbacks.every_row and snapshot.profiles.every_row):
        return
    used: set[int | None] = set()
    for callbacks in account.own_callbacks:
        used.update([callback.profile_id for callback in callbacks])
        yield None
    for some in parts(snapshot.profiles.items):
        for profile in some:
            if profile.id not in used:
                why = f"“{profile.name}” is named by no callback"
                yield Problem(at_profile(profile), why)
        yield None
