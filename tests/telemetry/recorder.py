"""A telemetry that records what it is told, as text where that is enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from attrs import define, field

from phonecom_events.telemetry import Operation

active: ContextVar[Recorded | None] = ContextVar("active", default=None)


@define(eq=False)
class Recorded:
    """Hold what was told of one operation; `under` is what was active when it began."""

    operation: Operation
    under: Recorded | None
    headers: Mapping[str, str]
    events: list[tuple[str, dict[str, Any]]] = field(factory=list)
    ended: list[dict[str, Any]] = field(factory=list)

    @contextmanager
    def active(self) -> Iterator[None]:
        token = active.set(self)
        try:
            yield
        finally:
            active.reset(token)

    def event(self, name: str, /, **facts: str | float) -> None:
        assert not self.ended
        self.events.append((name, facts))

    def end(self, **how: Any) -> None:
        self.ended.append({key: each for key, each in how.items() if each is not None})

    def __str__(self) -> str:
        name = f"{self.operation.kind} {self.operation.name}"
        return f"{self.under} > {name}" if self.under else name

    def named(self, name: str) -> list[dict[str, Any]]:
        """Return the facts of the events of one name."""
        return [facts for each, facts in self.events if each == name]


class Recorder:
    """Record everything."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        self.spans: list[Recorded] = []
        self.failures: list[tuple[str, str]] = []
        self._headers = headers or {}

    def begin(self, operation: Operation, /) -> Recorded:
        self.spans.append(Recorded(operation, active.get(), self._headers))
        return self.spans[-1]

    def decode_failed(self, *, vendor: str, expected: str) -> None:
        self.failures.append((vendor, expected))

    def all_ended_once(self) -> bool:
        """Tell whether nothing is told of any more."""
        return all(len(span.ended) == 1 for span in self.spans) and not active.get()

    def tree(self) -> list[str]:
        """Return what began in which, in order."""
        return [str(span) for span in self.spans]
