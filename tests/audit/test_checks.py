"""What holds for every check, and for the registries."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

import pytest

from phonecom_events.audit import Finding, Place, Severity
from phonecom_events.audit.checks import Check, Checks, account_checks, linq_checks
from phonecom_events.audit.checks.listeners import expired
from phonecom_events.audit.snapshot import AccountSnapshot

from .builders import (
    NOW,
    VOIP_ID,
    account,
    all_found,
    callback,
    found,
    linq,
    listener,
    profile,
    subscription,
)
from .growth import CountedId, work

EVERY: list[Check[Any]] = list(chain(account_checks, linq_checks))


def test_the_checks_are_these() -> None:
    """Ids are a promise: one is never taken away or given to another check."""
    titles = {check.id: check.title for check in EVERY}
    assert titles == {
        "PC001": "Account could not be read",
        "PC002": "Listing cannot be proven complete",
        "PC003": "Row is not as documented",
        "PC004": "This machine's clock differs from the vendor's",
        "PC101": "Listener has expired",
        "PC102": "Listener expires soon",
        "PC103": "Listener sends an outdated version of events",
        "PC104": "Several listeners share a callback",
        "PC105": "Listener has no subscriptions",
        "PC106": "Subscription can never match",
        "PC107": "API errors are told to whole accounts only",
        "PC108": "Two listeners deliver the same event to the same place",
        "PC109": "Listener's callback does not exist",
        "PC201": "Callback is disabled",
        "PC202": "Callback does not deliver over https",
        "PC203": "Callback by mail has no address",
        "PC204": "Callback delivers to a test address",
        "PC205": "Fallback does not exist",
        "PC206": "Fallback is disabled",
        "PC207": "Callback falls back to itself",
        "PC208": "Callbacks fall back in a loop",
        "PC209": "No listener uses the callback",
        "PC210": "Callback has no profile",
        "PC301": "Profile has no support email of its own",
        "PC302": "Support email is malformed",
        "PC303": "No callback uses the profile",
        "PC401": "Receiver does not answer as it should",
        "PC402": "Receiver answers slowly",
        "PC403": "Receiver's certificate ends soon",
        "PC404": "Receiver redirects",
        "LQ001": "Linq could not be read",
        "LQ003": "Row is not as documented",
        "LQ101": "Subscription is inactive",
        "LQ102": "Subscription does not deliver over https",
        "LQ103": "Subscription asks for no events",
        "LQ104": "Subscription asks for an unknown event type",
        "LQ105": "Two subscriptions deliver to the same URL",
        "LQ106": "Version of the payload is not pinned",
        "LQ107": "Subscription asks for an event type that was withdrawn",
        "LQ108": "Two subscriptions deliver the same event to the same host",
        "LQ109": "Subscription names a number that the account does not have",
        "LQ110": "Subscription asks for an event type that Linq does not list",
        "LQ111": "Header for the chat's id is ignored",
    }


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.id)
def test_a_check_explains_itself(check: Check[Any]) -> None:
    """Each has an id of the agreed form, and whole sentences to help people."""
    assert re.fullmatch(r"(PC|LQ)\d{3}", check.id)
    assert not check.title.endswith(".")
    assert check.explanation.endswith(".")
    assert len(check.explanation) > len(check.title)
    assert check.what_to_do.endswith(".")


def test_two_checks_need_a_listing_that_may_be_refused() -> None:
    """Without it they cannot tell; all others can."""
    needs = {check.id: check.needs for check in EVERY if check.needs}
    assert needs == {"LQ109": "phone_numbers", "LQ110": "event_types"}


def test_a_finding_says_what_its_check_says() -> None:
    """Where the problem says nothing of its own."""
    (finding,) = found(expired, account([listener(id=7, expires_at=NOW)]))
    assert finding == Finding(
        id="PC101",
        severity=Severity.ERROR,
        title=expired.title,
        where=Place(kind="listener", id=7, account=VOIP_ID),
        why="expired 2027-01-31 12:00 UTC, less than a minute ago",
        what_to_do=expired.what_to_do,
    )


def test_an_id_is_given_once() -> None:
    """A second check with an id that is taken is refused when it is defined."""
    checks: Checks[Any] = Checks()
    add = checks("X1", Severity.INFO, "Title", explanation="Why.", what_to_do="Do.")
    add(lambda _, __: [])
    with pytest.raises(ValueError, match="two checks X1"):
        add(lambda _, __: [])


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    """Healthy snapshots pass every check."""
    healthy = account([listener(), listener("message")])
    assert all_found(healthy) == ()
    assert all_found(linq(subscription(), subscription())) == ()


def test_findings_come_worst_first_then_by_check_and_place() -> None:
    """The order does not depend on the order of the rows."""
    rows = [
        listener(id=20, version="1.0.0"),
        listener(id=3, expires_at=NOW, version="1.0.0"),
        listener(id=100, expires_at=NOW),
    ]
    orders = [
        [(f.id, f.where.id) for f in all_found(account(part))]
        for part in (rows, rows[::-1])
    ]
    expected = [("PC101", 3), ("PC101", 100), ("PC103", 3), ("PC103", 20)]
    assert orders == [expected, expected]


def crowd(count: int) -> AccountSnapshot:
    """Make an account whose every listener, callback and profile is worth a finding."""
    ids = [CountedId(n) for n in range(1, count + 1)]
    others = [CountedId(n % count + 1) for n in ids]
    return account(
        [listener("call", id=n, callback_id=CountedId(n)) for n in ids],
        [profile(id=n) for n in ids],
        [
            callback(id=n, fallback_callback_id=other)
            for n, other in zip(ids, others, strict=True)
        ],
    )


def test_the_work_grows_with_the_rows_and_not_with_their_pairs() -> None:
    """No check compares every row with every other one."""
    few, many = crowd(100), crowd(800)
    assert len(all_found(many)) >= 800
    taken = [work(all_found, rows) for rows in (few, many)]
    assert taken[1] < 10 * taken[0]
