"""The table of operations: path shapes and methods to handlers.

A shape is a path below `/v4` whose ids are `#`. Every resource exists on an
account and, but for the exceptions noted here, on each of its extensions.
Creating is a POST to the collection: the vendor's prose once printed an id in
that path, which cannot exist yet.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from ..messages import Call, Reply
from .accounts import get_account, list_accounts, list_extensions, list_subaccounts
from .callbacks import CALLBACKS, health
from .desk import Desk, Handler, Place
from .listener_filters import LISTENER_FILTERS
from .listeners import LISTENERS
from .overview import create_overview, list_overview
from .problems import not_found
from .profiles import PROFILES
from .resource import Resource
from .subscriptions import SUBSCRIPTIONS

Shape: TypeAlias = tuple[str, ...]
Methods: TypeAlias = dict[str, Handler]

ACCOUNT: Final = ("accounts", "#")
EXTENSION: Final = (*ACCOUNT, "extensions", "#")
_EVENTS: Final = ("integrations", "events")


def _collection(resource: Resource) -> Methods:
    return {"GET": resource.list, "POST": resource.create}


def _item(resource: Resource) -> Methods:
    return {
        "GET": resource.get,
        "PATCH": resource.patch,
        "DELETE": resource.delete,
    }


async def _missing(desk: Desk, call: Call, place: Place) -> Reply:
    """Answer an operation that only the other level has."""
    del desk, call, place
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
# The schema has filters on accounts alone, and changes subscriptions on
# extensions alone.
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
