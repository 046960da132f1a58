"""Put Phone.com rows in and take them out, past the API and its refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ..messages import Document
from ..table import Table
from .tables import ALL, Tables

SAMPLE_URL: Final = "https://hooks.example.com/phonecom"


class PhoneComState:
    """Accounts, and what they hold of the events integration.

    Args:
        clock: gives Unix seconds, for times that are not given.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.tables: Tables = Tables()

    @property
    def accounts(self) -> tuple[int, ...]:
        """The voip ids of all accounts, subaccounts included, in ascending order."""
        return tuple(row["id"] for row in self.tables.accounts.select([ALL]))

    def add_account(
        self,
        voip_id: int,
        *,
        name: str | None = None,
        parent: int | None = None,
        email: str | None = None,
        phone: str | None = None,
    ) -> Document:
        """Add an account, as a subaccount if it has a *parent*."""
        name = name or f"Account {voip_id}"
        master = None if parent is None else self._account(parent)
        contact = {"name": name, "email": email, "phone": phone}
        row = {
            "id": voip_id,
            "name": name,
            "username": f"user{voip_id}",
            "timezone": "UTC",
            "features": {},
            "master_account": master and {"id": master["id"], "name": master["name"]},
            "contact": contact,
            "billing_contact": dict(contact),
            "email": email,
            "phone": phone,
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
        """Take a listener out, with its subscriptions and filters."""
        self.tables.remove_listener(listener_id)

    def add_subscription(
        self,
        listener_id: int,
        tags: Sequence[str] = ("call",),
        *,
        id: int | None = None,  # noqa: A002
    ) -> Document:
        """Add a subscription to a listener: events that have all *tags*."""
        fields = {":tags": list(tags)}
        return self._hang(self.tables.subscriptions, id, listener_id, fields)

    def remove_subscription(self, subscription_id: int) -> None:
        """Take a subscription out."""
        self.tables.subscriptions.remove(subscription_id)

    def add_filter(
        self,
        listener_id: int,
        *,
        filter_type: str = "number",
        filter_value: Document | None = None,
        not_logic: bool | None = None,
        id: int | None = None,  # noqa: A002
    ) -> Document:
        """Add a filter to a listener; without *not_logic* the row lacks it."""
        fields: Document = {
            "filter_type": filter_type,
            "filter_value": filter_value or {"eq": "+12025550100"},
        }
        if not_logic is not None:
            fields["not_logic"] = not_logic
        return self._hang(self.tables.listener_filters, id, listener_id, fields)

    def remove_filter(self, filter_id: int) -> None:
        """Take a filter out."""
        self.tables.listener_filters.remove(filter_id)

    def add_callback(
        self,
        voip_id: int,
        *,
        extension_id: int | None = None,
        name: str | None = None,
        mode: str = "HTTPS",
        config: Document | None = None,
        profile_id: int | None = None,
        fallback_callback_id: int | None = None,
        enabled: bool = True,
        id: int | None = None,  # noqa: A002
    ) -> Document:
        """Add a callback; what it names need not exist. Secrets return as `true`."""
        fields = {
            "fallback_callback_id": fallback_callback_id,
            "name": name,
            "profile_id": profile_id,
            "enabled": enabled,
            "mode": mode,
            "config": {"url": SAMPLE_URL} if config is None else config,
        }
        return self._add(self.tables.callbacks, id, voip_id, extension_id, fields)

    def remove_callback(self, callback_id: int) -> None:
        """Take a callback out, in use or not, with its health."""
        self.tables.remove_callback(callback_id)

    def add_health(self, callback_id: int, item: Document) -> None:
        """Add an item to a callback's health, as it is to be answered."""
        self.tables.callbacks[callback_id]  # raises for one that is not there
        self.tables.health_of(callback_id).append(dict(item))

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

    def _add(
        self,
        table: Table,
        key: int | None,
        voip_id: int,
        extension_id: int | None,
        fields: Document,
    ) -> Document:
        self._account(voip_id)
        if not self.tables.exists(voip_id, extension_id) and extension_id is not None:
            self.add_extension(voip_id, extension_id)
        row_id = table.next_id() if key is None else key
        owner = {"id": row_id, "voip_id": voip_id, "extension_id": extension_id}
        return table.insert({**owner, **fields})

    def _hang(
        self, table: Table, key: int | None, listener_id: int, fields: Document
    ) -> Document:
        listener = self.tables.listeners[listener_id]
        row_id = table.next_id() if key is None else key
        return table.insert({"id": row_id, "listener_id": listener["id"], **fields})

    def _account(self, voip_id: int) -> Document:
        found = self.tables.accounts.get(voip_id)
        return self.add_account(voip_id) if found is None else found

    def _moment(self, moment: int | None) -> int:
        return int(self._clock()) if moment is None else moment
