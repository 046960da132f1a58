"""Filters of a listener: which numbers or hours its events must fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..messages import Document
from .desk import Desk
from .fields import (
    Check,
    Field,
    boolean,
    integer,
    list_of,
    object_with,
    one_of,
    text,
)
from .ownership import OF_LISTENER
from .problems import Problem
from .resource import Resource

_NUMBER: Final[dict[str, Check]] = {
    "eq": text(shortest=1),
    "in": list_of(text(shortest=1)),
    "match": text(shortest=1),
}

SCHEMA: Final = {
    "filter_type": Field(one_of("number", "schedule"), required=True),
    "filter_value": Field(object_with(), required=True),
    "not_logic": Field(boolean),
}


def _check(_desk: Desk, _voip_id: int, row: Document) -> Iterator[Problem]:
    value: Document = row["filter_value"]
    if row["filter_type"] == "schedule":
        yield from _check_member(value, {"id": integer(minimum=1)})
    else:
        yield from _check_member(value, _NUMBER)


def _check_member(value: Document, members: dict[str, Check]) -> Iterator[Problem]:
    if len(value) != 1 or not value.keys() <= members.keys():
        yield "filter_value", f"must have exactly one of {', '.join(members)}"
        return
    ((name, given),) = value.items()
    for place, message in members[name](given):
        yield ".".join(filter(None, ("filter_value", name, place))), message


LISTENER_FILTERS: Final = Resource(
    table=lambda tables: tables.listener_filters,
    schema=SCHEMA,
    remove=lambda tables, key: tables.listener_filters.remove(key),
    owner=OF_LISTENER,
    check=_check,
)
