"""The operations of the events integration, and how each is called.

Written out one by one, so that an operation without a method is a gap in a table.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from attrs import frozen

from phonecom_events.phonecom import (
    Account,
    EmailConfig,
    Extension,
    NumberFilter,
    PhoneComClient,
)

LISTENER = {
    "id": 4107,
    "voip_id": 1000002,
    "extension_id": None,
    "version": "2.0.0",
    "callback_id": 311,
    "created_at": 1735689600,
    "expires_at": None,
}
CALLBACK = {
    "id": 311,
    "voip_id": 1000002,
    "extension_id": None,
    "fallback_callback_id": None,
    "name": "Night desk",
    "profile_id": None,
    "enabled": True,
    "mode": "EMAIL",
    "config": {"email": "desk@example.org", "mode": "text"},
}
PROFILE = {
    "id": 52,
    "voip_id": 1000002,
    "extension_id": None,
    "name": "Night shift",
    "support_email": None,
    "created_at": 1735689600,
}
SUBSCRIPTION = {"id": 9, ":tags": ["call", "inbound"]}
FILTER = {
    "id": 8,
    "listener_id": 4107,
    "filter_type": "number",
    "filter_value": {"match": "+1%"},
}
OVERVIEW = {
    **LISTENER,
    ":callback": {**CALLBACK, ":profile": PROFILE, ":fallback": None},
    ":subscriptions": [SUBSCRIPTION],
}

ACCOUNT = "/accounts/1000002"
EXTENSION = f"{ACCOUNT}/extensions/77"
EVENTS = "/integrations/events"

Scope = Any
Call = Callable[[Scope], Awaitable[object]]


@frozen
class Operation:
    """One operation: what is called, and what goes over the wire for it."""

    method: str
    path: str
    call: Call
    body: Any = None
    answer: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def listed(row: Any) -> dict[str, Any]:
    """Return the answer of a listing with one row."""
    return {"items": [row], "limit": 500, "offset": 0, "sort": {"id": "desc"}}


def crud(
    name: str, row: Any, item: int, created: Call, sent: Any, updated: Call, change: Any
) -> list[Operation]:
    """Return the five operations of a collection."""
    at = f"{EVENTS}/{name}"

    def manager(scope: Scope) -> Any:
        return getattr(scope, name)

    return [
        Operation("GET", at, lambda s: manager(s).list().collect(), None, listed(row)),
        Operation("POST", at, created, sent, row),
        Operation("GET", f"{at}/{item}", lambda s: manager(s).get(item), None, row),
        Operation("PATCH", f"{at}/{item}", updated, change, row),
        Operation(
            "DELETE",
            f"{at}/{item}",
            lambda s: manager(s).delete(item),
            None,
            {"success": True},
        ),
    ]


COMMON = [
    *crud(
        "listeners",
        LISTENER,
        4107,
        lambda s: s.listeners.create(callback_id=311),
        {"callback_id": 311},
        lambda s: s.listeners.update(4107, expires_at=None),
        {"expires_at": None},
    ),
    *crud(
        "callbacks",
        CALLBACK,
        311,
        lambda s: s.callbacks.create(config=EmailConfig(email="desk@example.org")),
        {"mode": "EMAIL", "config": {"email": "desk@example.org", "mode": "json"}},
        lambda s: s.callbacks.update(311, enabled=False, profile_id=None),
        {"enabled": False, "profile_id": None},
    ),
    *crud(
        "profiles",
        PROFILE,
        52,
        lambda s: s.profiles.create(name="Night shift", support_email="a@example.org"),
        {"name": "Night shift", "support_email": "a@example.org"},
        lambda s: s.profiles.update(52, name="Day shift"),
        {"name": "Day shift"},
    ),
    Operation(
        "GET",
        f"{EVENTS}/callbacks/311/health",
        lambda s: s.callbacks.health(311).collect(),
        None,
        listed({"period": "2026-01", "delivered": 3}),
    ),
    Operation(
        "GET",
        f"{EVENTS}/overview",
        lambda s: s.overview.list().collect(),
        None,
        listed(OVERVIEW),
    ),
    Operation(
        "POST",
        f"{EVENTS}/overview",
        lambda s: s.overview.create(subscriptions=[["call", "inbound"]], callback_id=3),
        {"callback_id": 3, ":subscriptions": [{":tags": ["call", "inbound"]}]},
        OVERVIEW,
    ),
    Operation(
        "GET",
        f"{EVENTS}/listeners/4107/subscriptions",
        lambda s: s.listeners.subscriptions(4107).list().collect(),
        None,
        listed(SUBSCRIPTION),
    ),
    Operation(
        "POST",
        f"{EVENTS}/listeners/4107/subscriptions",
        lambda s: s.listeners.subscriptions(4107).create(tags=["call"]),
        {":tags": ["call"]},
        SUBSCRIPTION,
    ),
    Operation(
        "GET",
        f"{EVENTS}/listeners/4107/subscriptions/9",
        lambda s: s.listeners.subscriptions(4107).get(9),
        None,
        SUBSCRIPTION,
    ),
    Operation(
        "DELETE",
        f"{EVENTS}/listeners/4107/subscriptions/9",
        lambda s: s.listeners.subscriptions(4107).delete(9),
        None,
        {"success": True},
    ),
]
OF_EXTENSION = [
    Operation(
        "PATCH",
        f"{EVENTS}/listeners/4107/subscriptions/9",
        lambda s: s.listeners.subscriptions(4107).update(9, tags=["message"]),
        {":tags": ["message"]},
        SUBSCRIPTION,
    ),
]
OF_ACCOUNT = [
    Operation(
        "GET",
        f"{EVENTS}/listeners/4107/filters",
        lambda s: s.listeners.filters(4107).list().collect(),
        None,
        listed(FILTER),
    ),
    Operation(
        "POST",
        f"{EVENTS}/listeners/4107/filters",
        lambda s: s.listeners.filters(4107).create(
            filter_value=NumberFilter(match="+1%")
        ),
        {"filter_type": "number", "filter_value": {"match": "+1%"}},
        FILTER,
    ),
    Operation(
        "GET",
        f"{EVENTS}/listeners/4107/filters/8",
        lambda s: s.listeners.filters(4107).get(8),
        None,
        FILTER,
    ),
    Operation(
        "PATCH",
        f"{EVENTS}/listeners/4107/filters/8",
        lambda s: s.listeners.filters(4107).update(8, not_logic=True),
        {"not_logic": True},
        FILTER,
    ),
    Operation(
        "DELETE",
        f"{EVENTS}/listeners/4107/filters/8",
        lambda s: s.listeners.filters(4107).delete(8),
        None,
        {"success": True},
    ),
]


def account(client: PhoneComClient) -> Account:
    """Return the account of the table's paths."""
    return client.account(1000002)


def extension(client: PhoneComClient) -> Extension:
    """Return the extension of the table's paths."""
    return client.account(1000002).extension(77)


OPERATIONS = [
    *((operation, ACCOUNT, account) for operation in COMMON + OF_ACCOUNT),
    *((operation, EXTENSION, extension) for operation in COMMON + OF_EXTENSION),
]
