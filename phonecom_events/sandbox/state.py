"""The state of both services, and the methods that put rows in and take them out.

Rows go in as given, even where the API would refuse them, so that a test or an
estate can hold what real accounts hold. All methods are synchronous: between two
requests, or in a hook, they take effect at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .linq.store import WebhookSubscriptions
from .messages import Document
from .phonecom.tables import ALL, Tables
from .table import Table

HOOK_URL = "https://hooks.example.com/events"


class State:
    """Accounts with all they hold, and Linq's webhook subscriptions.

    Every `add_…` returns the row as the API shows it, as a copy; an id that is not
    given is the next free one, and one that is taken is a `ValueError`. Every
    `remove_…` raises `KeyError` when there is no such row. Adding to an account or
    extension that is not there makes it. Times are Unix seconds.

    Args:
        clock: gives Unix seconds, for `created_at` and everything else.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.tables = Tables()
        self.linq_subscriptions = WebhookSubscriptions(clock)

    @property
    def accounts(self) -> tuple[int, ...]:
        """The voip ids of all accounts, subaccounts included, in ascending order."""
        return tuple(row["id"] for row in self.tables.accounts.select([ALL]))

    def add_account(
        self, voip_id: int, *, name: str | None = None, parent: int | None = None
    ) -> Document:
        """Add an account, as a subaccount if it has a *parent*."""
        name = name or f"Account {voip_id}"
        master = None if parent is None else self._account(parent)
        row = {
            "id": voip_id,
            "name": name,
            "username": f"user{voip_id}",
            "timezone": "UTC",
            "features": {},
            "master_account": master and {"id": master["id"], "name": master["name"]},
            "contact": {"name": name, "email": f"owner@{voip_id}.example.com"},
            "billing_contact": {"name": name, "email": f"bills@{voip_id}.example.com"},
        }
        return self.tables.accounts.insert(row)

    def add_extension(
        self,
        voip_id: int,
        extension_id: int,
        *,
        extension: int | None = None,
        name: str | None = None,
    ) -> Document:
        """Add an extension; *extension* is the number that is dialled for it."""
        self._account(voip_id)
        table = self.tables.extensions(voip_id)
        dialled = 100 + len(table) if extension is None else extension
        name = name or f"Extension {dialled}"
        row = {
            "id": extension_id,
            "extension": dialled,
            "name": name,
            "full_name": name,
            "voip_id": voip_id,
        }
        return table.insert(row)

    def add_listener(
        self,
        voip_id: int,
        *,
        extension_id: int | None = None,
        callback_id: int = 1,
        version: str = "2.0.0",
        created_at: int | None = None,
        expires_at: int | None = None,
        id: int | None = None,  # noqa: A002
    ) -> Document:
        """Add a listener; its callback need not exist."""
        fields = {
            "version": version,
            "callback_id": callback_id,
            "created_at": self._moment(created_at),
            "expires_at": expires_at,
        }
        return self._add(self.tables.listeners, id, voip_id, extension_id, fields)

    def remove_listener(self, listener_id: int) -> None:
        """Take a listener out."""
        self.tables.remove_listener(listener_id)

    def add_profile(
        self,
        voip_id: int,
        *,
        extension_id: int | None = None,
        name: str = "Profile",
        support_email: str | None = "support@example.com",
        created_at: int | None = None,
        id: int | None = None,  # noqa: A002
    ) -> Document:
        """Add a profile; null for its email means the account's own."""
        fields = {
            "name": name,
            "support_email": support_email,
            "created_at": self._moment(created_at),
        }
        return self._add(self.tables.profiles, id, voip_id, extension_id, fields)

    def remove_profile(self, profile_id: int) -> None:
        """Take a profile out, in use or not."""
        self.tables.profiles.remove(profile_id)

    def add_linq_subscription(
        self,
        target_url: str = HOOK_URL,
        subscribed_events: Sequence[str] = ("message.received",),
        *,
        phone_numbers: Sequence[str] | None = None,
        is_active: bool = True,
        created_at: float | None = None,
        id: str | None = None,  # noqa: A002
    ) -> Document:
        """Add a Linq webhook subscription."""
        fields = {
            "target_url": target_url,
            "subscribed_events": list(subscribed_events),
            "phone_numbers": None if phone_numbers is None else list(phone_numbers),
            "is_active": is_active,
            "routing_key_header": None,
            "routing_id_header": None,
        }
        return self.linq_subscriptions.insert(fields, key=id, at=created_at)

    def remove_linq_subscription(self, subscription_id: str) -> None:
        """Take a Linq webhook subscription out."""
        self.linq_subscriptions.remove(subscription_id)

    def _add(
        self,
        table: Table,
        key: int | None,
        voip_id: int,
        extension_id: int | None,
        fields: dict[str, Any],
    ) -> Document:
        self._account(voip_id)
        if not self.tables.exists(voip_id, extension_id) and extension_id is not None:
            self.add_extension(voip_id, extension_id)
        row_id = table.next_id() if key is None else key
        owner = {"id": row_id, "voip_id": voip_id, "extension_id": extension_id}
        return table.insert({**owner, **fields})

    def _account(self, voip_id: int) -> Document:
        found = self.tables.accounts.get(voip_id)
        return self.add_account(voip_id) if found is None else found

    def _moment(self, moment: int | None) -> int:
        return int(self.clock()) if moment is None else moment
