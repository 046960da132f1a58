"""What several processes may do together, and in which order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from phonecom_events.errors import DeadlineExceeded, RateLimited
from phonecom_events.ratelimit import Outcome, RateLimits, Window, waits_of
from phonecom_events.ratelimit.redis import RedisLimiter

from ...ratelimit.scripted_client import limits_with
from .requests import ANSWERED, Sender, request

Make = Callable[..., RedisLimiter]


@pytest.mark.parametrize(
    "level", ["endpoint", "account", "address_endpoint", "address"]
)
async def test_together_they_keep_to_each_window(make: Make, level: str) -> None:
    """Two processes are, in any span of a window's length, never over its limit."""
    few = limits_with(**{level: (Window(6, 0.4),)})
    async with make(limits=few) as one, make(limits=few) as two:
        senders = [Sender(one, "a"), Sender(two, "b")]
        senders[1].log = senders[0].log
        await asyncio.gather(*(each.send() for each in senders for _ in range(10)))

    assert len(senders[0].log) == 20
    assert senders[0].most_in(0.4) <= 6


async def test_a_window_that_is_not_full_holds_nobody_up(make: Make) -> None:
    """As many as a window takes go at once."""
    async with make(limits=limits_with(address=(Window(20, 60.0),))) as one:
        begun = time.monotonic()
        await asyncio.gather(*(Sender(one).send() for _ in range(20)))
    assert time.monotonic() - begun < 10.0


async def test_a_slot_counts_until_its_answer_and_the_window(make: Make) -> None:
    """What took long to be answered is counted from its answer on."""
    async with make(limits=limits_with(endpoint=(Window(1, 0.3),))) as one:
        sender = Sender(one)
        await asyncio.gather(sender.send("slow", takes=0.4), sender.send("next"))
    (_, _, first), (_, _, second) = sender.log
    assert second - first >= 0.7


async def test_all_windows_or_none(make: Make) -> None:
    """A request that one window holds up takes no slot of the others."""
    few = limits_with(account=(Window(1, 60.0),), address=(Window(2, 60.0),))
    async with make(limits=few) as one:
        await Sender(one).send(account="1")
        with pytest.raises(DeadlineExceeded):
            await one.acquire(request("1", deadline=1.0))
        await asyncio.wait_for(Sender(one).send(account="2"), 5.0)


async def test_first_come_first_served_within_a_process(make: Make) -> None:
    """The requests of one process to an endpoint go in the order they came."""
    async with make(limits=limits_with(endpoint=(Window(2, 0.2),))) as one:
        sender = Sender(one)
        await asyncio.gather(*(sender.send(label) for label in "abcdefg"))
    assert "".join(label for _, label, _ in sender.log) == "abcdefg"


async def test_processes_take_turns(make: Make) -> None:
    """Of two processes that wait for one slot after another, each has every second."""
    few = limits_with(address=(Window(1, 0.1),))
    async with make(limits=few) as one, make(limits=few) as two:
        log: list[tuple[str, str, float]] = []
        senders = [Sender(one, "a", log), Sender(two, "b", log)]
        for each in senders:
            await each.send()  # neither has to connect first when it is about turns
        await asyncio.gather(*(each.send() for each in senders for _ in range(6)))
    ahead = [
        sum(1 if name == "a" else -1 for name, _, _ in log[:count])
        for count in range(len(log))
    ]
    assert max(map(abs, ahead)) <= 2


async def test_a_process_that_never_comes_back_loses_its_turn(make: Make) -> None:
    """A process that was refused and died does not hold up the others for long."""
    few = limits_with(address=(Window(1, 0.2),))
    async with make(limits=few) as one, make(limits=few) as two:
        await Sender(one).send()
        gone = asyncio.create_task(one.acquire(request()))
        await asyncio.sleep(0.05)
        gone.cancel()
        begun = time.monotonic()
        await asyncio.gather(*(Sender(two).send() for _ in range(3)))
    assert time.monotonic() - begun < 5.0


async def test_a_refusal_pauses_everybody(make: Make) -> None:
    """After a 429 to one process, the other waits as long as it asked for."""
    async with make(limits=limits_with()) as one, make(limits=limits_with()) as two:
        permit = await one.acquire(request())
        one.release(permit, Outcome(status=429, retry_after=0.4))
        begun = time.monotonic()
        await asyncio.sleep(0.05)
        await two.acquire(request())
        assert time.monotonic() - begun >= 0.4


async def test_a_refusal_of_a_named_window_pauses_that_one(make: Make) -> None:
    """If the server names the account's window, other endpoints of it wait, too."""
    few = limits_with(account=(Window(77, 60.0),))
    async with make(limits=few) as one, make(limits=few) as two:
        permit = await one.acquire(request("1", "listeners"))
        one.release(permit, Outcome(status=429, retry_after=60.0, limit=77))
        await asyncio.sleep(0.05)
        with pytest.raises(DeadlineExceeded):
            await two.acquire(request("1", "profiles", deadline=5.0))
        await asyncio.wait_for(two.acquire(request("2", "profiles")), 5.0)


