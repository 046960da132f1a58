"""What could not be read, or not for certain: an audit must not hide its gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..findings import Place, Severity, advice
from ..options import AuditOptions
from ..snapshot import AccountSnapshot, LinqSnapshot, Reading
from .check import Problem, account_checks, linq_checks


@account_checks(
    "PC001",
    Severity.ERROR,
    "Account could not be read",
    explanation=(
        "A listing of the account ended in an error, so the audit does not know all"
        " that there is. What was read up to then is checked all the same. The exit"
        " code is 2 in any case, because a gap must not pass for a clean account."
    ),
    what_to_do="Audit the account again.",
)
def unreadable_account(account: AccountSnapshot, _: AuditOptions) -> Iterator[Problem]:
    """Find the listings that ended in an error."""
    place = Place(kind="account", id=account.voip_id, account=account.voip_id)
    yield from _unreadable(place, account.readings)


@account_checks(
    "PC002",
    Severity.WARNING,
    "Listing cannot be proven complete",
    explanation=(
        "Pages of a listing are counted from its start, so rows that are created or"
        " deleted while it is read can be missed or come twice. The order by id"
        " rules that out, where the answers keep to it. Here they did not: nothing"
        " is known to be missing, but nothing proves that all is there either."
    ),
    what_to_do="Audit the account again while nothing in it changes.",
)
def unproven_listing(account: AccountSnapshot, _: AuditOptions) -> Iterator[Problem]:
    """Find the listings that were read to their end, but are not proven."""
    for reading in account.readings:
        if reading.error is None and not reading.report.proven:
            yield Problem(
                Place(kind=reading.resource, account=account.voip_id),
                reading.report.reason,
            )


@linq_checks(
    "LQ001",
    Severity.ERROR,
    "Linq could not be read",
    explanation=(
        "A listing of Linq ended in an error, so the audit does not know all that"
        " there is. The exit code is 2 in any case. That the key may not read event"
        " types or phone numbers is no error: the checks that need them cannot tell"
        " then, and the report says so."
    ),
    what_to_do="Audit Linq again.",
)
def unreadable_linq(linq: LinqSnapshot, _: AuditOptions) -> Iterator[Problem]:
    """Find the listings that ended in an error."""
    yield from _unreadable(Place(kind="webhook_subscriptions"), linq.readings)


def _unreadable(place: Place, readings: Iterable[Reading[Any]]) -> Iterator[Problem]:
    """Put all errors of one place into one problem, each of them once."""
    errors = {str(r.error): r.error for r in readings if r.error is not None}
    if errors:
        ways_out = dict.fromkeys(advice(error) for error in errors.values())
        yield Problem(place, "; ".join(errors), " ".join(ways_out))
