"""The checks of the reading itself: no gap passes for a clean account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from phonecom_events.audit import LinqSnapshot, Severity
from phonecom_events.audit.checks.callbacks import unused as unused_callback
from phonecom_events.audit.checks.fallbacks import no_such_fallback
from phonecom_events.audit.checks.listeners import no_such_callback
from phonecom_events.audit.checks.profiles import unused as unused_profile
from phonecom_events.audit.checks.reading import (
    clock_skew,
    odd_linq_row,
    unproven_listing,
    unreadable_account,
    unreadable_linq,
)
from phonecom_events.audit.checks.reading import (
    odd_row as odd_row_check,
)
from phonecom_events.errors import DecodeError, PaginationError, TransportError
from phonecom_events.pagination import OddRow, ScanReport

from .builders import (
    NOW,
    PROFILE_ID,
    VOIP_ID,
    account,
    all_found,
    callback,
    found,
    ids,
    index_of,
    linq,
    listener,
    odd_row,
    profile,
    reading,
    with_odd,
)

CUT = reading("listeners", [listener(expires_at=NOW)], error=TransportError("cut off"))


def test_what_was_read_is_not_reported() -> None:
    """Listings that were read, and proven, give no finding."""
    assert found(unreadable_account, account()) == []
    assert found(unproven_listing, account()) == []
    assert found(unreadable_linq, linq()) == []


def test_an_account_is_told_once_with_all_its_errors() -> None:
    """Two broken listings of an account make one finding with both reasons."""
    profiles = reading("profiles", error=DecodeError("not JSON"))
    (finding,) = found(unreadable_account, account(CUT, profiles))
    assert finding.where.id == finding.where.account == VOIP_ID
    assert str(finding.where) == f"account {VOIP_ID}"
    assert finding.why == "cut off; not JSON"
    assert "Check the network" in finding.what_to_do
    assert "report this answer" in finding.what_to_do


def test_the_same_error_is_told_once() -> None:
    """An error that hit every listing of an account is not repeated."""
    profiles = reading("profiles", error=TransportError("cut off"))
    (finding,) = found(unreadable_account, account(CUT, profiles))
    assert finding.why == "cut off"


def test_what_was_read_before_an_error_is_checked() -> None:
    """An expired listener is found although its listing broke off after it."""
    findings = all_found(account(CUT))
    assert [finding.id for finding in findings] == ["PC001", "PC101"]


def test_a_scan_that_is_not_proven_is_a_finding() -> None:
    """A complete scan that may have missed rows says so, with the reason."""
    doubtful = ScanReport(complete=True, proven=False, reason="ids are out of order")
    snapshot = account(reading("listeners", report=doubtful))
    (finding,) = found(unproven_listing, snapshot)
    assert str(finding.where) == f"account {VOIP_ID}, listeners"
    assert finding.why == "ids are out of order"


def test_a_failed_scan_is_not_called_unproven_as_well() -> None:
    """One gap is one finding."""
    snapshot = account(reading("listeners", report=ScanReport(), error=CUT.error))
    assert found(unproven_listing, snapshot) == []


def test_linq_that_cannot_be_read_is_a_finding() -> None:
    """The same holds for Linq, which has no account."""
    error = PaginationError("too many changes")
    broken = LinqSnapshot(subscriptions=reading("webhook_subscriptions", error=error))
    (finding,) = found(unreadable_linq, broken)
    assert finding.where.account is None
    assert str(finding.where) == "webhook subscriptions"
    assert finding.why == "too many changes"


def test_a_row_that_is_not_as_documented_is_a_finding_with_its_place() -> None:
    """Its id, account and extension are told as far as they can be read."""
    rows = [odd_row(7), odd_row(8, voip_id=5, extension_id=2), odd_row(None)]
    listeners = reading("listeners", report=with_odd(*rows))
    findings = found(odd_row_check, account(listeners))
    places = [(f.where.id, f.where.account, f.where.extension) for f in findings]
    assert places == [(7, VOIP_ID, None), (8, 5, 2), (None, VOIP_ID, None)]
    assert {finding.severity for finding in findings} == {Severity.ERROR}
    assert findings[0].why == "expected a time in Unix seconds @ $.items[0].created_at"


@pytest.mark.parametrize("kind", ["listeners", "callbacks", "profiles"])
def test_an_odd_row_of_what_events_are_lost_with_is_an_error(kind: str) -> None:
    """A listener, a callback or a profile that cannot be read may be the one at fault."""
    listings = {kind: reading(kind, report=with_odd(odd_row(7)))}
    (finding,) = found(odd_row_check, account(**listings))
    assert finding.severity == Severity.ERROR
    assert finding.where.kind == kind.removesuffix("s")


@pytest.mark.parametrize(
    ("count", "more"),
    [(2, "1 more row is"), (3, "2 more rows are"), (5_000, "4,999 more rows are")],
)
def test_odd_rows_beyond_those_that_are_kept_are_counted(count: int, more: str) -> None:
    """An account of nothing but odd rows says how many there are in all."""
    listeners = reading("listeners", report=with_odd(odd_row(7), count=count))
    _, finding = found(odd_row_check, account(listeners))
    assert str(finding.where) == f"account {VOIP_ID}, listeners"
    assert finding.why == f"{more} not as documented"


@pytest.mark.parametrize("raw", [[7], "7", None, {"voip_id": "5", "extension_id": 1.5}])
def test_a_row_that_has_no_place_of_its_own_is_the_accounts(raw: Any) -> None:
    """One that is no object, or has other values than numbers, is told all the same."""
    row = OddRow(id=None, problems=("expected an object",), raw=raw)
    listeners = reading("listeners", report=with_odd(row))
    (finding,) = found(odd_row_check, account(listeners))
    assert (finding.where.account, finding.where.extension) == (VOIP_ID, None)


def test_an_odd_subscription_of_a_listener_is_a_warning() -> None:
    """The listener still hears what its other subscriptions say."""
    odd = reading("subscriptions", report=with_odd(odd_row(7)))
    (finding,) = found(odd_row_check, account(subscriptions=odd))
    assert finding.severity == Severity.WARNING


def test_an_odd_subscription_at_linq_is_a_finding() -> None:
    """The others are checked like any."""
    rows = reading("webhook_subscriptions", report=with_odd(odd_row(None)))
    (finding,) = found(odd_linq_row, LinqSnapshot(subscriptions=rows))
    assert (finding.where.kind, finding.where.account) == ("webhook_subscription", None)
    assert finding.severity == Severity.ERROR


@pytest.mark.parametrize(("count", "missing"), [(1, [1]), (2, [])])
def test_what_an_odd_row_may_be_is_not_said_to_be_missing(
    count: int, missing: list[int]
) -> None:
    """A listener on an odd callback has one; beyond the rows kept none can be told."""
    callbacks = reading("callbacks", report=with_odd(odd_row(90), count=count))
    listeners = [listener(id=1, callback_id=91), listener(id=2, callback_id=90)]
    findings = found(no_such_callback, account(listeners, callbacks=callbacks))
    assert ids(findings) == missing


def test_an_odd_row_is_nobodys_missing_fallback_or_profile() -> None:
    """What leads to it is left alone."""
    odd = with_odd(odd_row(90))
    rows = [callback(id=1, fallback_callback_id=90, profile_id=90)]
    snapshot = account(
        [listener(callback_id=1)],
        profiles=reading("profiles", report=odd),
        callbacks=reading("callbacks", rows, report=odd),
    )
    assert found(no_such_fallback, snapshot) == []
    assert not index_of(snapshot).lacks_profile(90)


def test_where_a_row_is_odd_nothing_is_called_unused() -> None:
    """An odd listener may use any callback, and an odd callback any profile."""
    odd = with_odd(odd_row(7))
    rows = reading("callbacks", [callback(id=1)], report=odd)
    others = [profile(id=PROFILE_ID), profile(id=5)]
    listeners = reading("listeners", report=odd)
    assert found(unused_callback, account(listeners, callbacks=[callback()])) == []
    assert found(unused_profile, account(profiles=others, callbacks=rows)) == []


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (None, []),
        (timedelta(seconds=59), []),
        (timedelta(hours=2), ["2 hours ahead of"]),
        (timedelta(minutes=-5), ["5 minutes behind"]),
    ],
)
def test_a_clock_that_is_a_minute_off_is_a_finding(
    ahead: timedelta | None, told: list[str]
) -> None:
    """It says by how much, and in which direction."""
    findings = found(clock_skew, account(clock_ahead=ahead))
    assert [f.why for f in findings] == [
        f"this machine's clock is {text} the vendor's" for text in told
    ]
    assert [str(f.where) for f in findings] == [f"account {VOIP_ID}"] * len(told)
    assert [f.where.account for f in findings] == [VOIP_ID] * len(told)
