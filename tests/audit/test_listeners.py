"""The checks of listeners: each fires where it should, and nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from phonecom_events.audit import AuditOptions, Severity
from phonecom_events.audit.checks.listeners import (
    expired,
    expiring,
    no_such_callback,
    outdated_version,
    shared_callback,
)
from phonecom_events.errors import TransportError
from phonecom_events.pagination import ScanReport

from .builders import (
    NOW,
    VOIP_ID,
    account,
    callback,
    found,
    ids,
    listener,
    reading,
)

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("expires_at", "is_expired", "is_expiring"),
    [
        (None, False, False),
        (NOW - 400 * DAY, True, False),
        (NOW - SECOND, True, False),
        (NOW, True, False),
        (NOW + SECOND, False, True),
        (NOW + 30 * DAY, False, True),
        (NOW + 30 * DAY + SECOND, False, False),
        (NOW + 400 * DAY, False, False),
    ],
)
def test_a_listener_is_expired_expires_soon_or_neither(
    expires_at: datetime | None, *, is_expired: bool, is_expiring: bool
) -> None:
    """Expiry counts from the very moment, and "soon" includes its last one."""
    snapshot = account([listener(id=7, expires_at=expires_at)])
    assert ids(found(expired, snapshot)) == [7] * is_expired
    assert ids(found(expiring, snapshot)) == [7] * is_expiring


def test_soon_is_what_the_terms_say() -> None:
    """With another span, another set of listeners expires soon."""
    snapshot = account([listener(expires_at=NOW + 2 * DAY)])
    assert found(expiring, snapshot, AuditOptions(now=NOW, expiring_within=DAY)) == []
    assert found(expiring, snapshot, AuditOptions(now=NOW, expiring_within=2 * DAY))


def test_expiry_is_told_with_its_time_and_distance() -> None:
    """The finding says when, in UTC, and how long ago or how soon that is."""
    past = found(expired, account([listener(expires_at=NOW - 12 * DAY)]))
    soon = found(expiring, account([listener(expires_at=NOW + 5 * DAY / 24)]))
    assert [f.why for f in past] == ["expired 2027-01-19 12:00 UTC, 12 days ago"]
    assert [f.why for f in soon] == ["expires 2027-01-31 17:00 UTC, in 5 hours"]
    assert past[0].severity is Severity.ERROR
    assert soon[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    ("version", "outdated"),
    [
        ("1.0.0", True),
        ("1.1.0", True),
        ("1", True),
        ("0.9", True),
        ("2.0.0", False),
        ("2.1.0", False),
        ("10.0.0", False),
        ("beta", False),
        ("", False),
    ],
)
def test_versions_before_2_are_outdated(version: str, *, outdated: bool) -> None:
    """The major version is compared as a number; one that is none is left alone."""
    findings = found(outdated_version, account([listener(version=version)]))
    assert [f.why for f in findings] == [f"its version is {version}"] * outdated


def test_a_callback_shared_by_living_listeners_is_one_finding() -> None:
    """However many listeners share a callback, it is told once, with their ids."""
    snapshot = account(
        [listener(id=number, callback_id=1768) for number in (1003, 1001, 1002)]
        + [listener(id=2000, callback_id=99)]
    )
    (finding,) = found(shared_callback, snapshot)
    assert finding.where.kind == "callback"
    assert finding.where.id == 1768
    assert finding.where.account == VOIP_ID
    assert finding.why == "3 listeners point at it: 1001, 1002, 1003"


def test_an_expired_listener_shares_nothing() -> None:
    """Renewing a listener by a new one is no duplicate once the old one expired."""
    old = listener(callback_id=5, expires_at=NOW)
    assert found(shared_callback, account([old, listener(callback_id=5)])) == []


def test_callbacks_of_other_accounts_are_other_callbacks() -> None:
    """The same callback id in a subaccount is not the same callback."""
    rows = [listener(callback_id=5), listener(callback_id=5, voip_id=VOIP_ID + 1)]
    assert found(shared_callback, account(rows)) == []


def test_a_long_list_of_listeners_is_cut_short() -> None:
    """Ten thousand listeners on one callback make one short finding."""
    rows = [listener(id=number, callback_id=5) for number in range(1, 10_001)]
    (finding,) = found(shared_callback, account(rows))
    assert finding.why == ("10,000 listeners point at it: 1, 2, 3, 4, 5 and 9,995 more")


def test_a_listener_of_an_extension_is_named_with_it() -> None:
    """The place holds account and extension, for whoever goes there."""
    row = listener(id=7, extension_id=500, version="1.0.0")
    (finding,) = found(outdated_version, account([row]))
    assert str(finding.where) == f"account {VOIP_ID}, listener 7 (ext. 500)"


def test_a_listener_without_its_callback_is_found() -> None:
    """One that lives and names a callback that is not there is told with its id."""
    rows = [
        listener(id=1, callback_id=7),
        listener(id=2, callback_id=8),
        listener(id=3, callback_id=8, expires_at=NOW),
    ]
    (finding,) = found(no_such_callback, account(rows, callbacks=[callback(id=7)]))
    assert (finding.where.id, finding.why) == (2, "there is no callback 8")


def test_a_callback_that_is_linked_exists() -> None:
    """One of another account, or made since the callbacks were listed, is there."""
    elsewhere = callback(id=8, voip_id=VOIP_ID + 1)
    snapshot = account([listener(callback_id=8)], callbacks=[], linked={8: elsewhere})
    assert found(no_such_callback, snapshot) == []


@pytest.mark.parametrize(
    "gap",
    [
        {"error": TransportError("cut off")},
        {"report": ScanReport(complete=True, reason="ids are out of order")},
    ],
)
def test_no_callback_is_called_missing_where_some_may_be_unread(
    gap: dict[str, object],
) -> None:
    """Absence is claimed only if the listing is proven to be whole."""
    callbacks = reading("callbacks", **gap)
    snapshot = account([listener(callback_id=8)], callbacks=callbacks)
    assert found(no_such_callback, snapshot) == []
