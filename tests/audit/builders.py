"""Snapshots with nothing wrong in them, but for what a test asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from attrs import evolve

from phonecom_events import Profile, WebhookSubscription
from phonecom_events.audit import (
    AccountSnapshot,
    AuditOptions,
    Finding,
    HeardListener,
    LinqSnapshot,
    Reading,
)
from phonecom_events.audit.checks import Check, Checks, account_checks, linq_checks
from phonecom_events.audit.checks.index import AccountIndex, LinqIndex
from phonecom_events.audit.checks.targets import Urls
from phonecom_events.audit.slices import at_once, joined
from phonecom_events.audit.snapshot import CallbackRow, ProfileRow
from phonecom_events.errors import PhonecomEventsError
from phonecom_events.pagination import OddRow, ScanReport
from phonecom_events.phonecom import Callback, EmailConfig, HttpConfig

NOW = datetime(2027, 1, 31, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)
TERMS = AuditOptions(now=NOW, expiring_within=timedelta(days=30))
PROVEN = ScanReport(complete=True, proven=True, reason="")
VOIP_ID = 1000002
PROFILE_ID = 389

_ids = count(1)


def listener(*tags: str, **fields: Any) -> HeardListener:
    """Make a listener that never expires, with a callback of its own.

    Without tags it hears calls.
    """
    number = next(_ids)
    usual = {
        "id": number,
        "voip_id": VOIP_ID,
        "version": "2.0.0",
        "callback_id": number,
        "created_at": LONG_AGO,
        "subscriptions": (tuple(sorted(set(tags or ("call",)))),),
    }
    return HeardListener(**{**usual, **fields})


def callback(url: str | None = None, **fields: Any) -> CallbackRow:
    """Make a callback that works, with a URL of its own."""
    number = fields.get("id", next(_ids))
    url = url or f"https://hooks.contoso.com/{number}"
    usual = {
        "id": number,
        "voip_id": VOIP_ID,
        "profile_id": PROFILE_ID,
        "enabled": True,
        "mode": "HTTPS",
        "config": HttpConfig(url=url),
    }
    return CallbackRow.of(Callback(**{**usual, **fields}))


def by_mail(email: str | None, **fields: Any) -> CallbackRow:
    """Make a callback that sends mail."""
    return callback(mode="EMAIL", config=EmailConfig(email=email), **fields)


def profile(**fields: Any) -> ProfileRow:
    """Make a profile with a support email."""
    usual = {
        "id": next(_ids),
        "voip_id": VOIP_ID,
        "name": "Ops",
        "support_email": "ops@example.com",
        "created_at": LONG_AGO,
    }
    return ProfileRow.of(Profile(**{**usual, **fields}))


def subscription(**fields: Any) -> WebhookSubscription:
    """Make an active subscription with a target of its own."""
    number = next(_ids)
    usual = {
        "id": f"sub-{number}",
        "target_url": f"https://linq{number}.contoso.com/?version=2026-02-03",
        "subscribed_events": ("message.received",),
        "is_active": True,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    }
    return WebhookSubscription(**{**usual, **fields})


def with_odd(*rows: OddRow, count: int | None = None) -> ScanReport:
    """Make the report of a scan that is proven, but for rows that are odd."""
    number = len(rows) if count is None else count
    return evolve(PROVEN, odd_rows=rows, odd_row_count=number)


def odd_row(number: int | None, **raw: Any) -> OddRow:
    """Make a row with a time that is none."""
    problem = "expected a time in Unix seconds @ $.items[0].created_at"
    return OddRow(id=number, problems=(problem,), raw={"id": number, **raw})


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
    listeners: Iterable[HeardListener] | Reading[HeardListener] = (),
    profiles: Iterable[ProfileRow] | Reading[ProfileRow] | None = None,
    callbacks: Iterable[CallbackRow] | Reading[CallbackRow] | None = None,
    **more: Any,
) -> AccountSnapshot:
    """Make the snapshot of an account.

    Without callbacks, each listener has one that works; without profiles, there is
    the one that callbacks usually have.
    """
    listeners = _reading("listeners", listeners)
    if callbacks is None:
        ids = dict.fromkeys(
            (each.callback_id, each.voip_id) for each in listeners.items
        )
        callbacks = [callback(id=key, voip_id=owner) for key, owner in ids]
    if profiles is None:
        profiles = [profile(id=PROFILE_ID)]
    return AccountSnapshot(
        voip_id=VOIP_ID,
        listeners=listeners,
        callbacks=_reading("callbacks", callbacks),
        profiles=_reading("profiles", profiles),
        **more,
    )


def _reading(resource: str, given: Any) -> Reading[Any]:
    return given if isinstance(given, Reading) else reading(resource, given)


def linq(*subscriptions: WebhookSubscription) -> LinqSnapshot:
    """Make the snapshot of Linq."""
    return LinqSnapshot(subscriptions=reading("webhook_subscriptions", subscriptions))


def found(
    check: Check[Any], snapshot: Any, options: AuditOptions = TERMS
) -> list[Finding]:
    """Run one check."""
    return list(joined(at_once(check.findings(index_of(snapshot, options)))))


def all_found(snapshot: Any, options: AuditOptions = TERMS) -> tuple[Finding, ...]:
    """Run every check."""
    checks: Checks[Any] = linq_checks
    if isinstance(snapshot, AccountSnapshot):
        checks = account_checks
    return at_once(checks.findings(index_of(snapshot, options)))


def index_of(snapshot: Any, options: AuditOptions = TERMS) -> Any:
    """Work out what checks ask of a snapshot; findings are shown whole."""
    kind: Any = AccountIndex if isinstance(snapshot, AccountSnapshot) else LinqIndex
    return at_once(kind.of(snapshot, evolve(options, show=True), Urls()))


def ids(findings: Iterable[Finding]) -> list[int | str | None]:
    """Return what the findings are about."""
    return [finding.where.id for finding in findings]
