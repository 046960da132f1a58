"""The Phone.com service: token, route, limits, handler; refusals to envelopes.

`ROUTES` is the table of operations. A shape is a path below `/v4` whose ids are `#`.
Every resource exists on an account and, but for the exceptions noted here, on each
of its extensions.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from attrs import field, frozen

from ..limits import Limiter
from ..messages import Call, Hint, Reply
from .accounts import (
    PROFILES,
    get_account,
    list_accounts,
    list_extensions,
    list_subaccounts,
)
from .callbacks import CALLBACKS, health
from .listeners import LISTENER_FILTERS, LISTENERS, SUBSCRIPTIONS
from .overview import create_overview, list_overview
from .ownership import Context, Handler, PathIds
from .problems import Refused, error_reply, not_found, throttled_reply
from .resource import Resource

Shape: TypeAlias = tuple[str, ...]
Methods: TypeAlias = dict[str, Handler]

ACCOUNT: Final = ("accounts", "#")
EXTENSION: Final = (*ACCOUNT, "extensions", "#")
_EVENTS: Final = ("integrations", "events")


# Creating is a POST to the collection: the vendor's older pages print an id in that
# path, where none exists yet; its OpenAPI does not.
def _collection(resource: Resource) -> Methods:
    return {"GET": resource.list, "POST": resource.create}


def _item(resource: Resource) -> Methods:
    return {
        "GET": resource.get,
        "PATCH": resource.patch,
        "DELETE": resource.delete,
    }


async def _missing(context: Context, call: Call, path: PathIds) -> Reply:
    """Answer an operation that only the other level has."""
    del context, call, path
    raise not_found()


def _events_routes(base: Shape) -> dict[Shape, Methods]:
    routes: dict[Shape, Methods] = {
        (*base, "overview"): {"GET": list_overview, "POST": create_overview},
        (*base, "callbacks", "#", "health"): {"GET": health},
    }
    for name, resource in _RESOURCES.items():
        routes[*base, name] = _collection(resource)
        routes[*base, name, "#"] = _item(resource)
    subscriptions = (*base, "listeners", "#", "subscriptions")
    routes[subscriptions] = _collection(SUBSCRIPTIONS)
    routes[*subscriptions, "#"] = _item(SUBSCRIPTIONS)
    return routes


_RESOURCES: Final = {
    "callbacks": CALLBACKS,
    "listeners": LISTENERS,
    "profiles": PROFILES,
}
_ON_ACCOUNT: Final = _events_routes((*ACCOUNT, *_EVENTS))
_FILTERS: Final = (*ACCOUNT, *_EVENTS, "listeners", "#", "filters")
# So the vendor's OpenAPI has it: filters on accounts alone, and subscriptions that
# can be changed on extensions alone.
_ON_ACCOUNT[_FILTERS] = _collection(LISTENER_FILTERS)
_ON_ACCOUNT[*_FILTERS, "#"] = _item(LISTENER_FILTERS)
_ON_ACCOUNT[*ACCOUNT, *_EVENTS, "listeners", "#", "subscriptions", "#"]["PATCH"] = (
    _missing
)

ROUTES: Final[dict[Shape, Methods]] = {
    ("accounts",): {"GET": list_accounts},
    ACCOUNT: {"GET": get_account},
    (*ACCOUNT, "subaccounts"): {"GET": list_subaccounts},
    (*ACCOUNT, "extensions"): {"GET": list_extensions},
    **_ON_ACCOUNT,
    **_events_routes((*EXTENSION, *_EVENTS)),
}


_ID: Final = re.compile(r"[0-9]{1,18}")


@frozen(kw_only=True)
class PhoneCom:
    """Answers what comes in below `/v4`."""

    token: str = field(repr=False)
    context: Context
    limiter: Limiter | None = None

    async def answer(self, call: Call) -> Reply:
        """Do what *call* asks for; the token is looked at before the path."""
        try:
            self._authorize(call)
            return await self._route(call)
        except Refused as refused:
            return error_reply(
                refused.status, self.context.clock(), refused.message, refused.inside
            )

    def error(self, status: int) -> Reply:
        """Answer *status* in the vendor's envelope."""
        return error_reply(status, self.context.clock())

    def throttled(self, retry_after: float, hint: Hint) -> Reply:
        """Answer 429 with the hint in the body, in headers, both or neither."""
        return throttled_reply(self.context.clock(), retry_after=retry_after, hint=hint)

    def _authorize(self, call: Call) -> None:
        if call.authorization != f"Bearer {self.token}":
            raise Refused(401, "The access token is missing or not valid")

    async def _route(self, call: Call) -> Reply:
        shape, ids = _read_path(call.segments)
        methods = ROUTES.get(shape)
        if methods is None:
            raise not_found()
        # Before the account is looked up: the windows count what is refused later on.
        throttled = self._throttle(call, shape, ids)
        if throttled is not None:
            return throttled
        handler = methods.get(call.method)
        if handler is None:
            raise Refused(400, f"Method {call.method} is not allowed here")
        path = _path_ids(shape, ids)
        if ids and not self.context.tables.exists(path.voip_id, path.extension_id):
            raise not_found()
        return await handler(self.context, call, path)

    def _throttle(self, call: Call, shape: Shape, ids: tuple[int, ...]) -> Reply | None:
        if self.limiter is None:
            return None
        endpoint = "/".join(shape)
        if self.limiter.limits.by_method:
            endpoint = f"{call.method} {endpoint}"
        overrun = self.limiter.admit(
            account=str(ids[0]) if ids else "",
            address=call.address,
            endpoint=endpoint,
        )
        if overrun is None:
            return None
        return throttled_reply(
            self.context.clock(),
            retry_after=overrun.retry_after,
            hint=self.limiter.limits.hint,
            limit=overrun.limit,
            reset=overrun.reset,
        )


def _read_path(segments: tuple[str, ...]) -> tuple[Shape, tuple[int, ...]]:
    ids = tuple(int(segment) for segment in segments if _ID.fullmatch(segment))
    shape = tuple(
        "#" if _ID.fullmatch(segment) else segment.replace("#", "%23")
        for segment in segments
    )
    return shape, ids


def _path_ids(shape: Shape, ids: tuple[int, ...]) -> PathIds:
    if not ids:
        return PathIds(voip_id=0, extension_id=None, ids=())
    if shape[: len(EXTENSION)] == EXTENSION:
        return PathIds(voip_id=ids[0], extension_id=ids[1], ids=ids[2:])
    return PathIds(voip_id=ids[0], extension_id=None, ids=ids[1:])
