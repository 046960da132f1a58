"""Callbacks: where events are delivered, over HTTP, by mail or to an application.

With `probe_callbacks`, a new one is admitted only if its URL passes the test that
the vendor's page on callbacks tells of.
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
from .ownership import Context, PathIds
from .problems import Problem, Refused
from .resource import Resource
from .tables import Tables

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

_CALLBACK: Final = {
    "name": Field(nullable(text(1, 128)), default=None),
    "fallback_callback_id": Field(nullable(integer(minimum=0)), default=None),
    "profile_id": Field(nullable(integer(minimum=0)), default=None),
    "enabled": Field(boolean, default=True),
    "mode": Field(one_of(*_NEEDED_IN_CONFIG), default="HTTPS"),
    "config": Field(_CONFIG, required=True),
}


def _check(context: Context, voip_id: int, row: Document) -> Iterator[Problem]:
    for name in _NEEDED_IN_CONFIG.get(row["mode"], ()):
        if name not in row["config"]:
            yield f"config.{name}", f"is required in mode {row['mode']}"
    tables, behaviour = context.tables, context.behaviour
    references = (
        ("fallback_callback_id", behaviour.check_callback_exists, tables.has_callback),
        ("profile_id", behaviour.check_profile_exists, tables.has_profile),
    )
    # 0 is none: the schema's minimum is 0, and no id is.
    for name, checked, exists in references:
        if checked and row[name] and not exists(voip_id, row[name]):
            yield name, "is not an id of this account"


def _merge(context: Context, row: Document, changes: Document) -> Document:
    if context.behaviour.config_patch == "replace" or "config" not in changes:
        return changes
    return {**changes, "config": {**row["config"], **changes["config"]}}


_PROBE_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)
_PASSING: Final = (200, 201)


async def _passes_probe(url: str) -> bool:
    """POST `{"test": 1}` to *url* and say whether it answers 200 or 201."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_PROBE_TIMEOUT) as session,
            session.post(url, json={"test": 1}, allow_redirects=False) as response,
        ):
            return response.status in _PASSING
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False


async def _admit(context: Context, row: Document) -> None:
    if not context.behaviour.probe_callbacks or row["mode"] not in ("HTTPS", "HTTP"):
        return
    if not await _passes_probe(row["config"]["url"]):
        fields = {"config.url": ["did not answer the test with 200 or 201"]}
        raise Refused(context.behaviour.probe_refusal, fields=fields)


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
    schema=_CALLBACK,
    remove=Tables.remove_callback,
    filters=("name", "profile_id", "fallback_callback_id"),
    check=_check,
    merge=_merge,
    admit=_admit,
    in_use=_in_use,
)


async def health(context: Context, call: Call, path: PathIds) -> Reply:
    """Answer what was put in for a callback; its items are documented nowhere."""
    row = CALLBACKS.find(context, path)
    asked = read_list_query(call.query, (), context.behaviour)
    return page(asked, context.tables.health_of(row["id"]), list, context.behaviour)
