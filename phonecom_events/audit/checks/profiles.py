"""Checks of profiles."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Place, Severity
from ..snapshot import AccountSnapshot
from ..terms import Terms
from .check import Problem, account_checks


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
def no_support_email(account: AccountSnapshot, _: Terms) -> Iterator[Problem]:
    """Find profiles that fall back to the account's address."""
    for profile in account.profiles.items:
        if not (profile.support_email or "").strip():
            yield Problem(
                Place(
                    kind="profile",
                    id=profile.id,
                    account=profile.voip_id,
                    extension=profile.extension_id,
                ),
                f"“{profile.name}” falls back to the account's default address",
            )
