"""The table of operations: path shapes and methods to handlers.

A shape is a path below `/v4` whose ids are `#`. Every resource exists on an
account and, but for the exceptions noted here, on each of its extensions.
Creating is a POST to the collection: the vendor's prose once printed an id in
that path, which cannot exist yet.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from .desk import Handler
from .listeners import LISTENERS
from .profiles import PROFILES
from .resource import Resource

Shape: TypeAlias = tuple[str, ...]
Methods: TypeAlias = dict[str, Handler]

_ACCOUNT: Final = ("accounts", "#")
EXTENSION: Final = (*_ACCOUNT, "extensions", "#")
_EVENTS: Final = ("integrations", "events")


def _collection(resource: Resource) -> Methods:
    return {"GET": resource.list, "POST": resource.create}


def _item(resource: Resource) -> Methods:
    return {
        "GET": resource.get,
        "PATCH": resource.patch,
        "DELETE": resource.delete,
    }


def _events_routes(base: Shape) -> dict[Shape, Methods]:
    routes: dict[Shape, Methods] = {}
    for name, resource in (("listeners", LISTENERS), ("profiles", PROFILES)):
        routes[*base, name] = _collection(resource)
        routes[*base, name, "#"] = _item(resource)
    return routes


ROUTES: Final[dict[Shape, Methods]] = {
    **_events_routes((*_ACCOUNT, *_EVENTS)),
    **_events_routes((*EXTENSION, *_EVENTS)),
}
