"""Everything Phone.com keeps in the sandbox: one table for each resource.

Which scopes a row is listed in, and how it is shown, stands here too: a callback
shows its secret headers as `true`, never as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from ..messages import Document
from ..table import Scope, Table

ALL: Final[Scope] = ("all",)
TOP: Final[Scope] = ("top",)
"""The scope of accounts that are nobody's subaccount."""


def account_scope(voip_id: int) -> Scope:
    """Return the scope of an account's rows, those of its extensions included."""
    return ("account", voip_id)


def extension_scope(voip_id: int, extension_id: int) -> Scope:
    """Return the scope of one extension's rows."""
    return ("extension", voip_id, extension_id)


def listener_scope(listener_id: int) -> Scope:
    """Return the scope of what hangs on a listener."""
    return ("listener", listener_id)


def children_scope(voip_id: int) -> Scope:
    """Return the scope of the accounts right below another."""
    return ("children", voip_id)


class Tables:
    """The tables, and the questions that span several of them."""

    def __init__(self) -> None:
        self.accounts: Table = Table(_account_scopes, show=_shown_account)
        self.profiles: Table = Table(_owner_scopes, first_id=301)
        self.callbacks: Table = Table(
            _owner_scopes, show=_shown_callback, first_id=1701
        )
        self.listeners: Table = Table(_owner_scopes, first_id=1001)
        self.subscriptions: Table = Table(
            _listener_only, show=_shown_subscription, first_id=5001
        )
        self.listener_filters: Table = Table(_listener_only, first_id=8001)
        # A table for each account: two accounts may use one extension id.
        self._extensions: dict[int, Table] = {}
        self._health: dict[int, list[Document]] = {}

    def extensions(self, voip_id: int) -> Table:
        """Return the extensions of an account; their ids are its own affair."""
        return self._extensions.setdefault(voip_id, Table(_account_only))

    def exists(self, voip_id: int, extension_id: int | None) -> bool:
        """Say whether there is such an account, and extension if one is given."""
        if self.accounts.get(voip_id) is None:
            return False
        if extension_id is None:
            return True
        return self.extensions(voip_id).get(extension_id) is not None

    def with_subaccounts(self, voip_id: int) -> list[int]:
        """Return an account and all accounts below it, at any depth."""
        found = [voip_id]
        for parent in found:
            children = self.accounts.select([children_scope(parent)])
            found += [row["id"] for row in children]
        return found

    def callbacks_of(self, voip_id: int) -> Sequence[Document]:
        """Return all callbacks of an account."""
        return self.callbacks.select([account_scope(voip_id)])

    def has_callback(self, voip_id: int, callback_id: int) -> bool:
        """Say whether an account has such a callback."""
        row = self.callbacks.get(callback_id)
        return row is not None and row["voip_id"] == voip_id

    def has_profile(self, voip_id: int, profile_id: int) -> bool:
        """Say whether an account has such a profile."""
        row = self.profiles.get(profile_id)
        return row is not None and row["voip_id"] == voip_id

    def listeners_of(self, voip_id: int) -> Sequence[Document]:
        """Return all listeners of an account."""
        return self.listeners.select([account_scope(voip_id)])

    def health_of(self, callback_id: int) -> list[Document]:
        """Return the health items of a callback, to be read or added to."""
        return self._health.setdefault(callback_id, [])

    def remove_listener(self, listener_id: int) -> None:
        """Take a listener out, with its subscriptions and filters."""
        self.listeners.remove(listener_id)
        for table in (self.subscriptions, self.listener_filters):
            for row in tuple(table.select([listener_scope(listener_id)])):
                table.remove(row["id"])

    def remove_callback(self, callback_id: int) -> None:
        """Take a callback out, with its health."""
        self.callbacks.remove(callback_id)
        self._health.pop(callback_id, None)


def _account_scopes(row: Document) -> Iterator[Scope]:
    parent = row["master_account"]
    yield ALL
    yield TOP if parent is None else children_scope(parent["id"])


def _shown_account(row: Document) -> Document:
    # Filters name these two as if they were fields; the answer has them in contact.
    return {k: v for k, v in row.items() if k not in ("email", "phone")}


def _shown_subscription(row: Document) -> Document:
    return {k: v for k, v in row.items() if k != "listener_id"}


def _listener_only(row: Document) -> Iterator[Scope]:
    yield listener_scope(row["listener_id"])


def _account_only(row: Document) -> Iterator[Scope]:
    yield account_scope(row["voip_id"])


def _owner_scopes(row: Document) -> Iterator[Scope]:
    yield account_scope(row["voip_id"])
    if row["extension_id"] is not None:
        yield extension_scope(row["voip_id"], row["extension_id"])


# The vendor's page on callbacks names Authorization and X-Api-Key as examples of what
# is masked; the others are a guess at what it means by them.
_SECRET_NAME: Final = re.compile(
    r"authorization|api-?key|token|secret|password|cookie", re.IGNORECASE
)


def _shown_callback(callback: Document) -> Document:
    """Return *callback* as the API shows it: secret header values are `true`."""
    config = dict(callback["config"])
    headers = config.get("headers")
    if isinstance(headers, list):
        config["headers"] = [_masked(header) for header in headers]
    return {**callback, "config": config}


def _masked(header: Any) -> Any:
    if not isinstance(header, dict) or not _SECRET_NAME.search(str(header.get("name"))):
        return header
    return {**header, "value": True}
