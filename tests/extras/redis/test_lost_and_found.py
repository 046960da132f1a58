"""Redis that is not there, that has forgotten, and processes that are not."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable

import pytest
from redis.asyncio import Redis

from benchmarks.scale.redis_process import RedisProcess
from phonecom_events import PhoneComClient, RetryPolicy
from phonecom_events.errors import (
    ConnectFailed,
    InvalidArgument,
    LimiterUnavailable,
)
from phonecom_events.ratelimit import RateLimits, Window
from phonecom_events.ratelimit.redis import RedisLimiter
from phonecom_events.ratelimit.redis.server import RedisServer
from phonecom_events.sandbox import Sandbox

from .requests import ANSWERED, Sender, request

Make = Callable[..., RedisLimiter]

SHORT = (Window(5, 0.6),)
SHORT_LIMITS = RateLimits(
    endpoint=SHORT,
    account=SHORT,
    address_endpoint=SHORT,
    address=SHORT,
    margin=0.0,
    refusals=100,
)


async def test_lost_redis_ends_calls_that_were_never_sent(redis: RedisProcess) -> None:
    """With on_lost="fail" a call ends in `LimiterUnavailable`, and nothing was sent."""
    async with (
        Sandbox() as sandbox,
        RedisLimiter(redis.url, limits=SHORT_LIMITS) as limiter,
        PhoneComClient(
            sandbox.token,
            base_url=sandbox.phonecom_url,
            limiter=limiter,
            retry=RetryPolicy(attempts=2, base=0.0),
            deadline=20.0,
        ) as client,
    ):
        sandbox.add_account(1)
        await client.account(1).listeners.list()
        redis.kill()
        with pytest.raises(LimiterUnavailable, match="nothing was sent"):
            await client.account(1).listeners.list()
        assert len(sandbox.requests) == 1
        redis.start()
        await client.account(1).listeners.list().first()


async def test_redis_that_has_forgotten_waits_for_the_longest_window(
    redis: RedisProcess,
) -> None:
    """After a restart nobody sends until what was sent before is in no window."""
    async with (
        RedisLimiter(redis.url, limits=SHORT_LIMITS) as one,
        RedisLimiter(redis.url, limits=SHORT_LIMITS) as two,
    ):
        sender = Sender(one)
        other = Sender(two, "b", sender.log)
        await asyncio.gather(*(sender.send() for _ in range(4)), other.send())
        redis.kill()
        redis.start()
        await asyncio.gather(*(each.send() for each in (sender, other) for _ in "123"))
    assert len(sender.log) == 11
    assert sender.most_in(0.6) <= 5


async def test_a_new_process_does_not_wait_for_what_nobody_sent(
    redis: RedisProcess,
) -> None:
    """An empty Redis and a process that has sent nothing need no pause."""
    async with RedisLimiter(redis.url) as limiter:
        begun = time.monotonic()
        await limiter.acquire(request())
    assert time.monotonic() - begun < 10.0


async def test_a_process_that_knows_what_redis_forgot_tells_the_others(
    redis: RedisProcess,
) -> None:
    """Though a new process came first, all wait once one has sent before the loss."""
    async with (
        RedisLimiter(redis.url, limits=SHORT_LIMITS) as one,
        RedisLimiter(redis.url, limits=SHORT_LIMITS) as two,
    ):
        await Sender(one).send()
        redis.kill()
        redis.start()
        await Sender(two).send()
        begun = time.monotonic()
        await Sender(one).send()
        assert time.monotonic() - begun >= 0.5


async def test_local_share_while_redis_is_lost_and_back_again(
    redis: RedisProcess,
) -> None:
    """With on_lost="local" it goes on after a pause, within its share, and returns."""
    lossy = {"limits": SHORT_LIMITS, "on_lost": "local"}
    async with (
        RedisLimiter(redis.url, **lossy) as one,  # type: ignore[arg-type]
        RedisLimiter(redis.url, **lossy) as two,  # type: ignore[arg-type]
    ):
        senders = [Sender(one, "a"), Sender(two, "b")]
        log = senders[1].log = senders[0].log
        for _ in range(2):
            await asyncio.gather(*(each.send() for each in senders))
        redis.kill()
        await asyncio.gather(*(each.send() for each in senders for _ in range(3)))
        redis.start()
        await asyncio.sleep(1.1)
        await asyncio.gather(*(each.send() for each in senders for _ in range(3)))
        async with Redis.from_url(redis.url) as raw:
            assert await raw.exists("phonecom-events:{default}:state")
    assert len(log) == 16
    assert senders[0].most_in(0.6) <= 5


async def test_local_without_having_seen_redis_is_one_request_a_window() -> None:
    """A process that never reached Redis keeps to the least there is."""
    limiter = RedisLimiter(
        "redis://127.0.0.1:9/0", limits=SHORT_LIMITS, on_lost="local"
    )
    sender = Sender(limiter)
    await asyncio.gather(*(sender.send() for _ in range(3)))
    assert sender.most_in(0.6) == 1
    await limiter.aclose()


async def test_slots_of_the_dead_come_free(
    make: Make, shared_redis: RedisProcess
) -> None:
    """A slot that nobody gives back ends with the longest answer and the window."""
    async with (
        make(answer_within=10.0, address="dead") as limiter,
        Redis.from_url(shared_redis.url) as raw,
    ):
        await limiter.acquire(request())
        seconds, _ = await raw.time()
        key = "phonecom-events:{dead}:endpoint:1:listeners:0"
        ((_, until),) = await raw.zrange(key, 0, -1, withscores=True)
    assert until - seconds == pytest.approx(10.0 + 30.05, abs=3.0)


async def test_everything_in_redis_expires(
    make: Make, shared_redis: RedisProcess
) -> None:
    """No key stays for ever, whatever happened to it."""
    one_a_minute = RateLimits(endpoint=(Window(1, 60.0),))
    async with (
        make(address="expiring", limits=one_a_minute) as limiter,
        Redis.from_url(shared_redis.url) as raw,
    ):
        permit = await limiter.acquire(request())
        limiter.release(permit, ANSWERED)
        waiting = asyncio.create_task(limiter.acquire(request()))
        await asyncio.sleep(0.2)
        keys = [key async for key in raw.scan_iter("*{expiring}*")]
        assert len(keys) >= 6
        assert [key for key in keys if await raw.pttl(key) <= 0] == []
        waiting.cancel()


async def test_permits_are_not_used_late(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was stopped after its permit does not send on it."""
    monkeypatch.setattr("phonecom_events.ratelimit.redis.shared.SEND_WITHIN", -0.001)
    async with (
        Sandbox() as sandbox,
        make() as limiter,
        PhoneComClient(
            sandbox.token,
            base_url=sandbox.phonecom_url,
            limiter=limiter,
            retry=RetryPolicy(attempts=1),
        ) as client,
    ):
        sandbox.add_account(1)
        with pytest.raises(ConnectFailed, match="permit from the limiter had expired"):
            await client.account(1).listeners.list()
        assert len(sandbox.requests) == 0


