"""The commands under ``phonecom-events listeners filters``.

A filter is shown and given as a rule, such as ``number=match:+1202%``: what a command
prints can be given to a command again.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Final

import typer
from attrs import frozen

from ...phonecom import (
    BASE_URL,
    ListenerFilter,
    ListenerFilters,
    NewFilter,
    NumberFilter,
    ScheduleFilter,
)
from ..command import command
from ..input.clients import NetworkOptions, phonecom_client
from ..input.options import Account, BaseUrl, ListenerId, OutputOptions, is_id
from ..late import Group
from ..output.views import View
from .resource import ItemId, Pages, Reconcile, add_delete, add_get, write_listing

RULE_HELP: Final = (
    "number=TEXT, number=in:A,B, number=match:+1202% or schedule=ID; with not: in"
    " front, events that match are not passed on."
)
_NOT: Final = "not:"

Rule = Annotated[str, typer.Option("--rule", metavar="RULE", help=RULE_HELP)]


@frozen(kw_only=True)
class FilterRow:
    """Show a listener's filter as one row."""

    id: int
    listener_id: int | None
    rule: str


def _row(each: ListenerFilter) -> FilterRow:
    return FilterRow(id=each.id, listener_id=each.listener_id, rule=_rule(each))


def _rule(each: ListenerFilter) -> str:
    """Write a filter as a rule; a type that is not known here shows its JSON."""
    start = _NOT if each.not_logic else ""
    match each.filter_value:
        case NumberFilter(eq=str(number)):
            return f"{start}number={number}"
        case NumberFilter(in_=tuple(numbers)):
            return f"{start}number=in:{','.join(numbers)}"
        case NumberFilter(match=str(pattern)):
            return f"{start}number=match:{pattern}"
        case ScheduleFilter(id=schedule):
            return f"{start}schedule={schedule}"
    # The API may come to have other types; hiding what they say would mislead.
    extra = json.dumps(dict(each.filter_value.extra), ensure_ascii=False)
    return f"{start}{each.filter_type}={extra}"


def read_rule(option: str, text: str) -> NewFilter:
    """Read a rule.

    Raises:
        typer.BadParameter: it is none.
    """
    positive = text.removeprefix(_NOT)
    kind, _, value = positive.partition("=")
    wanted: NumberFilter | ScheduleFilter
    if kind == "schedule" and is_id(value):
        wanted = ScheduleFilter(id=int(value))
    elif kind == "number" and value:
        wanted = _number(value)
    else:
        raise typer.BadParameter(f"{text!r} is no rule: {RULE_HELP}", param_hint=option)
    return NewFilter(filter_value=wanted, not_logic=positive != text)


def _number(value: str) -> NumberFilter:
    if value.startswith("in:"):
        return NumberFilter(in_=tuple(value.removeprefix("in:").split(",")))
    if value.startswith("match:"):
        return NumberFilter(match=value.removeprefix("match:"))
    return NumberFilter(eq=value.removeprefix("eq:"))


_VIEW: Final[View[ListenerFilter]] = View(
    row=FilterRow, columns=("id", "rule"), make=_row
)

app: Group = Group("filters", help="Work with a listener's filters: what it passes on.")


@asynccontextmanager
async def _filters(
    *,
    account: Account,
    listener: ListenerId,
    base_url: BaseUrl = BASE_URL,
    network: NetworkOptions,
) -> AsyncIterator[ListenerFilters]:
    """Open the filters of one listener; the API has none for an extension's."""
    async with phonecom_client(base_url, network) as phonecom:
        yield phonecom.account(account).listeners.filters(listener)


@command(app, "list", _filters)
async def list_filters(
    filters: ListenerFilters, *, pages: Pages, output: OutputOptions
) -> int:
    """List the filters of a listener; an event must match them all."""
    return await write_listing(filters.list(**pages.paging), output, _VIEW, pages)


add_get(app, "filter", lambda opened: opened, _VIEW, opens=_filters)


@command(app, "create", _filters)
async def create_filter(
    filters: ListenerFilters,
    *,
    rule: Rule,
    reconcile: Reconcile = False,
    output: OutputOptions,
) -> None:
    """Create a filter of a listener."""
    new = read_rule("--rule", rule)
    created = await filters.create(
        filter_value=new.filter_value, not_logic=new.not_logic, reconcile=reconcile
    )
    _VIEW.write_one(created, output)


@command(app, "update", _filters)
async def update_filter(
    filters: ListenerFilters,
    item_id: ItemId,
    *,
    rule: Rule,
    output: OutputOptions,
) -> None:
    """Replace a filter's rule; the same one has its schedule read again."""
    new = read_rule("--rule", rule)
    updated = await filters.update(
        item_id, filter_value=new.filter_value, not_logic=new.not_logic
    )
    _VIEW.write_one(updated, output)


add_delete(app, "filter", lambda opened: opened, opens=_filters)
