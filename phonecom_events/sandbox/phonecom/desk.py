"""What a handler works with: the tables, the options, and the path's ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from attrs import frozen

from ..messages import Call, Document, NotJson, Reply, read_json
from ..options import Behaviour
from .problems import Problem, Refused, invalid
from .tables import Tables

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
