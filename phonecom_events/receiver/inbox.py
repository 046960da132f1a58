"""A bounded queue between acknowledging an event and handling it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from ..errors import InvalidArgument

E = TypeVar("E")
_log: Final = logging.getLogger("phonecom_events.receiver")


class Inbox(Generic[E]):
    """Hold events until a worker has handled them.

    Args:
        handle: called with each event. What it raises is logged, and the event
            is not handled again.
        size: how many events may wait.
        workers: how many are handled at a time; one keeps them in order.
        drain: seconds that `close` gives to those still waiting.
    """

    def __init__(
        self,
        handle: Callable[[E], Awaitable[object]],
        *,
        size: int,
        workers: int,
        drain: float,
    ) -> None:
        if size < 1 or workers < 1 or not drain >= 0:
            raise InvalidArgument(
                "queue_size and workers must be 1 or more, and drain 0 or more"
            )
        self._handle = handle
        self._size = size
        self._workers = workers
        self._drain = drain
        self._queue: asyncio.Queue[E] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._unhandled = 0

    def put(self, event: E) -> bool:
        """Take *event*, unless there is no room or no worker."""
        if self._queue is None or self._queue.full():
            return False
        self._queue.put_nowait(event)
        self._unhandled += 1
        return True

    def open(self) -> None:
        """Start the workers, on the running loop."""
        self._unhandled = 0
        self._queue = queue = asyncio.Queue[E](self._size)
        self._tasks = [
            asyncio.create_task(self._work(queue), name="phonecom_events.receiver")
            for _ in range(self._workers)
        ]

    async def close(self) -> None:
        """Take no more, let the workers finish what waits, and stop them."""
        queue, self._queue = self._queue, None
        if queue is None:
            return
        try:
            async with asyncio.timeout(self._drain):
                await queue.join()
        except TimeoutError:
            _log.error("%d acknowledged events were not handled", self._unhandled)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, queue: asyncio.Queue[E]) -> None:
        while True:
            event = await queue.get()
            try:
                await self._handle(event)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                # Not this worker was cancelled, but something the handler awaited.
                _log.exception("handling an event was cancelled")
            except Exception:  # noqa: BLE001, whatever it was, the next event waits
                _log.exception("handling an event failed")
            finally:
                self._unhandled -= 1
                queue.task_done()
