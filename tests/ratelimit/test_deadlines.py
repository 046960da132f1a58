"""A request that cannot be sent before its deadline says so, as early as it can."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.virtual_clock import run
from phonecom_events.errors import DeadlineExceeded
from phonecom_events.ratelimit import Window

from .scripted_client import ScriptedClient, limits_with, refusal


def assert_ahead(moment: datetime | None, seconds: float) -> None:
    """Check that a time is so far in the future; the machine may be busy."""
    assert moment is not None
    ahead = (moment - datetime.now(UTC)) / timedelta(seconds=1)
    assert seconds - 1.0 < ahead <= seconds


def test_request_that_cannot_be_in_time_fails_at_once_and_says_when_it_would_work() -> (
    None
):
    """When the window opens after the deadline, no time is lost with waiting."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)))
        await client.send("a")
        await asyncio.sleep(2.0)
        with pytest.raises(DeadlineExceeded) as caught:
            await client.send("b", deadline=loop.time() + 7.0)
        assert loop.time() == pytest.approx(2.0)
        assert_ahead(caught.value.retry_at, 8.0)
        assert str(caught.value).startswith("GET /listeners was not sent")
        assert str(caught.value).endswith(", and for another 8.0 s at least")
        assert client.order() == "a"

    run(main())


def test_less_than_a_second_too_late_is_told_as_well() -> None:
    """A wait is told in tenths of a second."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(1, 0.5),)))
        await client.send("a")
        with pytest.raises(
            DeadlineExceeded, match=r"another 0\.5 s at least"
        ) as caught:
            await client.send("b", deadline=0.1)
        assert_ahead(caught.value.retry_at, 0.5)

    run(main())


def test_place_in_the_queue_counts() -> None:
    """Who is so far back that the deadline passes first is not kept waiting."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        client = ScriptedClient(limits_with(endpoint=(Window(2, 10.0),)))
        tasks = [
            asyncio.create_task(client.send(label, deadline=25.0))
            for label in "abcdefg"
        ]
        await asyncio.sleep(0.1)
        failed = [task for task in tasks if task.done() and task.exception()]
        assert failed == tasks[6:]
        assert_ahead(failed[0].exception().retry_at, 30.0)
        await asyncio.wait(tasks)
        assert client.order() == "abcdef"
        assert loop.time() == pytest.approx(20.0)

    run(main())


def test_every_window_counts_for_the_place() -> None:
    """An account's window makes a request too late as its endpoint's does."""

    async def main() -> None:
        client = ScriptedClient(limits_with(account=(Window(1, 30.0),)))
        await client.send("a")
        with pytest.raises(DeadlineExceeded):
            await client.send("b", endpoint="other", deadline=29.0)
        assert (await client.send("c", endpoint="other", deadline=31.0)).ok

    run(main())


def test_uncertain_request_fails_at_its_deadline() -> None:
    """While an answer might still come in time it is waited for, not for longer."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)), latency=30.0)
        await asyncio.sleep(3.0)
        first = asyncio.create_task(client.send("a"))
        await asyncio.sleep(0.0)
        with pytest.raises(DeadlineExceeded) as caught:
            await client.send("b", deadline=15.0)
        assert loop.time() == pytest.approx(15.0)
        # The slot is still in use: ten seconds from now is the earliest.
        assert_ahead(caught.value.retry_at, 10.0)
        await first

    run(main())


def test_place_counts_for_the_time_that_is_given_at_the_deadline() -> None:
    """Who is second in the queue is told when a second one could go."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)), latency=30.0)
        others = asyncio.create_task(client.send_all("ab"))
        await asyncio.sleep(0.1)
        with pytest.raises(DeadlineExceeded) as caught:
            await client.send("c", deadline=25.0)
        assert asyncio.get_running_loop().time() == pytest.approx(25.0)
        assert_ahead(caught.value.retry_at, 20.0)
        await others

    run(main())


