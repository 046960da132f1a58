"""Callbacks: where events are delivered, over HTTP, by mail or to an application.

The test that Phone.com sends to the URL of a new callback.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import aiohttp

from ..messages import Call, Document, Reply
from .fields import (
    Field,
    boolean,
    bounded,
    integer,
    list_of,
    nullable,
    object_with,
    one_of,
    text,
)
from .listing import page, read_list_query
from .ownership import Desk, Place
from .problems import Problem, Refused
from .resource import Resource
from .tables import Tables

_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)
_PASSING: Final = (200, 201)


async def passes_probe(url: str) -> bool:
    """POST `{"test": 1}` to *url* and say whether it answers 200 or 201."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.post(url, json={"test": 1}, allow_redirects=False) as response,
        ):
            return response.status in _PASSING
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False


_HEADER: Final = object_with(
    {"name": Field(text(), required=True), "value": Field(text(), required=True)}
)
_RATE_LIMIT: Final = nullable(
    object_with(
        {
            "number": Field(bounded(1, 1000), required=True),
            "period": Field(bounded(10, 3600), required=True),
        }
    )
)
_CONFIG: Final = object_with(
    {
        "url": Field(text(shortest=1)),
        "method": Field(one_of("GET", "POST", "PUT", "PATCH", "DELETE")),
        "headers": Field(nullable(list_of(_HEADER))),
        "timeout": Field(nullable(integer())),
        "email": Field(text(shortest=1)),
        "mode": Field(one_of("json", "text")),
        # The schema spells it with an underscore, the prose with a hyphen.
        "rate_limit": Field(_RATE_LIMIT),
        "rate-limit": Field(_RATE_LIMIT),
        "application": Field(one_of("sms-autoresponder", "google-analytics")),
        "parameters": Field(object_with()),
    }
)
_NEEDED_IN_CONFIG: Final = {
    "HTTPS": ("url",),
    "HTTP": ("url",),
    "EMAIL": ("email",),
    "APPLICATION": ("application", "parameters"),
}

SCHEMA: Final = {
    "name": Field(nullable(text(1, 128)), default=None),
    "fallback_callback_id": Field(nullable(integer(minimum=0)), default=None),
    "profile_id": Field(nullable(integer(minimum=0)), default=None),
    "enabled": Field(boolean, default=True),
    "mode": Field(one_of(*_NEEDED_IN_CONFIG), default="HTTPS"),
    "config": Field(_CONFIG, required=True),
}


def _check(desk: Desk, voip_id: int, row: Document) -> Iterator[Problem]:
    for name in _NEEDED_IN_CONFIG.get(row["mode"], ()):
        if name not in row["config"]:
            yield f"config.{name}", f"is required in mode {row['mode']}"
    tables, behaviour = desk.tables, desk.behaviour
    references = (
        ("fallback_callback_id", behaviour.check_callback_exists, tables.has_callback),
        ("profile_id", behaviour.check_profile_exists, tables.has_profile),
    )
    for name, checked, exists in references:
        if checked and row[name] and not exists(voip_id, row[name]):
            yield name, "is not an id of this account"


def _merge(desk: Desk, row: Document, changes: Document) -> Document:
    if desk.behaviour.config_patch == "replace" or "config" not in changes:
        return changes
    return {**changes, "config": {**row["config"], **changes["config"]}}


async def _admit(desk: Desk, row: Document) -> None:
    if not desk.behaviour.probe_callbacks or row["mode"] not in ("HTTPS", "HTTP"):
        return
    if not await passes_probe(row["config"]["url"]):
        fields = {"config.url": ["did not answer the test with 200 or 201"]}
        raise Refused(desk.behaviour.probe_refusal, fields=fields)


def _in_use(tables: Tables, row: Document) -> str:
    if any(
        listener["callback_id"] == row["id"]
        for listener in tables.listeners_of(row["voip_id"])
    ):
        return "Callback is in use: a listener names it"
    if any(
        other["fallback_callback_id"] == row["id"]
        for other in tables.callbacks_of(row["voip_id"])
        if other is not row
    ):
        return "Callback is in use: it is the fallback of another"
    return ""


CALLBACKS: Final = Resource(
    table=lambda tables: tables.callbacks,
    schema=SCHEMA,
    remove=Tables.remove_callback,
    filters=("name", "profile_id", "fallback_callback_id"),
    check=_check,
    merge=_merge,
    admit=_admit,
    in_use=_in_use,
)


async def health(desk: Desk, call: Call, place: Place) -> Reply:
    """Answer what was put in for a callback; its items are documented nowhere."""
    row = CALLBACKS.find(desk, place)
    asked = read_list_query(call.query, (), desk.behaviour)
    return page(asked, desk.tables.health_of(row["id"]), list, desk.behaviour)