@pytest.mark.parametrize("after", [0.0, 0.001, 0.003, 0.01])
async def test_cancelled_calls_leave_no_slot_behind(make: Make, after: float) -> None:
    """Whenever a call is cancelled, what it had of the windows is given back."""
    few = RateLimits(endpoint=(Window(3, 60.0),), margin=0.0, refusals=100)
    async with make(limits=few) as limiter:
        for _ in range(6):
            task = asyncio.create_task(limiter.acquire(request()))
            await asyncio.sleep(after)
            if task.done():
                break
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            await asyncio.sleep(0.1)
            for _ in range(3):
                await asyncio.wait_for(limiter.acquire(request()), 5.0)


async def test_asking_twice_takes_one_slot(shared_redis: RedisProcess) -> None:
    """A question that is repeated because its answer was lost takes nothing more."""
    server = RedisServer(shared_redis.url)
    keys = ["twice:{x}:state", *(f"twice:{{x}}:{part}" for part in "abcdef")]
    arguments = ["slot", "process", "epoch", "", 0, 10.0, 1.0, 0.5, 0, 1, 1, 1.0]
    answers = [await server.reserve(keys, arguments) for _ in range(2)]
    other = await server.reserve(keys, ["other", *arguments[1:]])
    await server.aclose()
    assert [answer[0] for answer in (*answers, other)] == ["granted", "granted", "wait"]


