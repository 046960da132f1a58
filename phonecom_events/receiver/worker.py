"""Calling the handler for what an inbox keeps, so many at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from traceback import format_exception_only
from typing import Final, Generic, TypeVar

from ..errors import InboxUnavailable
from .inbox import EventQueue, LeasedEvent

E = TypeVar("E")
_log: Final = logging.getLogger("phonecom_events.receiver")

# How long to leave an inbox alone that cannot be read.
_PAUSE: Final = 1.0
_MAX_ERROR: Final = 500


class Workers(Generic[E]):
    """Call a handler for each event of a queue, until they are stopped.

    Args:
        queue: where the events are.
        read: makes an event of a body. What it raises counts as the handler's.
        handle: called with each event.
        count: how many are handled at a time; one keeps them in order.
    """

    def __init__(
        self,
        queue: EventQueue,
        read: Callable[[bytes], E],
        handle: Callable[[E], Awaitable[object]],
        *,
        count: int,
    ) -> None:
        self._queue = queue
        self._read = read
        self._handle = handle
        self._tasks = [
            asyncio.create_task(self._work(), name="phonecom_events.receiver")
            for _ in range(count)
        ]

    async def stop(self, drain: float) -> None:
        """Let the handlers come to an end, for *drain* seconds, and cancel them."""
        self._queue.drain()
        try:
            await asyncio.wait(self._tasks, timeout=drain)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            try:
                event = await self._queue.take()
                if event is None:
                    return
                await self._attempt(event)
            except InboxUnavailable:  # which the inbox has told
                await asyncio.sleep(_PAUSE)
            except Exception:  # noqa: BLE001, whatever it was, others wait
                # An inbox of the user's own; without a worker nothing is handled.
                _log.exception("the inbox failed")
                await asyncio.sleep(_PAUSE)

    async def _attempt(self, event: LeasedEvent) -> None:
        try:
            await self._handle(self._read(event.body))
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Not this worker was cancelled, but something the handler awaited.
            _log.exception(
                "handling an event was cancelled (attempt %d)", event.attempt
            )
            problem = error_line(error)
        except Exception as error:  # noqa: BLE001, whatever it was, the next event waits
            _log.exception("handling an event failed (attempt %d)", event.attempt)
            problem = error_line(error)
        else:
            await self._queue.finish(event)
            return
        await self._queue.fail(event, problem)


def error_line(error: BaseException) -> str:
    """Say what was raised, and for a group what its members are."""
    if isinstance(error, BaseExceptionGroup):
        line = "; ".join(error_line(each) for each in error.exceptions)
    else:
        # Not str(), which an exception may have broken.
        line = "".join(format_exception_only(error)).strip()
    # It may hold what no UTF-8 has: a lone surrogate out of the sender's JSON.
    return line.encode(errors="backslashreplace").decode()[:_MAX_ERROR]
