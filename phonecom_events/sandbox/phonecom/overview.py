"""Overview: listeners with all they hang on, and creating all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ..messages import Call, Document, Reply, json_reply
from .accounts import PROFILES
from .callbacks import CALLBACKS
from .fields import Field, field_problems, list_of, object_with, under, with_defaults
from .listeners import LISTENER_FILTERS, LISTENERS, SUBSCRIPTIONS
from .listing import Parameters, page, read_list_query
from .ownership import OF_ACCOUNT, Desk, Place, read_body
from .problems import Problem
from .resource import in_brief
from .tables import Tables, listener_scope

_BODY: Final = {
    **LISTENERS.schema,
    "callback_id": Field(LISTENERS.schema["callback_id"].check),
    ":callback": Field(object_with()),
    ":subscriptions": Field(list_of(object_with(), fewest=1), required=True),
    ":filters": Field(list_of(object_with())),
}
_encode: Final = msgspec.json.Encoder().encode


async def list_overview(desk: Desk, call: Call, place: Place) -> Reply:
    """Answer one page of listeners with callback, profile and subscriptions."""
    asked = read_list_query(call.query, (), desk.behaviour)
    scopes = OF_ACCOUNT.scopes(desk, place, subaccounts=asked.include_subaccounts)

    def items(shown: Sequence[Document]) -> list[Document]:
        whole = _items(desk.tables, shown)
        return [in_brief(desk, item) for item in whole] if asked.brief else whole

    return page(asked, desk.tables.listeners.select(scopes), items, desk.behaviour)


async def create_overview(desk: Desk, call: Call, place: Place) -> Reply:
    """Create listener, subscriptions and filters, and callback and profile if given.

    Everything is checked before anything is made.
    """
    Parameters(call.query).finish(desk.behaviour)
    body = read_body(call)
    strict = desk.behaviour.refuse_unknown
    desk.refuse_if(field_problems(_BODY, body, partial=False, refuse_unknown=strict))
    desk.refuse_if(_problems(desk, place.voip_id, body))
    if ":callback" in body:
        callback = with_defaults(CALLBACKS.schema, body[":callback"])
        await CALLBACKS.admit(desk, callback)
        callback_id = _create_callback(desk, place, body[":callback"])
        body = {**body, "callback_id": callback_id}
    listener = _create_listener(desk, place, body)
    (item,) = _items(desk.tables, [listener])
    return json_reply(desk.behaviour.create_status, item)


def _problems(desk: Desk, voip_id: int, body: Document) -> Iterator[Problem]:
    if ("callback_id" in body) is (":callback" in body):
        yield "callback_id", "give either this or :callback"
    elif ":callback" in body:
        yield from under(":callback", _of_callback(desk, voip_id, body[":callback"]))
    else:
        yield from LISTENERS.check(desk, voip_id, body)
    for name, resource in _PARTS:
        for index, part in enumerate(body.get(name, ())):
            yield from under(f"{name}.{index}", resource.problems(desk, voip_id, part))


def _of_callback(desk: Desk, voip_id: int, body: Document) -> Iterator[Problem]:
    if ":profile" not in body:
        yield from CALLBACKS.problems(desk, voip_id, body)
        return
    if "profile_id" in body:
        yield "profile_id", "give either this or :profile"
    rest = {name: value for name, value in body.items() if name != ":profile"}
    yield from CALLBACKS.problems(desk, voip_id, rest)
    yield from under(":profile", PROFILES.problems(desk, voip_id, body[":profile"]))


def _create_callback(desk: Desk, place: Place, body: Document) -> int:
    owner = OF_ACCOUNT.fields(desk, place)
    row = with_defaults(CALLBACKS.schema, body)
    if ":profile" in body:
        profile = with_defaults(PROFILES.schema, body[":profile"])
        row["profile_id"] = PROFILES.insert(desk, owner, profile)["id"]
    callback_id: int = CALLBACKS.insert(desk, owner, row)["id"]
    return callback_id


def _create_listener(desk: Desk, place: Place, body: Document) -> Document:
    owner = OF_ACCOUNT.fields(desk, place)
    listener = LISTENERS.insert(desk, owner, with_defaults(LISTENERS.schema, body))
    for name, resource in _PARTS:
        for part in body.get(name, ()):
            row = with_defaults(resource.schema, part)
            resource.insert(desk, {"listener_id": listener["id"]}, row)
    return listener


def _items(tables: Tables, listeners: Sequence[Document]) -> list[Document]:
    """Hang on each listener what belongs to it; callbacks repeat, so keep them."""
    callbacks: dict[int, msgspec.Raw] = {}
    items = []
    for listener in listeners:
        key: int = listener["callback_id"]
        if key not in callbacks:
            callbacks[key] = msgspec.Raw(_encode(_nested_callback(tables, key)))
        subscriptions = tables.subscriptions.select([listener_scope(listener["id"])])
        items.append(
            {
                **listener,
                ":callback": callbacks[key],
                ":subscriptions": tables.subscriptions.encoded(subscriptions),
            }
        )
    return items


def _nested_callback(tables: Tables, callback_id: int) -> Document | None:
    callback = tables.callbacks.shown(callback_id)
    if callback is None:
        return None
    return {
        **callback,
        ":profile": tables.profiles.shown(callback["profile_id"]),
        ":fallback": tables.callbacks.shown(callback["fallback_callback_id"]),
    }


_PARTS: Final = ((":subscriptions", SUBSCRIPTIONS), (":filters", LISTENER_FILTERS))