@pytest.mark.parametrize(
    ("refused", "held_up", "free"),
    [
        # Two endpoints of an account: the account.
        ([("1", "a"), ("1", "b")], ("1", "c"), ("2", "c")),
        # Three accounts at one endpoint: the endpoint.
        ([("1", "a"), ("2", "a"), ("3", "a")], ("4", "a"), ("4", "b")),
    ],
)
async def test_refusals_of_several_narrow_keys_pause_the_wide_one(
    make: Make,
    refused: list[tuple[str, str]],
    held_up: tuple[str, str],
    free: tuple[str, str],
) -> None:
    """What several processes are refused tells them together which window is full."""
    async with make(limits=limits_with()) as one, make(limits=limits_with()) as two:
        for limiter, each in zip([one, two, one], refused, strict=False):
            permit = await limiter.acquire(request(*each))
            limiter.release(permit, Outcome(status=429, retry_after=60.0))
        await asyncio.sleep(0.2)
        with pytest.raises(DeadlineExceeded):
            await two.acquire(request(*held_up, deadline=5.0))
        await asyncio.wait_for(two.acquire(request(*free)), 5.0)


async def test_an_answer_after_which_none_remain_pauses_its_endpoint(
    make: Make,
) -> None:
    """What an answer of 200 says of the window is heeded, if it can be true."""
    short = limits_with(endpoint=(Window(30, 10.0),))
    async with make(limits=short) as one:
        for seconds, expected in ((3_000.0, True), (9.0, False)):
            permit = await one.acquire(request())
            one.release(permit, Outcome(status=200, retry_after=seconds))
            await asyncio.sleep(0.05)
            try:
                await one.acquire(request(deadline=2.0))
            except DeadlineExceeded:
                assert not expected
            else:
                assert expected


async def test_longer_pauses_than_anybody_should_wait_fail_at_once(make: Make) -> None:
    """A pause of more than `max_pause` is told, with its end, instead of waited."""
    async with make(limits=limits_with(max_pause=10.0)) as one:
        permit = await one.acquire(request())
        one.release(permit, Outcome(status=429, retry_after=3_600.0))
        await asyncio.sleep(0.05)
        with pytest.raises(RateLimited) as caught:
            await one.acquire(request())
    assert caught.value.retry_after == pytest.approx(3_600.0, abs=5.0)


async def test_what_cannot_be_in_time_fails_at_once(make: Make) -> None:
    """A deadline before the next slot is told without waiting for it."""
    async with make(limits=limits_with(endpoint=(Window(1, 60.0),))) as one:
        await Sender(one).send()
        begun = time.monotonic()
        with pytest.raises(DeadlineExceeded, match=r"for another (59|60)\."):
            await one.acquire(request(deadline=30.0))
    assert time.monotonic() - begun < 5.0


async def test_what_waits_behind_others_ends_at_its_deadline(make: Make) -> None:
    """Whoever is not even first in line is told when its time is over."""
    async with make(limits=limits_with(endpoint=(Window(1, 60.0),))) as one:
        await Sender(one).send()
        first = asyncio.create_task(one.acquire(request()))
        await asyncio.sleep(0.05)
        with pytest.raises(DeadlineExceeded):
            await one.acquire(request(deadline=0.1))
        assert [wait.requests for wait in waits_of(one)] == [1]
        first.cancel()


async def test_what_is_held_up_can_be_asked(make: Make) -> None:
    """A display sees which window holds up whom, and for how long."""
    async with make(limits=limits_with(account=(Window(1, 60.0),))) as one:
        assert waits_of(one) == ()
        await Sender(one).send()
        waiting = asyncio.create_task(one.acquire(request()))
        await asyncio.sleep(0.2)
        (wait,) = waits_of(one)
        waiting.cancel()
    assert str(wait) in {
        f"waiting {seconds} s for the account's limit" for seconds in (59, 60)
    }


async def test_no_more_in_flight_than_may_be_refused(make: Make) -> None:
    """Of one account and endpoint, `refusals` are in flight at once, of all."""
    few = limits_with(endpoint=(Window(30, 30.0),), refusals=2)
    async with make(limits=few) as one, make(limits=few) as two:
        permits = [await one.acquire(request()), await two.acquire(request())]
        third = asyncio.create_task(two.acquire(request()))
        await asyncio.sleep(0.2)
        assert not third.done()
        one.release(permits[0], ANSWERED)
        await asyncio.wait_for(third, 5.0)


async def test_requests_without_windows_need_no_redis() -> None:
    """Where nothing is limited, Redis is not even asked."""
    none = RateLimits(endpoint=(), account=(), address_endpoint=(), address=())
    limiter = RedisLimiter("redis://127.0.0.1:9/0", limits=none)
    permit = await limiter.acquire(request())
    limiter.release(permit, ANSWERED)
