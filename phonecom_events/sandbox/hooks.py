"""Hooks: let a test act between requests, such as insert or delete rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from attrs import define

from .log import LoggedRequest
from .matching import Match

Hook: TypeAlias = Callable[[LoggedRequest], object]


@define(eq=False)
class _Registered:
    hook: Hook
    matches: Match
    nth: int | None
    seen: int = 0


class Hooks:
    """The hooks to run right before a request is answered."""

    def __init__(self) -> None:
        self._registered: list[_Registered] = []

    def add(self, hook: Hook, matches: Match, nth: int | None) -> Callable[[], None]:
        """Register *hook*; the function returned takes it out again."""
        registered = _Registered(hook, matches, nth)
        self._registered.append(registered)

        def remove() -> None:
            if registered in self._registered:
                self._registered.remove(registered)

        return remove

    def run(self, record: LoggedRequest) -> None:
        """Run the hooks meant for *record*, in the order they were added."""
        for registered in tuple(self._registered):
            if not registered.matches(record):
                continue
            registered.seen += 1
            if registered.nth in (None, registered.seen):
                registered.hook(record)
