"""Snapshots with nothing wrong in them, but for what a test asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from phonecom_events import Listener, Profile, WebhookSubscription
from phonecom_events.audit import (
    AccountSnapshot,
    Finding,
    LinqSnapshot,
    Reading,
    Terms,
)
from phonecom_events.audit.checks import Check
from phonecom_events.errors import PhonecomEventsError
from phonecom_events.pagination import ScanReport

NOW = datetime(2027, 1, 31, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)
TERMS = Terms(now=NOW, expiring_within=timedelta(days=30))
PROVEN = ScanReport(complete=True, proven=True, reason="")
VOIP_ID = 1000002

_ids = count(1)


def listener(**fields: Any) -> Listener:
    """Make a listener that never expires, with a callback of its own."""
    number = next(_ids)
    usual = {
        "id": number,
        "voip_id": VOIP_ID,
        "version": "2.0.0",
        "callback_id": number,
        "created_at": LONG_AGO,
    }
    return Listener(**{**usual, **fields})


def profile(**fields: Any) -> Profile:
    """Make a profile with a support email."""
    usual = {
        "id": next(_ids),
        "voip_id": VOIP_ID,
        "name": "Ops",
        "support_email": "ops@example.com",
        "created_at": LONG_AGO,
    }
    return Profile(**{**usual, **fields})


def subscription(**fields: Any) -> WebhookSubscription:
    """Make an active subscription with a target of its own."""
    number = next(_ids)
    usual = {
        "id": f"sub-{number}",
        "target_url": f"https://hooks.example.com/{number}",
        "subscribed_events": ("message.received",),
        "is_active": True,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    }
    return WebhookSubscription(**{**usual, **fields})


def reading(
    resource: str,
    items: Iterable[Any] = (),
    *,
    report: ScanReport = PROVEN,
    error: PhonecomEventsError | None = None,
) -> Reading[Any]:
    """Make a listing that was read to its end."""
    return Reading(resource=resource, items=tuple(items), report=report, error=error)


def account(
    listeners: Iterable[Listener] | Reading[Listener] = (),
    profiles: Iterable[Profile] | Reading[Profile] = (),
) -> AccountSnapshot:
    """Make the snapshot of an account."""
    if not isinstance(listeners, Reading):
        listeners = reading("listeners", listeners)
    if not isinstance(profiles, Reading):
        profiles = reading("profiles", profiles)
    return AccountSnapshot(voip_id=VOIP_ID, listeners=listeners, profiles=profiles)


def linq(*subscriptions: WebhookSubscription) -> LinqSnapshot:
    """Make the snapshot of Linq."""
    return LinqSnapshot(subscriptions=reading("webhook_subscriptions", subscriptions))


def found(check: Check[Any], snapshot: Any, terms: Terms = TERMS) -> list[Finding]:
    """Run one check."""
    return list(check.findings(snapshot, terms))


def ids(findings: Iterable[Finding]) -> list[int | str | None]:
    """Return what the findings are about."""
    return [finding.where.id for finding in findings]
