"""What a handler is given, and whose rows a path is about.

Rows belong to an account, perhaps to one extension of it, or to a listener.
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
class PathIds:
    """The ids in a path: account, extension if it has one, and the rest in order.

    `voip_id` is 0 where the path names no account.
    """

    voip_id: int
    extension_id: int | None
    ids: tuple[int, ...]


@frozen(kw_only=True)
class Context:
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


Handler: TypeAlias = Callable[[Context, Call, PathIds], Awaitable[Reply]]


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

    def scopes(
        self, context: Context, path: PathIds, *, subaccounts: bool
    ) -> list[Scope]:
        """Return what a list at *path* covers, for `Table.select`.

        Raises:
            Refused: with 404 when the path names a listener that is not there.
        """
        ...

    def fields(self, context: Context, path: PathIds) -> Document:
        """Return the fields that tie a new row to *path*.

        Raises:
            Refused: with 404 when the path names a listener that is not there.
        """
        ...

    def holds(self, context: Context, path: PathIds, row: Document) -> bool:
        """Say whether *row* is found at *path*."""
        ...


class OfAccount:
    """Rows of an account, or of one extension of it."""

    def scopes(
        self, context: Context, path: PathIds, *, subaccounts: bool
    ) -> list[Scope]:
        """Return the extension's scope, or the account's and those below it."""
        if path.extension_id is not None:
            return [extension_scope(path.voip_id, path.extension_id)]
        if not subaccounts:
            return [account_scope(path.voip_id)]
        covered = context.tables.with_subaccounts(path.voip_id)
        return [account_scope(voip_id) for voip_id in covered]

    def fields(self, context: Context, path: PathIds) -> Document:
        """Return the ids of account and extension."""
        del context
        return {"voip_id": path.voip_id, "extension_id": path.extension_id}

    def holds(self, context: Context, path: PathIds, row: Document) -> bool:
        """Say whether the row is the account's, and the extension's if given."""
        del context
        if row["voip_id"] != path.voip_id:
            return False
        return path.extension_id in (None, row["extension_id"])


class OfListener:
    """Rows of a listener, which the path names and which must be there."""

    def scopes(
        self, context: Context, path: PathIds, *, subaccounts: bool
    ) -> list[Scope]:
        """Return the listener's scope; there is nothing below it."""
        del subaccounts
        return [listener_scope(_listener_id(context, path))]

    def fields(self, context: Context, path: PathIds) -> Document:
        """Return the id of the listener."""
        return {"listener_id": _listener_id(context, path)}

    def holds(self, context: Context, path: PathIds, row: Document) -> bool:
        """Say whether the row is the listener's."""
        return bool(row["listener_id"] == _listener_id(context, path))


def _listener_id(context: Context, path: PathIds) -> int:
    listener_id = path.ids[0]
    row = context.tables.listeners.get(listener_id)
    if row is None or not OF_ACCOUNT.holds(context, path, row):
        raise not_found()
    return listener_id


OF_ACCOUNT: Final = OfAccount()
OF_LISTENER: Final = OfListener()