@pytest.mark.parametrize(
    "url", ["http://user:geheim@host/", "redis://host:port/", "host:6379", ""]
)
def test_a_wrong_url_is_told_when_it_is_given(url: str) -> None:
    """What is no Redis URL is said in one line, without its password."""
    with pytest.raises(InvalidArgument, match="is no Redis URL") as caught:
        RedisLimiter(url)
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_wrong_password_is_told_at_the_first_call() -> None:
    """A password that Redis refuses is the caller's mistake, and not shown."""
    with RedisProcess("--requirepass", "right") as server:
        for url in (server.url, server.url.replace("//", "//:geheim@")):
            async with RedisLimiter(url, on_lost="local") as limiter:
                with pytest.raises(InvalidArgument, match="refuses user or pass") as it:
                    await limiter.acquire(request())
                assert "geheim" not in f"{it.value} {limiter!r}"


async def test_a_server_that_is_too_old_is_told(
    shared_redis: RedisProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Redis before the oldest that is known to do is refused, with its version."""
    monkeypatch.setattr("phonecom_events.ratelimit.redis.server._OLDEST", (99, 0))
    async with RedisLimiter(shared_redis.url) as limiter:
        with pytest.raises(InvalidArgument, match=r"is Redis \d.*needs 99\.0"):
            await limiter.acquire(request())


async def test_one_server_of_a_cluster_can_keep_an_address() -> None:
    """All keys of a reservation are on one server of a cluster."""
    with RedisProcess("--cluster-enabled", "yes") as server:
        async with Redis.from_url(server.url) as raw:
            await raw.execute_command("CLUSTER ADDSLOTS", *range(16_384))
            info = {"cluster_state": "fail"}
            while info["cluster_state"] != "ok":
                await asyncio.sleep(0.05)
                info = await raw.execute_command("CLUSTER INFO")
        async with RedisLimiter(server.url) as limiter:
            await Sender(limiter).send()


def test_several_event_loops_share_one_limiter(make: Make) -> None:
    """Threads with loops of their own use one limiter, each over its connections."""
    few = RateLimits(endpoint=(Window(4, 0.4),), margin=0.0, refusals=100)
    limiter = make(limits=few)
    sender = Sender(limiter)

    async def several() -> None:
        await asyncio.gather(*(sender.send() for _ in range(4)))
        await limiter.aclose()

    threads = [threading.Thread(target=asyncio.run, args=[several()]) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sender.log) == 8
    assert sender.most_in(0.4) <= 4


def test_a_limiter_outlives_event_loops(make: Make) -> None:
    """What one `asyncio.run` has sent, the next one counts."""
    few = RateLimits(endpoint=(Window(1, 0.5),), margin=0.0)
    limiter = make(limits=few)

    async def one() -> float:
        async with limiter:
            await Sender(limiter).send()
        return time.monotonic()

    first, second = asyncio.run(one()), asyncio.run(one())
    gc.collect()
    assert second - first >= 0.4


def test_permits_may_be_released_without_a_loop(make: Make) -> None:
    """A call that is thrown away with its loop does not raise; its lease ends it."""
    limiter = make()

    async def one() -> object:
        async with limiter:
            return await limiter.acquire(request())

    permit = asyncio.run(one())
    limiter.release(permit, ANSWERED)  # type: ignore[arg-type]


def test_limiter_unavailable_is_never_sent() -> None:
    """Retries, and whoever reads errors, may rely on it: nothing was sent."""
    assert issubclass(LimiterUnavailable, ConnectFailed)
