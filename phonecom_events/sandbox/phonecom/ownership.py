"""Where rows hang: on an account or extension, or on one of its listeners.

What a handler works with: the tables, the options, and the path's ids.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Final, Protocol, TypeAlias

from attrs import frozen

from ..messages import Call, Document, NotJson, Reply, read_json
from ..options import Behaviour
from ..table import Scope
from .problems import Problem, Refused, invalid, not_found
from .tables import Tables, account_scope, extension_scope, listener_scope

_NO_CONTENT = 204


@frozen(kw_only=True)
class Place:
    """The ids of a path: account, extension if the path has one, and the rest.

    `voip_id` is 0 where the path names no account.
    """

    voip_id: int
    extension_id: int | None
    ids: tuple[int, ...]


@frozen(kw_only=True)
class Desk:
    """The state and the options; `clock` gives Unix seconds."""

    tables: Tables
    behaviour: Behaviour
    clock: Callable[[], float]

    def refuse_if(self, problems: Iterable[Problem]) -> None:
        """Refuse with 422 if there is any problem.

        Raises:
            Refused: with all of them.
        """
        found = list(problems)
        if found:
            raise invalid(found, as_text=self.behaviour.field_messages == "text")

    def deleted(self) -> Reply:
        """Answer a delete that worked, in the form that the options ask for."""
        if self.behaviour.delete_answer == "204":
            return Reply(status=_NO_CONTENT)
        if self.behaviour.delete_answer == "empty":
            return Reply(status=200)
        return Reply(
            status=200, body=b'{"success":true}', content_type="application/json"
        )


Handler: TypeAlias = Callable[[Desk, Call, Place], Awaitable[Reply]]


def read_body(call: Call) -> Document:
    """Return the JSON object that a request carries.

    Raises:
        Refused: with 400 when it is no JSON, or no object.
    """
    try:
        body = read_json(call.body)
    except NotJson as error:
        raise Refused(400, f"The body is not JSON: {error}") from None
    if not isinstance(body, dict):
        raise Refused(400, "The body must be a JSON object")
    return body


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
