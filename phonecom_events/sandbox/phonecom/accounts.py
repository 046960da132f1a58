"""Discovery: which accounts, subaccounts and extensions there are.

Profiles: whom to mail when a callback has problems.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..messages import Call, Document, Reply, json_reply
from ..table import Scope, Table
from .fields import Field, nullable, text
from .listing import ListQuery, page, read_item_query, read_list_query
from .ownership import Desk, Place
from .problems import Problem
from .resource import Resource, in_brief
from .tables import ALL, TOP, Tables, account_scope, children_scope

SCHEMA: Final = {
    "name": Field(text(), required=True),
    "support_email": Field(nullable(text()), required=True),
}


def _check(desk: Desk, voip_id: int, row: Document) -> Iterator[Problem]:
    del voip_id
    if row["support_email"] is None and not desk.behaviour.null_support_email:
        yield "support_email", "must be a string"


def _in_use(tables: Tables, row: Document) -> str:
    used = any(
        callback["profile_id"] == row["id"]
        for callback in tables.callbacks_of(row["voip_id"])
    )
    return "Profile is in use: a callback names it" if used else ""


PROFILES: Final = Resource(
    table=lambda tables: tables.profiles,
    schema=SCHEMA,
    remove=lambda tables, profile_id: tables.profiles.remove(profile_id),
    stamped=True,
    check=_check,
    in_use=_in_use,
)


_ACCOUNT_FILTERS: Final = ("name", "username", "email", "phone")
_EXTENSION_FILTERS: Final = (
    "extension",
    "name",
    "full_name",
    "virtual",
    "has_real_route",
    "eligible_for_device",
    "role",
    "nxt_extensions",
    "name-or-extension",
)


async def list_accounts(desk: Desk, call: Call, place: Place) -> Reply:
    """Answer the accounts of the token: those on top, or all there are."""
    del place
    asked = read_list_query(call.query, _ACCOUNT_FILTERS, desk.behaviour)
    scope = ALL if asked.include_subaccounts else TOP
    return _page(desk, asked, desk.tables.accounts, scope)


async def list_subaccounts(desk: Desk, call: Call, place: Place) -> Reply:
    """Answer the accounts right below another."""
    asked = read_list_query(call.query, _ACCOUNT_FILTERS, desk.behaviour)
    return _page(desk, asked, desk.tables.accounts, children_scope(place.voip_id))


async def get_account(desk: Desk, call: Call, place: Place) -> Reply:
    """Answer one account."""
    row = desk.tables.accounts.show(desk.tables.accounts[place.voip_id])
    if read_item_query(call.query, desk.behaviour):
        row = in_brief(desk, row)
    return json_reply(200, row)


async def list_extensions(desk: Desk, call: Call, place: Place) -> Reply:
    """Answer the extensions of an account."""
    asked = read_list_query(call.query, _EXTENSION_FILTERS, desk.behaviour)
    table = desk.tables.extensions(place.voip_id)
    return _page(desk, asked, table, account_scope(place.voip_id))


def _page(desk: Desk, asked: ListQuery, table: Table, scope: Scope) -> Reply:
    rows = table.select([scope], asked.conditions)
    if not asked.brief:
        return page(asked, rows, table.encoded, desk.behaviour)

    def brief_items(shown: Sequence[Document]) -> list[Document]:
        return [in_brief(desk, row) for row in shown]

    return page(asked, rows, brief_items, desk.behaviour)
