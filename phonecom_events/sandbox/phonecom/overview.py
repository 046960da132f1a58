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
from .ownership import OF_ACCOUNT, Context, PathIds, read_body
from .problems import Problem
from .resource import in_brief
from .tables import Tables, listener_scope

_BODY: Final = {
    **LISTENERS.schema,
    # Required of a listener, but here it may come with its callback.
    "callback_id": Field(LISTENERS.schema["callback_id"].check),
    ":callback": Field(object_with()),
    ":subscriptions": Field(list_of(object_with(), fewest=1), required=True),
    ":filters": Field(list_of(object_with())),
}
_encode: Final = msgspec.json.Encoder().encode


async def list_overview(context: Context, call: Call, path: PathIds) -> Reply:
    """Answer one page of listeners with callback, profile and subscriptions."""
    asked = read_list_query(call.query, (), context.behaviour)
    scopes = OF_ACCOUNT.scopes(context, path, subaccounts=asked.include_subaccounts)

    def items(shown: Sequence[Document]) -> list[Document]:
        whole = _items(context.tables, shown)
        return [in_brief(context, item) for item in whole] if asked.brief else whole

    return page(
        asked, context.tables.listeners.select(scopes), items, context.behaviour
    )


async def create_overview(context: Context, call: Call, path: PathIds) -> Reply:
    """Create listener, subscriptions and filters, and callback and profile if given.

    Everything is checked before anything is made.
    """
    Parameters(call.query).finish(context.behaviour)
    body = read_body(call)
    strict = context.behaviour.refuse_unknown
    context.refuse_if(field_problems(_BODY, body, partial=False, refuse_unknown=strict))
    context.refuse_if(_problems(context, path.voip_id, body))
    if ":callback" in body:
        callback = with_defaults(CALLBACKS.schema, body[":callback"])
        await CALLBACKS.admit(context, callback)
        callback_id = _create_callback(context, path, body[":callback"])
        body = {**body, "callback_id": callback_id}
    listener = _create_listener(context, path, body)
    (item,) = _items(context.tables, [listener])
    return json_reply(context.behaviour.create_status, item)


def _problems(context: Context, voip_id: int, body: Document) -> Iterator[Problem]:
    if ("callback_id" in body) is (":callback" in body):
        yield "callback_id", "give either this or :callback"
    elif ":callback" in body:
        yield from under(":callback", _of_callback(context, voip_id, body[":callback"]))
    else:
        yield from LISTENERS.check(context, voip_id, body)
    for name, resource in _PARTS:
        for index, part in enumerate(body.get(name, ())):
            yield from under(
                f"{name}.{index}", resource.problems(context, voip_id, part)
            )


def _of_callback(context: Context, voip_id: int, body: Document) -> Iterator[Problem]:
    if ":profile" not in body:
        yield from CALLBACKS.problems(context, voip_id, body)
        return
    if "profile_id" in body:
        yield "profile_id", "give either this or :profile"
    rest = {name: value for name, value in body.items() if name != ":profile"}
    yield from CALLBACKS.problems(context, voip_id, rest)
    yield from under(":profile", PROFILES.problems(context, voip_id, body[":profile"]))


def _create_callback(context: Context, path: PathIds, body: Document) -> int:
    owner = OF_ACCOUNT.fields(context, path)
    row = with_defaults(CALLBACKS.schema, body)
    if ":profile" in body:
        profile = with_defaults(PROFILES.schema, body[":profile"])
        row["profile_id"] = PROFILES.insert(context, owner, profile)["id"]
    callback_id: int = CALLBACKS.insert(context, owner, row)["id"]
    return callback_id


def _create_listener(context: Context, path: PathIds, body: Document) -> Document:
    owner = OF_ACCOUNT.fields(context, path)
    listener = LISTENERS.insert(context, owner, with_defaults(LISTENERS.schema, body))
    for name, resource in _PARTS:
        for part in body.get(name, ()):
            row = with_defaults(resource.schema, part)
            resource.insert(context, {"listener_id": listener["id"]}, row)
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
