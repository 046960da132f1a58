"""Hooks: let a test act between requests, such as insert or delete rows.

`Match` says which requests one is meant for; faults use it as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from attrs import define, frozen

from .log import LoggedRequest


@frozen(kw_only=True)
class Match:
    """Picks requests by service, method and path; what is not given matches all.

    A `path` given as text may stand anywhere in the path; a compiled pattern is
    searched for.
    """

    service: Literal["phonecom", "linq"] | None = None
    method: str | None = None
    path: str | re.Pattern[str] | None = None

    def __call__(self, record: LoggedRequest) -> bool:
        """Say whether *record* is meant."""
        if self.service is not None and self.service != record.service:
            return False
        if self.method is not None and self.method.upper() != record.method:
            return False
        if self.path is None:
            return True
        if isinstance(self.path, str):
            return self.path in record.path
        return self.path.search(record.path) is not None


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
        # A copy: a hook may take itself out.
        for registered in tuple(self._registered):
            if not registered.matches(record):
                continue
            registered.seen += 1
            if registered.nth in (None, registered.seen):
                registered.hook(record)
