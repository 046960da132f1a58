"""Listeners, and what hangs on one: its subscriptions and its filters.

A listener connects events with a callback. It hears an event that has all tags of
one of its subscriptions, and passes it on if it fits all of its filters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..messages import Document
from .fields import (
    Check,
    Field,
    boolean,
    integer,
    list_of,
    nullable,
    object_with,
    one_of,
    text,
)
from .ownership import OF_LISTENER, Context
from .problems import Problem
from .resource import Resource
from .tables import Tables

VERSIONS: Final = ("1.0.0", "1.1.0", "2.0.0")

_LISTENER: Final = {
    "version": Field(one_of(*VERSIONS), default="2.0.0"),
    "callback_id": Field(integer(minimum=1), required=True),
    "expires_at": Field(nullable(integer(minimum=1)), default=None),
}


def _check_callback(context: Context, voip_id: int, row: Document) -> Iterator[Problem]:
    if not context.behaviour.check_callback_exists:
        return
    if not context.tables.has_callback(voip_id, row["callback_id"]):
        yield "callback_id", "there is no such callback"


LISTENERS: Final = Resource(
    table=lambda tables: tables.listeners,
    schema=_LISTENER,
    remove=Tables.remove_listener,
    filters=("callback_id",),
    stamped=True,
    check=_check_callback,
)


TAGS: Final = frozenset(
    {
        *("inbound", "outbound", "first-leg", "not-first-leg"),
        *("to-did", "from-did", "to-extension", "from-extension"),
        *("call", "new-call", "connecting-call", "connected-call", "completed-call"),
        *("message", "sms-message", "mms-message", "*ms-message", "message-status"),
        *("api-error", "api-error-trusted", "call-log"),
        *("recording", "call-recording", "voicemail-recording"),
    }
)
"""The tags that the vendor's schema takes; its prose names some that it does not."""

_SUBSCRIPTION: Final = {":tags": Field(list_of(text()), required=True)}


def _check_tags(context: Context, _voip_id: int, row: Document) -> Iterator[Problem]:
    if not context.behaviour.known_tags_only:
        return
    for index, tag in enumerate(row[":tags"]):
        if tag not in TAGS:
            yield f":tags.{index}", f"{tag} is not a known tag"


SUBSCRIPTIONS: Final = Resource(
    table=lambda tables: tables.subscriptions,
    schema=_SUBSCRIPTION,
    remove=lambda tables, key: tables.subscriptions.remove(key),
    owner=OF_LISTENER,
    check=_check_tags,
)


_NUMBER: Final[dict[str, Check]] = {
    "eq": text(shortest=1),
    "in": list_of(text(shortest=1)),
    "match": text(shortest=1),
}

_FILTER: Final = {
    "filter_type": Field(one_of("number", "schedule"), required=True),
    "filter_value": Field(object_with(), required=True),
    "not_logic": Field(boolean),
}


def _check_filter_value(
    _context: Context, _voip_id: int, row: Document
) -> Iterator[Problem]:
    value: Document = row["filter_value"]
    if row["filter_type"] == "schedule":
        yield from _check_only_member(value, {"id": integer(minimum=1)})
    else:
        yield from _check_only_member(value, _NUMBER)


def _check_only_member(value: Document, members: dict[str, Check]) -> Iterator[Problem]:
    if len(value) != 1 or not value.keys() <= members.keys():
        yield "filter_value", f"must have exactly one of {', '.join(members)}"
        return
    ((name, given),) = value.items()
    for place, message in members[name](given):
        yield ".".join(filter(None, ("filter_value", name, place))), message


LISTENER_FILTERS: Final = Resource(
    table=lambda tables: tables.listener_filters,
    schema=_FILTER,
    remove=lambda tables, key: tables.listener_filters.remove(key),
    owner=OF_LISTENER,
    check=_check_filter_value,
)
