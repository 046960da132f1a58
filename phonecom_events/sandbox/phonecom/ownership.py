"""Where rows hang: on an account or extension, or on one of its listeners."""

from __future__ import annotations

from typing import Final, Protocol

from ..messages import Document
from ..table import Scope
from .desk import Desk, Place
from .problems import not_found
from .tables import account_scope, extension_scope, listener_scope


class Ownership(Protocol):
    """Ties the rows of a resource to a path."""

    def scopes(self, desk: Desk, place: Place, *, subaccounts: bool) -> list[Scope]:
        """Return what a list at *place* covers.

        Raises:
            Refused: with 404 when the path names a listener that is not there.
        """
        ...

    def fields(self, desk: Desk, place: Place) -> Document:
        """Return the fields that tie a new row to *place*.

        Raises:
            Refused: with 404 when the path names a listener that is not there.
        """
        ...

    def holds(self, desk: Desk, place: Place, row: Document) -> bool:
        """Say whether *row* is found at *place*."""
        ...


class OfAccount:
    """Rows of an account, or of one extension of it."""

    def scopes(self, desk: Desk, place: Place, *, subaccounts: bool) -> list[Scope]:
        """Return the extension's scope, or the account's and those below it."""
        if place.extension_id is not None:
            return [extension_scope(place.voip_id, place.extension_id)]
        if not subaccounts:
            return [account_scope(place.voip_id)]
        covered = desk.tables.with_subaccounts(place.voip_id)
        return [account_scope(voip_id) for voip_id in covered]

    def fields(self, desk: Desk, place: Place) -> Document:
        """Return the ids of account and extension."""
        del desk
        return {"voip_id": place.voip_id, "extension_id": place.extension_id}

    def holds(self, desk: Desk, place: Place, row: Document) -> bool:
        """Say whether the row is the account's, and the extension's if given."""
        del desk
        if row["voip_id"] != place.voip_id:
            return False
        return place.extension_id in (None, row["extension_id"])


class OfListener:
    """Rows of a listener, which the path names and which must be there."""

    def scopes(self, desk: Desk, place: Place, *, subaccounts: bool) -> list[Scope]:
        """Return the listener's scope; there is nothing below it."""
        del subaccounts
        return [listener_scope(_listener_id(desk, place))]

    def fields(self, desk: Desk, place: Place) -> Document:
        """Return the id of the listener."""
        return {"listener_id": _listener_id(desk, place)}

    def holds(self, desk: Desk, place: Place, row: Document) -> bool:
        """Say whether the row is the listener's."""
        return bool(row["listener_id"] == _listener_id(desk, place))


def _listener_id(desk: Desk, place: Place) -> int:
    listener_id = place.ids[0]
    row = desk.tables.listeners.get(listener_id)
    if row is None or not OF_ACCOUNT.holds(desk, place, row):
        raise not_found()
    return listener_id


OF_ACCOUNT: Final = OfAccount()
OF_LISTENER: Final = OfListener()
