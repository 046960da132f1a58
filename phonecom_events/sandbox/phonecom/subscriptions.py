"""Subscriptions: which events a listener hears, by tags that must all fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..messages import Document
from .desk import Desk
from .fields import Field, list_of, text
from .ownership import OF_LISTENER
from .problems import Problem
from .resource import Resource

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

SCHEMA: Final = {":tags": Field(list_of(text()), required=True)}


def _check(desk: Desk, _voip_id: int, row: Document) -> Iterator[Problem]:
    if not desk.behaviour.known_tags_only:
        return
    for index, tag in enumerate(row[":tags"]):
        if tag not in TAGS:
            yield f":tags.{index}", f"{tag} is not a known tag"


SUBSCRIPTIONS: Final = Resource(
    table=lambda tables: tables.subscriptions,
    schema=SCHEMA,
    remove=lambda tables, key: tables.subscriptions.remove(key),
    owner=OF_LISTENER,
    check=_check,
)
