"""List, create, get, update and delete, the same for every resource.

A resource is described by its schema and a few functions; what differs from one
to the next stands in its own file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import TypeAlias

from attrs import frozen

from ..messages import Call, Document, Reply, json_reply
from ..table import Table
from .fields import Schema, field_problems, known, with_defaults
from .listing import Parameters, page, read_item_query, read_list_query
from .ownership import OF_ACCOUNT, Desk, Ownership, Place, read_body
from .problems import Problem, Refused, not_found
from .tables import Tables

Check: TypeAlias = Callable[[Desk, int, Document], Iterable[Problem]]
"""Finds what is wrong between the fields of a row that an account is to have."""

Merge: TypeAlias = Callable[[Desk, Document, Document], Document]
"""Turns a row and the fields of a PATCH into the changes to make."""

Admit: TypeAlias = Callable[[Desk, Document], Awaitable[None]]
"""Refuses a create at last, for a reason outside the sandbox."""


def _changes_as_given(_desk: Desk, _row: Document, changes: Document) -> Document:
    return changes


async def _admit_all(_desk: Desk, _row: Document) -> None:
    pass


def _never_in_use(_tables: Tables, _row: Document) -> str:
    return ""


@frozen(kw_only=True)
class Resource:
    """One resource, and its operations as handlers.

    `remove` takes a row out with all that hangs on it. `in_use` gives the reason
    why a row cannot be deleted, or an empty text. Rows of a `stamped` resource
    have a `created_at`.
    """

    table: Callable[[Tables], Table]
    schema: Schema
    check: Check
    remove: Callable[[Tables, int], object]
    owner: Ownership = OF_ACCOUNT
    filters: Collection[str] = ()
    stamped: bool = False
    merge: Merge = _changes_as_given
    admit: Admit = _admit_all
    in_use: Callable[[Tables, Document], str] = _never_in_use

    def problems(self, desk: Desk, voip_id: int, body: Document) -> Sequence[Problem]:
        """Return what is wrong with the body of a create."""
        strict = desk.behaviour.refuse_unknown
        found = field_problems(self.schema, body, partial=False, refuse_unknown=strict)
        return list(found) or list(
            self.check(desk, voip_id, with_defaults(self.schema, body))
        )

    def read_new(self, desk: Desk, voip_id: int, body: Document) -> Document:
        """Return the fields of a new row, with defaults for what *body* lacks.

        Raises:
            Refused: with 422 and every field that is wrong.
        """
        desk.refuse_if(self.problems(desk, voip_id, body))
        return with_defaults(self.schema, body)

    def insert(self, desk: Desk, owner: Document, row: Document) -> Document:
        """Add a row that was read, and return it as the API shows it."""
        table = self.table(desk.tables)
        stamp = {"created_at": int(desk.clock())} if self.stamped else {}
        return table.insert({"id": table.next_id(), **owner, **row, **stamp})

    def find(self, desk: Desk, place: Place) -> Document:
        """Return the row that a path names.

        Raises:
            Refused: with 404 when it is not there.
        """
        row = self.table(desk.tables).get(place.ids[-1])
        if row is None or not self.owner.holds(desk, place, row):
            raise not_found()
        return row

    async def create(self, desk: Desk, call: Call, place: Place) -> Reply:
        """Add a row and answer it."""
        Parameters(call.query).finish(desk.behaviour)
        owner = self.owner.fields(desk, place)
        row = self.read_new(desk, place.voip_id, read_body(call))
        await self.admit(desk, row)
        shown = self.insert(desk, owner, row)
        return json_reply(desk.behaviour.create_status, shown)

    async def get(self, desk: Desk, call: Call, place: Place) -> Reply:
        """Answer one row."""
        row = self.table(desk.tables).show(self.find(desk, place))
        if read_item_query(call.query, desk.behaviour):
            row = in_brief(desk, row)
        return json_reply(200, row)

    async def patch(self, desk: Desk, call: Call, place: Place) -> Reply:
        """Change the fields given, to null too, and answer the row."""
        Parameters(call.query).finish(desk.behaviour)
        row, body = self.find(desk, place), read_body(call)
        desk.refuse_if(
            field_problems(
                self.schema,
                body,
                partial=not desk.behaviour.full_patch,
                refuse_unknown=desk.behaviour.refuse_unknown,
            )
        )
        changes = self.merge(desk, row, known(self.schema, body))
        desk.refuse_if(self.check(desk, place.voip_id, {**row, **changes}))
        table = self.table(desk.tables)
        table.change(row, changes)
        return json_reply(200, table.show(row))

    async def delete(self, desk: Desk, call: Call, place: Place) -> Reply:
        """Take a row out, unless it is in use."""
        Parameters(call.query).finish(desk.behaviour)
        row = self.find(desk, place)
        reason = self.in_use(desk.tables, row)
        if reason:
            raise Refused(409, reason, **{"@messages": []})
        self.remove(desk.tables, row["id"])
        return desk.deleted()

    async def list(self, desk: Desk, call: Call, place: Place) -> Reply:
        """Answer one page of the rows at a place."""
        asked = read_list_query(call.query, self.filters, desk.behaviour)
        table = self.table(desk.tables)
        scopes = self.owner.scopes(desk, place, subaccounts=asked.include_subaccounts)
        rows = table.select(scopes, asked.conditions)
        if not asked.brief:
            return page(asked, rows, table.encoded, desk.behaviour)

        def brief_items(shown: Sequence[Document]) -> Sequence[Document]:
            return [in_brief(desk, table.show(row)) for row in shown]

        return page(asked, rows, brief_items, desk.behaviour)


def in_brief(desk: Desk, row: Document) -> Document:
    """Return the fields of *row* that `mode=brief` leaves."""
    return {name: row[name] for name in desk.behaviour.brief_fields if name in row}
