"""Waiters that give up free nothing that they did not hold, and lose no wake-up."""

from __future__ import annotations

import asyncio

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.limiters import this_package
from benchmarks.model_server import STYLES, ModelServer
from benchmarks.virtual_clock import run
from phonecom_events.http import Request
from phonecom_events.ratelimit import RateLimits, Window

from .scripted_client import ScriptedClient, limits_with


@frozen
class Plan:
    """One request: when it comes, and how long it has patience; None for ever."""

    account: str
    endpoint: str
    comes: float
    patience: float | None


moments = st.floats(0.0, 12.0).map(lambda seconds: round(seconds, 1))
plans = st.lists(
    st.builds(
        Plan,
        account=st.sampled_from("ab"),
        endpoint=st.sampled_from("xy"),
        comes=moments,
        patience=st.none() | moments,
    ),
    max_size=40,
)
LIMITS = RateLimits(
    endpoint=(Window(2, 4.0),),
    account=(Window(3, 5.0),),
    address_endpoint=(Window(4, 4.0),),
    address=(Window(5, 5.0),),
)


@settings(max_examples=100)
@given(plans=plans, style=st.sampled_from(sorted(STYLES)), seed=st.integers(0, 99))
def test_whoever_stays_is_served_whoever_else_leaves(
    plans: list[Plan], style: str, seed: int
) -> None:
    """With requests cancelled at any moment: no 429, and all others are answered.

    A lost wake-up would end the run: the virtual clock reports a deadlock.
    """

    async def main() -> None:
        server = ModelServer(limits=LIMITS, style=style, latency=(0, 2.0), seed=seed)
        middleware = this_package(LIMITS)

        async def send(plan: Plan) -> bool:
            request = Request(
                method="GET",
                url="",
                path="/",
                account=plan.account,
                endpoint=plan.endpoint,
            )
            await asyncio.sleep(plan.comes)
            try:
                async with asyncio.timeout(plan.patience):
                    return (await middleware(request, server.handle)).ok
            except TimeoutError:
                return plan.patience is not None

        assert all(await asyncio.gather(*map(send, plans)))
        assert server.refusals == []

    run(main())


def test_cancelled_waiter_makes_room_for_the_next_in_its_queue() -> None:
    """Who is cancelled while waiting is not counted, and the next is not late."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)))
        tasks = [asyncio.create_task(client.send(label)) for label in "abc"]
        await asyncio.sleep(3.0)
        tasks[1].cancel()
        await asyncio.wait(tasks)
        assert client.order() == "ac"
        assert client.times() == [0.0, 10.0]

    run(main())


def test_slot_of_a_waiter_that_is_cancelled_once_granted_goes_to_the_next() -> None:
    """A slot that was granted but not used is free again at once."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)), latency=1.0)
        tasks = [asyncio.create_task(client.send(label)) for label in "abc"]
        await asyncio.sleep(5.0)
        # The window opens at 11 s; that turn of the loop has b granted but not run.
        limiter = client.limiter

        def cancel_granted() -> None:
            limiter._admit()
            tasks[1].cancel()

        loop.call_at(11.0 + 1e-7, cancel_granted)
        await asyncio.wait(tasks)
        assert tasks[1].cancelled()
        assert client.order() == "ac"
        assert client.times() == [0.0, 11.0]

    run(main())


def test_cancelled_waiters_leave_no_timer() -> None:
    """Once everyone who waited has given up, nothing is left on the loop."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)))
        deadline = loop.time() + 60.0
        await client.send("earlier", endpoint="early")
        await asyncio.sleep(5.0)
        await client.send("later", endpoint="late")
        tasks = [
            asyncio.create_task(client.send("a", endpoint=endpoint, deadline=deadline))
            for endpoint in ("late", "late", "early")
        ]
        await asyncio.sleep(1.0)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        timers = loop._scheduled  # type: ignore[attr-defined]
        assert [timer for timer in timers if not timer.cancelled()] == []

    run(main())


def test_cancelling_is_not_swallowed() -> None:
    """A waiter that is cancelled raises `CancelledError`, not another error."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)))
        await client.send("a")
        waiter = asyncio.create_task(client.send("b"))
        await asyncio.sleep(1.0)
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter

    run(main())
