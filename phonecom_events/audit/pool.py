"""Runs a few jobs at a time, and no faster than their results are taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any, Generic, TypeVar

T = TypeVar("T")

Job = Callable[[], Coroutine[Any, Any, T]]


class Pool(Generic[T]):
    """Run jobs, at most *size* of them at a time.

    Jobs are drawn from their iterable only when there is room, and none is
    started while *size* are running or waiting to be taken: a slow taker slows
    the jobs down, and the memory needed does not grow with their number.

    Args:
        jobs: each starts one coroutine.
        size: how many at a time.
    """

    def __init__(self, jobs: Iterable[Job[T]], *, size: int) -> None:
        self._jobs: Iterator[Job[T]] = iter(jobs)
        self._size = size
        self._tasks: dict[asyncio.Task[T], None] = {}

    async def take(self) -> T:
        """Return the next result; of several, that of the job started first.

        Raises:
            StopAsyncIteration: all have been taken.

        A job's exception is raised as it is, and the others run on: call `aclose`.
        """
        while len(self._tasks) < self._size:
            job = next(self._jobs, None)
            if job is None:
                break
            self._tasks[asyncio.create_task(job())] = None
        if not self._tasks:
            raise StopAsyncIteration
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        task = next(task for task in self._tasks if task in done)
        del self._tasks[task]
        return task.result()

    async def aclose(self) -> None:
        """Cancel what is running, and return when it has ended; start no more."""
        self._jobs = iter(())
        # Emptied before anything is awaited: a second call then finds nothing to end.
        tasks, self._tasks = tuple(self._tasks), {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
