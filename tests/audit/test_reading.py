"""The checks of the reading itself: no gap passes for a clean account."""

from __future__ import annotations

from phonecom_events.audit import LinqSnapshot
from phonecom_events.audit.checks import account_checks
from phonecom_events.audit.checks.reading import (
    unproven_listing,
    unreadable_account,
    unreadable_linq,
)
from phonecom_events.errors import DecodeError, PaginationError, TransportError
from phonecom_events.pagination import ScanReport

from .builders import NOW, TERMS, VOIP_ID, account, found, linq, listener, reading

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
    findings = account_checks.findings(account(CUT), TERMS)
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