def test_unknown_time_is_not_given() -> None:
    """Where nothing tells when it would work, the error does not say so."""

    async def main() -> None:
        limits = limits_with(endpoint=(Window(9, 10.0),), refusals=1)
        client = ScriptedClient(limits, latency=3.0)
        first = asyncio.create_task(client.send("a"))
        await asyncio.sleep(0.0)
        with pytest.raises(DeadlineExceeded) as caught:
            await client.send("b", deadline=2.0)
        assert caught.value.retry_at is None
        assert str(caught.value).endswith("within the deadline")
        await first

    run(main())


def test_pause_fails_those_who_cannot_wait_for_its_end() -> None:
    """A 429 ends the waiting of those whose deadline is before the pause's end."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        limits = limits_with(endpoint=(Window(1, 10.0),))
        client = ScriptedClient(limits, latency=1.0, script={"a": [refusal(40.0)]})
        tasks = [
            asyncio.create_task(client.send(label, deadline=deadline))
            for label, deadline in (("a", None), ("b", 30.0), ("c", 45.0))
        ]
        await asyncio.sleep(1.1)
        assert isinstance(tasks[1].exception(), DeadlineExceeded)
        assert_ahead(tasks[1].exception().retry_at, 40.0)
        assert (await tasks[2]).ok
        assert loop.time() == pytest.approx(42.0)

    run(main())


@pytest.mark.parametrize("deadline", [10.5, 15.0])
def test_pause_within_the_window_fails_those_for_whom_that_is_too_long(
    deadline: float,
) -> None:
    """When a 429 comes, a full window is reckoned with, for the first in the queue."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        limits = limits_with(endpoint=(Window(1, 10.0),))
        client = ScriptedClient(limits, latency=1.0, script={"a": [refusal(5.0)]})
        await asyncio.sleep(0.0)
        first = asyncio.create_task(client.send("a"))
        await asyncio.sleep(0.1)
        if deadline < 11.0:
            with pytest.raises(DeadlineExceeded):
                await client.send("b", deadline=deadline)
            assert loop.time() == pytest.approx(1.0)
        else:
            await client.send("b", deadline=deadline)
            assert client.times() == [0.0, 11.0]
        await first

    run(main())


@pytest.mark.parametrize("deadline", [7.9, 20.0])
def test_pause_fails_whom_it_makes_late_between_grant_and_sending(
    deadline: float,
) -> None:
    """Who has been let through waits for the pause's end, or fails, as others do."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        limits = limits_with(endpoint=(Window(3, 30.0),), refusals=2)
        client = ScriptedClient(limits, latency=1.0, script={"b": [refusal(7.0)]})
        # The answers to a and b come in one turn of the loop: a's lets c through.
        first = asyncio.create_task(client.send_all("ab"))
        await asyncio.sleep(0.5)
        if deadline < 8.0:
            with pytest.raises(DeadlineExceeded):
                await client.send("c", deadline=deadline)
            assert loop.time() == pytest.approx(1.0)
        else:
            await client.send("c", deadline=deadline)
            assert client.times() == [0.0, 0.0, 8.0]
        await first

    run(main())


@settings(max_examples=200)
@given(
    patience=st.lists(st.floats(0.0, 40.0), min_size=1, max_size=25),
    latency=st.floats(0.0, 5.0),
)
def test_no_request_waits_beyond_its_deadline(
    patience: list[float], latency: float
) -> None:
    """Each is either sent by its deadline, or has failed by then."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        limits = limits_with(endpoint=(Window(2, 10.0),), address=(Window(3, 12.0),))
        client = ScriptedClient(limits, latency=latency)
        sent = {}

        async def one(number: int, deadline: float) -> None:
            try:
                response = await client.send(
                    str(number), endpoint=str(number % 2), deadline=deadline
                )
                sent[number] = response.queued
            except DeadlineExceeded:
                assert loop.time() <= deadline + 1e-3

        await asyncio.gather(*(one(*pair) for pair in enumerate(patience)))
        for number, queued in sent.items():
            assert queued <= patience[number] + 1e-3

    run(main())
