"""What could not be read, or not for certain: an audit must not hide its gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from ...display.words import more_odd_rows
from ..findings import Place, Severity, advice
from ..snapshot import Reading, owner_of, whole_number
from .check import Problem, account_checks, linq_checks, span
from .index import AccountIndex, LinqIndex

# What events are lost with; another row, such as a subscription, is part of one.
_MAIN_KINDS: Final = ("listener", "callback", "profile", "webhook_subscription")


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
def unreadable_account(account: AccountIndex) -> Iterator[Problem | None]:
    """Find the listings that ended in an error."""
    place = Place(
        kind="account", id=account.snapshot.voip_id, account=account.snapshot.voip_id
    )
    yield from _unreadable(place, account.snapshot.readings)


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
def unproven_listing(account: AccountIndex) -> Iterator[Problem | None]:
    """Find the listings that were read to their end, but are not proven."""
    for reading in account.snapshot.readings:
        if reading.error is None and not reading.report.proven:
            yield Problem(
                Place(kind=reading.resource, account=account.snapshot.voip_id),
                reading.report.reason,
            )


@account_checks(
    "PC003",
    Severity.ERROR,
    "Row is not as documented",
    explanation=(
        "A row of a listing has a value that the vendor does not document: a time in"
        " milliseconds, say, or text where a number belongs. What it stands for"
        " cannot be told, so the row itself is not checked; all others are. Where"
        " other rows lead to it, it counts as there: a listener whose callback is"
        " such a row is not said to lack one."
    ),
    what_to_do=(
        "Look at the row with `get --raw`, and write the value anew. If the vendor"
        " has changed what it sends, update this package, or report it."
    ),
)
def odd_row(account: AccountIndex) -> Iterator[Problem | None]:
    """Find the rows that the listings gave in another form than documented."""
    for reading in account.snapshot.readings:
        yield from _odd_rows(reading, account.snapshot.voip_id)


@account_checks(
    "PC004",
    Severity.WARNING,
    "This machine's clock differs from the vendor's",
    explanation=(
        "The answers say what time it is at the vendor, and this machine thinks it"
        " is another. Expiry is measured by the vendor's clock, which is what ends"
        " listeners, unless the audit was given a moment to measure at. But other"
        " programs on this machine go by its own: signed deliveries look too old or"
        " too new, and a listener that they make to last an hour may be dead at once."
    ),
    what_to_do="Set this machine's clock, best by NTP.",
)
def clock_skew(account: AccountIndex) -> Iterator[Problem | None]:
    """Find a clock that is more than a minute off."""
    skew = account.snapshot.clock_skew
    if skew is not None:
        side = "ahead of" if skew > timedelta() else "behind"
        yield Problem(
            Place(
                kind="account",
                id=account.snapshot.voip_id,
                account=account.snapshot.voip_id,
            ),
            f"this machine's clock is {span(abs(skew))} {side} the vendor's",
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
def unreadable_linq(linq: LinqIndex) -> Iterator[Problem | None]:
    """Find the listings that ended in an error."""
    yield from _unreadable(Place(kind="webhook_subscriptions"), linq.snapshot.readings)


@linq_checks(
    "LQ003",
    Severity.ERROR,
    "Row is not as documented",
    explanation=(
        "A webhook subscription, or what one can name, has a value that Linq does not"
        " document, so it is not checked; all others are."
    ),
    what_to_do=(
        "Look at the subscription with `get --raw`. If Linq has changed what it"
        " sends, update this package, or report it."
    ),
)
def odd_linq_row(linq: LinqIndex) -> Iterator[Problem | None]:
    """Find the subscriptions that came in another form than documented."""
    for reading in linq.snapshot.readings:
        yield from _odd_rows(reading, None)


def _odd_rows(reading: Reading[Any], account: int | None) -> Iterator[Problem]:
    """Report each odd row that was kept, and how many more there were."""
    kind = reading.resource.removesuffix("s")
    severity = None if kind in _MAIN_KINDS else Severity.WARNING
    for row in reading.report.odd_rows:
        place = Place(
            kind=kind,
            id=row.id,
            account=owner_of(row) or account,
            extension=whole_number(row, "extension_id"),
        )
        yield Problem(place, "; ".join(row.problems), severity=severity)
    more = reading.report.odd_row_count - len(reading.report.odd_rows)
    if more:
        place = Place(kind=reading.resource, account=account)
        yield Problem(place, more_odd_rows(more))


def _unreadable(place: Place, readings: Iterable[Reading[Any]]) -> Iterator[Problem]:
    """Put all errors of one place into one problem, each of them once."""
    errors = {str(r.error): r.error for r in readings if r.error is not None}
    if errors:
        ways_out = dict.fromkeys(advice(error) for error in errors.values())
        yield Problem(place, "; ".join(errors), " ".join(ways_out))
