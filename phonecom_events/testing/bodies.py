"""What both services answer, as they document it: for mocks.

Each is JSON as Python has it, made by the sandbox; its fields can be given, by the
names that the sandbox's `add_…` methods have for them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from ..sandbox.linq import bodies as linq_bodies
from ..sandbox.phonecom import problems
from ..sandbox.server import State

ACCOUNT = 1000002

Body = dict[str, Any]


def account(voip_id: int = ACCOUNT, **fields: Any) -> Body:
    """Return an account of Phone.com's."""
    return _state().add_account(voip_id, **fields)


def extension(voip_id: int = ACCOUNT, extension_id: int = 500, **fields: Any) -> Body:
    """Return an extension of an account."""
    return _state().add_extension(voip_id, extension_id, **fields)


def listener(voip_id: int = ACCOUNT, **fields: Any) -> Body:
    """Return a listener."""
    return _state().add_listener(voip_id, **fields)


def callback(voip_id: int = ACCOUNT, **fields: Any) -> Body:
    """Return a callback."""
    return _state().add_callback(voip_id, **fields)


def profile(voip_id: int = ACCOUNT, **fields: Any) -> Body:
    """Return a profile."""
    return _state().add_profile(voip_id, **fields)


def subscription(tags: Sequence[str] = ("call",), *, id: int = 5001) -> Body:  # noqa: A002
    """Return a subscription of a listener."""
    state = _state()
    return state.add_subscription(state.add_listener(ACCOUNT)["id"], tags, id=id)


def overview(
    listener: Body, callback: Body | None = None, *subscriptions: Body
) -> Body:
    """Return a row of the overview: a listener with what it hangs on."""
    nested = callback and {":profile": None, ":fallback": None, **callback}
    return {**listener, ":callback": nested, ":subscriptions": list(subscriptions)}


def page(*items: Body, limit: int = 500, offset: int = 0) -> Body:
    """Return one page of a listing of Phone.com's."""
    return {
        "filters": {},
        "sort": {"id": "desc"},
        "limit": limit,
        "offset": offset,
        "items": list(items),
    }


def problem(status: int, message: str = "", **inside: Any) -> Body:
    """Return an error of Phone.com's.

    Args:
        status: the HTTP status, which the body says too.
        message: in words; by default what the vendor says with that status.
        inside: what else stands in it, such as ``fields={"name": ["is taken"]}``.
    """
    reply = problems.error_reply(status, time.time(), message, inside)
    return _read(reply.body)


def linq_subscription(
    target_url: str = "https://hooks.example.com/linq", **fields: Any
) -> Body:
    """Return a webhook subscription of Linq's."""
    return _state().add_linq_subscription(target_url, **fields)


def linq_subscriptions(*subscriptions: Body) -> Body:
    """Return the listing of webhook subscriptions, which has no pages."""
    return {"subscriptions": list(subscriptions)}


def linq_problem(status: int, message: str = "") -> Body:
    """Return an error of Linq's."""
    return _read(linq_bodies.error_reply(status, "0" * 32, message=message).body)


def _state() -> State:
    return State(time.time)


def _read(body: bytes) -> Body:
    read: Body = json.loads(body)
    return read
