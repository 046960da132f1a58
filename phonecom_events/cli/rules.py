"""Filters of a listener as text, such as ``number=match:+1202%``.

What a command prints can be given to a command again.
"""

from __future__ import annotations

import json
from typing import Final

import typer
from attrs import frozen

from ..phonecom import ListenerFilter, NewFilter, NumberFilter, ScheduleFilter
from .ids import is_id

HELP: Final = (
    "number=TEXT, number=in:A,B, number=match:+1202% or schedule=ID; with not: in"
    " front, events that match are not passed on."
)
_NOT: Final = "not:"


@frozen(kw_only=True)
class FilterRow:
    """Show a listener's filter as one row."""

    id: int
    listener_id: int | None
    rule: str


def filter_row(each: ListenerFilter) -> FilterRow:
    """Make a row of a filter."""
    return FilterRow(id=each.id, listener_id=each.listener_id, rule=written(each))


def written(each: ListenerFilter) -> str:
    """Write a filter as text; a type that is not known here shows its JSON."""
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
    extra = json.dumps(dict(each.filter_value.extra), ensure_ascii=False)
    return f"{start}{each.filter_type}={extra}"


def read_rule(option: str, text: str) -> NewFilter:
    """Read a filter from text.

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
        raise typer.BadParameter(f"{text!r} is no rule: {HELP}", param_hint=option)
    return NewFilter(filter_value=wanted, not_logic=positive != text)


def _number(value: str) -> NumberFilter:
    if value.startswith("in:"):
        return NumberFilter(in_=tuple(value.removeprefix("in:").split(",")))
    if value.startswith("match:"):
        return NumberFilter(match=value.removeprefix("match:"))
    return NumberFilter(eq=value.removeprefix("eq:"))
