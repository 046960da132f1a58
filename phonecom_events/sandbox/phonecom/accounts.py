"""What an account is and has beside listeners: extensions, subaccounts, profiles.

Accounts and extensions can only be read here. Profiles say whom to mail when a
callback has problems.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..messages import Call, Document, Reply, json_reply
from .fields import Field, nullable, text
from .listing import read_item_query, read_list_query
from .ownership import Context, PathIds
from .problems import Problem
from .resource import Resource, in_brief, table_page
from .tables import ALL, TOP, Tables, account_scope, children_scope

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


async def list_accounts(context: Context, call: Call, path: PathIds) -> Reply:
    """Answer the accounts of the token: those on top, or all there are."""
    del path
    asked = read_list_query(call.query, _ACCOUNT_FILTERS, context.behaviour)
    scope = ALL if asked.include_subaccounts else TOP
    return table_page(context, asked, context.tables.accounts, [scope])


async def list_subaccounts(context: Context, call: Call, path: PathIds) -> Reply:
    """Answer the accounts right below another."""
    asked = read_list_query(call.query, _ACCOUNT_FILTERS, context.behaviour)
    scope = children_scope(path.voip_id)
    return table_page(context, asked, context.tables.accounts, [scope])


async def get_account(context: Context, call: Call, path: PathIds) -> Reply:
    """Answer one account."""
    row = context.tables.accounts.show(context.tables.accounts[path.voip_id])
    if read_item_query(call.query, context.behaviour):
        row = in_brief(context, row)
    return json_reply(200, row)


async def list_extensions(context: Context, call: Call, path: PathIds) -> Reply:
    """Answer the extensions of an account."""
    asked = read_list_query(call.query, _EXTENSION_FILTERS, context.behaviour)
    table = context.tables.extensions(path.voip_id)
    return table_page(context, asked, table, [account_scope(path.voip_id)])


_PROFILE: Final = {
    "name": Field(text(), required=True),
    "support_email": Field(nullable(text()), required=True),
}


def _check_profile(context: Context, _voip_id: int, row: Document) -> Iterator[Problem]:
    if row["support_email"] is None and not context.behaviour.null_support_email:
        yield "support_email", "must be a string"


def _profile_in_use(tables: Tables, row: Document) -> str:
    used = any(
        callback["profile_id"] == row["id"]
        for callback in tables.callbacks_of(row["voip_id"])
    )
    return "Profile is in use: a callback names it" if used else ""


PROFILES: Final = Resource(
    table=lambda tables: tables.profiles,
    schema=_PROFILE,
    remove=lambda tables, profile_id: tables.profiles.remove(profile_id),
    stamped=True,
    check=_check_profile,
    in_use=_profile_in_use,
)
