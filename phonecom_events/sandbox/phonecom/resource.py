"""List, create, get, update and delete, the same for every resource.

A resource is described by its schema and a few functions; what differs from one
to the next stands in its own file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import TypeAlias

from attrs import frozen

from ..messages import Call, Document, Reply, json_reply
from ..table import Scope, Table
from .fields import Schema, field_problems, known, with_defaults
from .listing import ListQuery, Parameters, page, read_item_query, read_list_query
from .ownership import OF_ACCOUNT, Context, Ownership, PathIds, read_body
from .problems import Problem, Refused, not_found
from .tables import Tables

Check: TypeAlias = Callable[[Context, int, Document], Iterable[Problem]]
"""Finds what is wrong between the fields of a row that an account is to have."""

Merge: TypeAlias = Callable[[Context, Document, Document], Document]
"""Turns a row and the fields of a PATCH into the changes to make."""

Admit: TypeAlias = Callable[[Context, Document], Awaitable[None]]
"""Refuses a create at last, for a reason outside the sandbox."""


def _changes_as_given(_context: Context, _row: Document, changes: Document) -> Document:
    return changes


async def _admit_all(_context: Context, _row: Document) -> None:
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

    def problems(
        self, context: Context, voip_id: int, body: Document
    ) -> Sequence[Problem]:
        """Return what is wrong with the body of a create."""
        strict = context.behaviour.refuse_unknown
        found = field_problems(self.schema, body, partial=False, refuse_unknown=strict)
        return list(found) or list(
            self.check(context, voip_id, with_defaults(self.schema, body))
        )

    def read_new(self, context: Context, voip_id: int, body: Document) -> Document:
        """Return the fields of a new row, with defaults for what *body* lacks.

        Raises:
            Refused: with 422 and every field that is wrong.
        """
        context.refuse_if(self.problems(context, voip_id, body))
        return with_defaults(self.schema, body)

    def insert(self, context: Context, owner: Document, row: Document) -> Document:
        """Add a row that was read, and return it as the API shows it."""
        table = self.table(context.tables)
        stamp = {"created_at": int(context.clock())} if self.stamped else {}
        return table.insert({"id": table.next_id(), **owner, **row, **stamp})

    def find(self, context: Context, path: PathIds) -> Document:
        """Return the row that a path names.

        Raises:
            Refused: with 404 when it is not there.
        """
        row = self.table(context.tables).get(path.ids[-1])
        if row is None or not self.owner.holds(context, path, row):
            raise not_found()
        return row

    async def create(self, context: Context, call: Call, path: PathIds) -> Reply:
        """Add a row and answer it."""
        Parameters(call.query).finish(context.behaviour)
        owner = self.owner.fields(context, path)
        row = self.read_new(context, path.voip_id, read_body(call))
        await self.admit(context, row)
        shown = self.insert(context, owner, row)
        return json_reply(context.behaviour.create_status, shown)

    async def get(self, context: Context, call: Call, path: PathIds) -> Reply:
        """Answer one row."""
        row = self.table(context.tables).show(self.find(context, path))
        if read_item_query(call.query, context.behaviour):
            row = in_brief(context, row)
        return json_reply(200, row)

    async def patch(self, context: Context, call: Call, path: PathIds) -> Reply:
        """Change the fields given, to null too, and answer the row."""
        Parameters(call.query).finish(context.behaviour)
        row, body = self.find(context, path), read_body(call)
        context.refuse_if(
            field_problems(
                self.schema,
                body,
                partial=not context.behaviour.full_patch,
                refuse_unknown=context.behaviour.refuse_unknown,
            )
        )
        changes = self.merge(context, row, known(self.schema, body))
        context.refuse_if(self.check(context, path.voip_id, {**row, **changes}))
        table = self.table(context.tables)
        table.change(row, changes)
        return json_reply(200, table.show(row))

    async def delete(self, context: Context, call: Call, path: PathIds) -> Reply:
        """Take a row out, unless it is in use."""
        Parameters(call.query).finish(context.behaviour)
        row = self.find(context, path)
        reason = self.in_use(context.tables, row)
        if reason:
            # The OpenAPI has a list of objects here; what they hold is told nowhere.
            raise Refused(409, reason, **{"@messages": []})
        self.remove(context.tables, row["id"])
        return context.deleted()

    async def list(self, context: Context, call: Call, path: PathIds) -> Reply:
        """Answer one page of the rows that the path is about."""
        asked = read_list_query(call.query, self.filters, context.behaviour)
        scopes = self.owner.scopes(context, path, subaccounts=asked.include_subaccounts)
        return table_page(context, asked, self.table(context.tables), scopes)


def table_page(
    context: Context, asked: ListQuery, table: Table, scopes: Sequence[Scope]
) -> Reply:
    """Answer the page that was asked for, of the rows of *table* in *scopes*."""
    rows = table.select(scopes, asked.conditions)
    if not asked.brief:
        return page(asked, rows, table.encoded, context.behaviour)

    def brief_items(shown: Sequence[Document]) -> Sequence[Document]:
        return [in_brief(context, table.show(row)) for row in shown]

    return page(asked, rows, brief_items, context.behaviour)


def in_brief(context: Context, row: Document) -> Document:
    """Return the fields of *row* that `mode=brief` leaves."""
    return {name: row[name] for name in context.behaviour.brief_fields if name in row}
