"""Rows as the two services send them, made up and numbered, and limits to fit all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from phonecom_events.ratelimit import RateLimits, Window

ACCOUNT: Final = 1000002
_BORN: Final = 1_600_000_000
_NEVER_FULL: Final = (Window(10**9, 1.0),)
WIDE_LIMITS: Final = RateLimits(
    endpoint=_NEVER_FULL,
    account=_NEVER_FULL,
    address_endpoint=_NEVER_FULL,
    address=_NEVER_FULL,
)


def listener(number: int) -> dict[str, Any]:
    """Return a listener; every third belongs to an extension, every other expires."""
    return {
        "id": number,
        "voip_id": ACCOUNT,
        "extension_id": 500 + number % 90 if number % 3 == 0 else None,
        "version": "2.0.0",
        "callback_id": 1700 + number % 40,
        "created_at": _BORN + 60 * number,
        "expires_at": _BORN + 10**8 + number if number % 2 else None,
    }


def overview_listener(number: int, callbacks: int = 40) -> dict[str, Any]:
    """Return a listener with its callback, that one's profile, and subscriptions.

    Args:
        number: its id.
        callbacks: how many there are. They differ by their ids; all have one profile.
    """
    callback_id = 1700 + number % callbacks
    callback = {
        "id": callback_id,
        "voip_id": ACCOUNT,
        "extension_id": None,
        "enabled": True,
        "mode": "HTTPS",
        "name": "CRM",
        "profile_id": 7,
        "fallback_callback_id": None,
        "config": {
            "url": "https://hooks.example.org/calls",
            "method": "POST",
            "headers": [{"name": "Authorization", "value": True}],
            "timeout": 10,
        },
        ":profile": {
            "id": 7,
            "voip_id": ACCOUNT,
            "extension_id": None,
            "name": "Operations",
            "support_email": "ops@example.org",
            "created_at": _BORN,
        },
        ":fallback": None,
    }
    subscriptions = [
        {"id": 2 * number, ":tags": ["inbound", "call", "completed-call"]},
        {"id": 2 * number + 1, ":tags": ["message"]},
    ]
    parts = {":callback": callback, ":subscriptions": subscriptions}
    return listener(number) | {"callback_id": callback_id} | parts


def webhook_subscription(number: int) -> dict[str, Any]:
    """Return a webhook subscription of Linq's."""
    return {
        "id": f"5b1f8a3e-0000-4000-8000-{number:012}",
        "target_url": f"https://hooks.example.org/linq/{number}",
        "subscribed_events": ["message.sent", "message.received", "call.ended"],
        "phone_numbers": ["+15550100"] if number % 2 else None,
        "is_active": number % 5 > 0,
        "created_at": "2026-01-15T10:30:00Z",
        "updated_at": "2026-02-15T10:30:00.123Z",
    }


def page(rows: Iterable[bytes], *, limit: int, offset: int, total: int) -> bytes:
    """Return a page of Phone.com's, of rows that are JSON already."""
    echo = {
        "limit": limit,
        "offset": offset,
        "total": total,
        "sort": {"id": "asc"},
        "filters": [],
    }
    return b'{"items":[%b],%b' % (b",".join(rows), msgspec.json.encode(echo)[1:])
