"""The pool: bounded, lazy, and without anything left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from phonecom_events.audit.pool import Job, Pool


class Work:
    """Make jobs that wait until they are let go, and count what happens."""

    def __init__(self, total: int) -> None:
        self.drawn = 0
        self.running = 0
        self.most = 0
        self.cancelled: list[int] = []
        self.gates = [asyncio.Event() for _ in range(total)]

    def jobs(self) -> Iterator[Job[int]]:
        """Give one job for each gate."""
        for number in range(len(self.gates)):
            self.drawn += 1
            yield lambda number=number: self._job(number)

    async def _job(self, number: int) -> int:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.gates[number].wait()
        except asyncio.CancelledError:
            self.cancelled.append(number)
            raise
        finally:
            self.running -= 1
        return number


async def until_running(work: Work, count: int) -> None:
    """Let the loop turn until so many jobs run."""
    async with asyncio.timeout(20):
        while work.running != count:
            await asyncio.sleep(0)


async def test_results_come_as_they_finish() -> None:
    """A slow job does not hold up the result of a quick one."""
    work = Work(3)
    pool = Pool(work.jobs(), size=3)
    for number in (2, 0, 1):
        work.gates[number].set()
        assert await pool.take() == number
    with pytest.raises(StopAsyncIteration):
        await pool.take()


async def test_no_more_jobs_are_drawn_than_there_is_room() -> None:
    """Of a hundred jobs with three places, three are drawn and running."""
    work = Work(100)
    pool = Pool(work.jobs(), size=3)
    taker = asyncio.create_task(pool.take())
    await until_running(work, 3)
    assert work.drawn == 3
    for gate in work.gates:
        gate.set()
    taken = {await taker, *[await pool.take() for _ in range(99)]}
    assert taken == set(range(100))
    assert work.most == 3


async def test_results_that_are_not_taken_hold_up_the_jobs() -> None:
    """While the taker is busy, nothing new is started, so results do not pile up."""
    work = Work(10)
    for gate in work.gates:
        gate.set()
    pool = Pool(work.jobs(), size=2)
    await pool.take()
    for _ in range(10):
        await asyncio.sleep(0)
    assert work.drawn == 2


async def test_closing_cancels_what_runs_and_waits_for_it() -> None:
    """After closing, no job runs and none is drawn any more."""
    work = Work(10)
    work.gates[0].set()
    pool = Pool(work.jobs(), size=3)
    await pool.take()
    await pool.aclose()
    assert work.running == 0
    assert sorted(work.cancelled) == [1, 2]
    with pytest.raises(StopAsyncIteration):
        await pool.take()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_cancelled_taker_leaves_the_jobs_to_closing() -> None:
    """Cancelling a take is not swallowed; closing then ends the jobs."""
    work = Work(4)
    pool = Pool(work.jobs(), size=2)
    taker = asyncio.create_task(pool.take())
    await until_running(work, 2)
    taker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taker
    await pool.aclose()
    assert sorted(work.cancelled) == [0, 1]
    assert work.running == 0


async def test_a_jobs_error_is_raised_as_it_is() -> None:
    """No group is put around an error; the others can still be taken or closed."""

    async def fail() -> int:
        raise LookupError("broken")

    async def succeed() -> int:
        return 5

    pool = Pool([fail, succeed], size=2)
    with pytest.raises(LookupError, match="broken"):
        await pool.take()
    assert await pool.take() == 5
    await pool.aclose()


async def test_errors_nobody_took_are_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Two jobs that fail at once raise one error and leave no complaint behind."""

    async def fail() -> int:
        raise LookupError("broken")

    pool = Pool([fail, fail], size=2)
    with pytest.raises(LookupError):
        await pool.take()
    await pool.aclose()
    assert caplog.records == []
