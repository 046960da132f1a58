"""Profiles: whom to mail when a callback has problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..messages import Document
from .desk import Desk
from .fields import Field, nullable, text
from .problems import Problem
from .resource import Resource
from .tables import Tables

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
