"""Listeners: each connects the events it subscribes to with one callback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..messages import Document
from .desk import Desk
from .fields import Field, integer, nullable, one_of
from .problems import Problem
from .resource import Resource
from .tables import Tables

VERSIONS: Final = ("1.0.0", "1.1.0", "2.0.0")

SCHEMA: Final = {
    "version": Field(one_of(*VERSIONS), default="2.0.0"),
    "callback_id": Field(integer(minimum=1), required=True),
    "expires_at": Field(nullable(integer(minimum=1)), default=None),
}


def _check(desk: Desk, voip_id: int, row: Document) -> Iterator[Problem]:
    if not desk.behaviour.check_callback_exists:
        return
    if not desk.tables.has_callback(voip_id, row["callback_id"]):
        yield "callback_id", "there is no such callback"


LISTENERS: Final = Resource(
    table=lambda tables: tables.listeners,
    schema=SCHEMA,
    remove=Tables.remove_listener,
    filters=("callback_id",),
    stamped=True,
    check=_check,
)
