"""One at a time: of this process' requests, only the first at each key asks Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """Let one through at a time, first come, first served.

    Attributes:
        lock: what whoever is through holds.
        users: how many hold it or wait for it.
    """

    __slots__ = ("_answered", "lock", "users")

    def __init__(self) -> None:
        self.lock: asyncio.Lock = asyncio.Lock()
        self.users: int = 0
        self._answered = asyncio.Event()

    def note_answer(self) -> None:
        """Have whoever waits in `answer_or` look again: a request was answered."""
        self._answered.set()

    async def answer_or(self, seconds: float) -> None:
        """Wait so many seconds, or until an answer to another request."""
        self._answered.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._answered.wait()
        except TimeoutError:
            return


class Gates:
    """The gates of one event loop, each kept while it is used."""

    def __init__(self) -> None:
        self._gates: dict[str, Gate] = {}

    def is_taken(self, key: str) -> bool:
        """Tell whether somebody is at that gate."""
        return key in self._gates

    def note_answer(self, key: str) -> None:
        """Tell who waits at a gate that a request of it was answered."""
        gate = self._gates.get(key)
        if gate is not None:
            gate.note_answer()

    @asynccontextmanager
    async def through(self, key: str) -> AsyncIterator[Gate]:
        """Hold a gate while nobody else does."""
        gate = self._gates.setdefault(key, Gate())
        gate.users += 1
        try:
            async with gate.lock:
                yield gate
        finally:
            gate.users -= 1
            if not gate.users:
                del self._gates[key]
