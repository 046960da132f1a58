"""Who is called for an event, apart from calling them."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Collection
from collections.abc import Set as AbstractSet
from typing import Generic, Protocol, TypeAlias, TypeVar

from attrs import frozen

from ..errors import InvalidArgument


class Routable(Protocol):
    """Be an event that has names to be routed by."""

    @property
    def names(self) -> AbstractSet[str]:
        """Its type, its tags and whatever else it goes by."""
        ...


E = TypeVar("E", bound=Routable)
Handler: TypeAlias = Callable[[E], Awaitable[object]]


@frozen
class _Route(Generic[E]):
    names: frozenset[str]
    also: frozenset[str]
    handler: Handler[E]

    def takes(self, names: AbstractSet[str]) -> bool:
        return self.also <= names and (not self.names or bool(self.names & names))


class Router(Generic[E]):
    """Send events to the handlers that asked for them.

    Phone.com's events go by their data type and their tags, Linq's by their
    event type. Names are open: one that no event ever has is never called.

    Args:
        routers: whose handlers come after this one's own; handlers that are
            added to them later count as well.
    """

    def __init__(self, *routers: Router[E]) -> None:
        self._routers = routers
        self._routes: list[_Route[E]] = []

    def on(
        self, *names: str, also: Collection[str] = ()
    ) -> Callable[[Handler[E]], Handler[E]]:
        """Have the decorated async function called for events by these names.

        Args:
            names: of which the event must have one; none at all for every event.
            also: of which the event must have all, as in
                ``on("call", also=["inbound", "first-leg"])``.

        Raises:
            InvalidArgument: a name is not a string or empty, or the function is
                not async.
        """
        if isinstance(also, str):
            raise InvalidArgument("also must be a list of names, not one string")
        for name in (*names, *also):
            if not isinstance(name, str) or not name:
                raise InvalidArgument(
                    "names to route by must be strings that are not empty; write"
                    ' @router.on("call"), or @router.on() for every event'
                )

        def register(handler: Handler[E]) -> Handler[E]:
            if not _is_async(handler):
                raise InvalidArgument("a handler must be an async function")
            self._routes.append(_Route(frozenset(names), frozenset(also), handler))
            return handler

        return register

    def fetch(self, event: E) -> tuple[Handler[E], ...]:
        """Return who would be called for *event*, each once, in order of call."""
        found: list[Handler[E]] = []
        names = event.names
        own = (route.handler for route in self._routes if route.takes(names))
        others = (
            handler for router in self._routers for handler in router.fetch(event)
        )
        for handler in (*own, *others):
            if handler not in found:
                found.append(handler)
        return tuple(found)

    async def dispatch(self, event: E) -> None:
        """Call everyone who is to be called for *event*, one after the other.

        One that fails keeps none of the others from being called. Cancelling
        stops at once.

        Raises:
            ExceptionGroup: of what the handlers raised, even if it is only one.
        """
        errors: list[Exception] = []
        for handler in self.fetch(event):
            try:
                await handler(event)
            except Exception as error:  # noqa: BLE001, every one is raised below
                errors.append(error)
        if errors:
            raise ExceptionGroup(f"{len(errors)} handlers failed", errors)


def _is_async(handler: object) -> bool:
    call = getattr(handler, "__call__", None)  # noqa: B004, of objects with one
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(call)
