"""Where events are kept between their acknowledgement and their handler.

Each event has one state. It is WAITING until a process takes it, and LEASED to that
process until its handler has returned (DONE) or raised: then it is PAUSED until it is
WAITING again, or, after so many attempts, DEAD, for a person to look at. What that
person gives up is DROPPED.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen


class State(StrEnum):
    """Say how far an event has come; inboxes on disk have these very words."""

    WAITING = "waiting"
    LEASED = "leased"
    PAUSED = "paused"
    DEAD = "dead"
    DONE = "done"
    DROPPED = "dropped"


@frozen(kw_only=True)
class LeasedEvent:
    """Hold an event that is this process's to handle.

    Attributes:
        id: the inbox's own.
        body: as it came.
        attempt: 1 when it is handled for the first time.
        owner: who has leased it, if the inbox has a name for that.
    """

    id: int
    body: bytes = field(repr=False)
    attempt: int
    owner: str = ""


class EventQueue(Protocol):
    """Keep the events of one receiver, which calls all of this on its loop.

    A queue that cannot be read or written tells the log so, once.
    """

    async def put(self, body: bytes, keys: Sequence[str]) -> bool:
        """Keep an event, if it is new; the 2xx is sent when this has returned.

        Args:
            body: as it came.
            keys: what a repeat of it would have, any one of them. The last is what
                the vendor calls it by.

        Returns:
            False for a repeat, which is not kept again.

        Raises:
            InboxUnavailable: it is not kept.
        """
        ...

    async def take(self) -> LeasedEvent | None:
        """Wait for the oldest event that nobody handles, and lease it.

        Returns:
            None once `drain` was called and nothing is left that would be lost.

        Raises:
            InboxUnavailable: none can be read.
        """
        ...

    async def finish(self, event: LeasedEvent) -> None:
        """Mark *event* as done; need not wait until that is written."""
        ...

    async def fail(self, event: LeasedEvent, error: str) -> None:
        """Let *event* be tried again later, or no more; need not wait, either."""
        ...

    def drain(self) -> None:
        """Let `take` return what would be lost otherwise, and then None."""
        ...

    async def close(self) -> None:
        """Leave to others what was taken and neither finished nor failed.

        Raises nothing: an application that stops cannot do anything about it.
        """
        ...


class Inbox(Protocol):
    """Keep the events of receivers; holds nothing of a loop until it is opened."""

    async def open(self, source: str) -> EventQueue:
        """Return the queue of a receiver, on the running loop.

        That it cannot be read or written now is no reason to raise: it may be later.

        Args:
            source: whose events they are, such as ``linq``; each source has its own.

        Raises:
            InvalidArgument: it cannot be opened (twice) in this way.
        """
        ...
