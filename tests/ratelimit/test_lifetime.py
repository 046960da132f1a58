"""Limiters outlive clients and event loops, are shared, and forget what is over."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import time
import weakref
from collections.abc import Callable
from itertools import pairwise

import pytest

from benchmarks.virtual_clock import VirtualClockLoop, run
from phonecom_events.clock import CLOCK
from phonecom_events.errors import DeadlineExceeded
from phonecom_events.http import Request, Response
from phonecom_events.ratelimit import (
    InProcessLimiter,
    Outcome,
    Permit,
    RateLimitMiddleware,
    RateLimits,
    Window,
)
from phonecom_events.ratelimit.middleware import limiters_apart, shared_limiter

from .scripted_client import ScriptedClient, limits_with, read_hint, refusal

ONE_AN_HOUR = limits_with(address=(Window(1, 3600.0),))


class Clock:
    """Time that goes on over several virtual loops, each of which starts at 0."""

    def __init__(self) -> None:
        self.before = 0.0
        self.last = 0.0

    def __call__(self) -> float:
        """Return the time since the first loop was started; between loops the last."""
        with contextlib.suppress(RuntimeError):
            self.last = self.before + asyncio.get_running_loop().time()
        return self.last


def get(host: str, limits: RateLimits = ONE_AN_HOUR) -> None:
    """Send one request from a new client, on a new event loop, or fail at once."""

    async def answer(request: Request) -> Response:
        return Response(status=200)

    async def main() -> Response:
        limiter = shared_limiter(limits, host)
        middleware = RateLimitMiddleware(limiter, problem=read_hint)
        request = Request(
            method="GET",
            url="",
            path="/",
            account="a",
            endpoint="e",
            deadline=CLOCK.monotonic() + 60.0,
        )
        return await middleware(request, answer)

    asyncio.run(main())


def test_clients_of_one_host_share_its_windows() -> None:
    """A second client, on another loop, finds the window as the first left it."""
    get("https://one.example/v4")
    with pytest.raises(DeadlineExceeded):
        get("https://ONE.example/other/path")


def test_other_hosts_have_windows_of_their_own() -> None:
    """What one host has counted does not hold up requests to another."""
    get("https://two.example")
    get("https://three.example")
    get("https://three.example:8443")


def test_other_limits_for_accounts_share_the_address() -> None:
    """Clients that differ in an account's windows share the address's all the same."""
    get("https://four.example")
    more = RateLimits(
        endpoint=(Window(99, 1.0),),
        account=(Window(99, 1.0),),
        address_endpoint=ONE_AN_HOUR.address_endpoint,
        address=ONE_AN_HOUR.address,
    )
    with pytest.raises(DeadlineExceeded):
        get("https://four.example", more)
    assert shared_limiter(more, "https://four.example").limits == more


def test_other_readings_of_an_endpoint_share_nothing() -> None:
    """Who counts methods apart has counts of an address of its own."""
    get("https://five.example")
    get(
        "https://five.example",
        limits_with(address=ONE_AN_HOUR.address, endpoint_by="method"),
    )


def test_clients_can_be_set_apart_from_those_before() -> None:
    """Those that are made meanwhile share with each other, and with none before."""
    hosts = ("https://six.example", "https://seven.example")
    before = shared_limiter(ONE_AN_HOUR, hosts[0])
    with limiters_apart():
        inside = [shared_limiter(ONE_AN_HOUR, host) for host in hosts]
        again = [shared_limiter(ONE_AN_HOUR, host) for host in hosts]
    after = [shared_limiter(ONE_AN_HOUR, host) for host in hosts]
    assert inside == again
    assert after[0] is before
    assert not set(inside) & set(after)


def test_limiter_outlives_the_event_loop() -> None:
    """What a first `asyncio.run` has sent, a second one waits for."""
    clock = Clock()
    limits = limits_with(endpoint=(Window(2, 10.0),))
    clients = []

    async def main(limiter: InProcessLimiter | None) -> InProcessLimiter:
        client = ScriptedClient(
            limits, limiter=limiter or InProcessLimiter(limits, clock=clock)
        )
        clients.append(client)
        await client.send_all("aa" if limiter is None else "bb")
        await asyncio.sleep(4.0 if limiter is None else 0.0)
        return client.limiter

    limiter = run(main(None))
    clock.before = 4.0
    run(main(limiter))
    assert clients[1].times() == [6.0, 6.0]


def test_waiters_of_a_loop_that_ended_hold_up_nobody() -> None:
    """A loop that was closed in the middle of a wait takes nothing with it."""
    clock = Clock()
    limits = limits_with(endpoint=(Window(1, 10.0),))
    first = VirtualClockLoop()

    async def leave_waiting() -> tuple[InProcessLimiter, asyncio.Task[Response]]:
        client = ScriptedClient(limits, limiter=InProcessLimiter(limits, clock=clock))
        await client.send("a")
        waiting = asyncio.create_task(client.send("b"))
        await asyncio.sleep(0.0)
        return client.limiter, waiting

    async def go_on() -> list[float]:
        client = ScriptedClient(limits, limiter=limiter)
        await client.send("c")
        return client.times()

    limiter, waiting = first.run_until_complete(leave_waiting())
    first.close()
    waiting._log_destroy_pending = False  # type: ignore[attr-defined]
    assert run(go_on()) == [10.0]
    del waiting
    gc.collect()
    clock.before = 20.0
    assert run(go_on()) == [0.0]


def test_requests_with_a_deadline_are_forgotten_once_they_are_over() -> None:
    """Of those that were let through, failed or gave up nothing is kept."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)), latency=6.0)
        tasks = [
            asyncio.create_task(client.send("a", deadline=deadline))
            for deadline in (1.0, 30.0, 31.0, 36.0)
        ]
        await asyncio.sleep(5.0)
        assert len(client.limiter._with_deadline) == 3
        tasks[3].cancel()
        await asyncio.wait(tasks)
        assert isinstance(tasks[2].exception(), DeadlineExceeded)
        assert client.limiter._with_deadline == {}

    run(main())


def test_loops_that_are_over_are_not_kept() -> None:
    """A limiter holds a loop while a request waits on it, and not for longer."""

    async def wait_once() -> weakref.ref[asyncio.AbstractEventLoop]:
        client = ScriptedClient(limits, limiter=limiter)
        await client.send_all("ab")
        return weakref.ref(asyncio.get_running_loop())

    limits = limits_with(address=(Window(1, 10.0),))
    limiter = InProcessLimiter(limits, clock=Clock())
    loop = run(wait_once())
    gc.collect()
    assert loop() is None


def test_loops_in_other_threads_share_the_limiter() -> None:
    """Two threads with a loop each keep to one window between them."""
    limits = limits_with(address=(Window(1, 0.01),))
    limiter = InProcessLimiter(limits)
    sent: list[float] = []

    async def answer(request: Request) -> Response:
        sent.append(time.monotonic())
        return Response(status=200)

    async def main() -> None:
        middleware = RateLimitMiddleware(limiter, problem=read_hint)
        request = Request(method="GET", url="", path="/", account="a", endpoint="e")
        await asyncio.gather(*(middleware(request, answer) for _ in range(10)))

    threads = [threading.Thread(target=asyncio.run, args=(main(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20.0)
    sent.sort()
    gaps = [after - before for before, after in pairwise(sent)]
    assert len(sent) == 20
    assert min(gaps) >= 0.01


def test_loop_that_does_not_run_is_told_once_of_a_slot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What others do meanwhile adds nothing to what it finds when it goes on."""
    told: list[Callable[[], object]] = []
    now = 0.0
    limiter = InProcessLimiter(
        limits_with(address=(Window(1, 10.0),)), clock=lambda: now
    )
    request = Request(method="GET", url="", path="/", account="a", endpoint="e")
    permit = run(limiter.acquire(request))

    async def begin() -> asyncio.Task[Permit]:
        waiting = asyncio.create_task(limiter.acquire(request))
        await asyncio.sleep(0.0)
        return waiting

    with contextlib.closing(VirtualClockLoop()) as loop:
        waiting = loop.run_until_complete(begin())
        tell = loop.call_soon_threadsafe
        monkeypatch.setattr(
            loop, "call_soon_threadsafe", lambda call: (told.append(call), tell(call))
        )
        limiter.release(permit, Outcome(status=200))
        with pytest.raises(DeadlineExceeded):
            run(limiter.acquire(request.replace(deadline=1.0)))
        assert len(told) == 1
        now = 10.0
        granted = loop.run_until_complete(waiting)
    assert granted.queued == 10.0


def test_slot_left_on_another_thread_wakes_the_loop_that_waits() -> None:
    """A slot that ends where no loop runs lets through a request on a loop."""
    limits = limits_with(address=(Window(1, 0.01),), refusals=1)
    limiter = InProcessLimiter(limits)
    request = Request(method="GET", url="", path="/", account="a", endpoint="e")
    permit = asyncio.run(limiter.acquire(request))
    waiter = threading.Thread(
        target=asyncio.run, args=(limiter.acquire(request),), daemon=True
    )
    waiter.start()
    while not limiter._admission.queues:
        time.sleep(0.001)
    limiter.release(permit, Outcome(status=200))
    waiter.join(timeout=20.0)
    assert not waiter.is_alive()


def test_idle_keys_are_forgotten() -> None:
    """Once no window can count a key any more, nothing of it is kept."""

    async def main() -> None:
        limits = limits_with(account=(Window(5, 30.0),))
        client = ScriptedClient(limits, latency=0.5)
        for _ in range(2):
            await asyncio.gather(
                *(
                    client.send(account=f"{number}", endpoint=f"{number % 7}")
                    for number in range(500)
                )
            )
        assert len(client.limiter._queues) == 500 + 500 + 7
        await asyncio.sleep(40.0)
        await client.send(account="last", endpoint="last")
        assert len(client.limiter._queues) == 3

    run(main())


def test_keys_of_rejected_and_cancelled_requests_are_forgotten() -> None:
    """A key that nothing was sent for is not kept either."""

    async def main() -> None:
        client = ScriptedClient(limits_with(address=(Window(1, 10.0),)), latency=1.0)
        await client.send(account="first")
        for number in range(50):
            with pytest.raises(DeadlineExceeded):
                await client.send(account=f"rejected {number}", deadline=5.0)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.send(account=f"gone {number}"), 0.01)
        await asyncio.sleep(30.0)
        await client.send(account="last", endpoint="last")
        assert len(client.limiter._queues) == 3

    run(main())


def test_key_of_those_who_still_wait_is_kept_when_one_gives_up() -> None:
    """Who waits at a key counts with those who come after another has left it."""

    async def main() -> None:
        limits = limits_with(endpoint=(Window(1, 10.0),), address=(Window(2, 50.0),))
        client = ScriptedClient(limits)
        await client.send("x", account="other")
        await client.send("y", account="another")
        tasks = [asyncio.create_task(client.send(label)) for label in "ab"]
        await asyncio.sleep(1.0)
        tasks[1].cancel()
        await asyncio.wait(tasks[1:])
        await asyncio.gather(client.send("c"), tasks[0])
        assert client.order() == "xyac"
        assert client.times() == [0.0, 0.0, 50.0, 60.0]

    run(main())


def test_key_can_be_forgotten_before_its_last_waiter_has_noticed() -> None:
    """A waiter that failed may find its key gone, and must not take another's."""

    async def main() -> None:
        limits = limits_with(address=(Window(1, 10.0),))
        client = ScriptedClient(limits, latency=1.0)
        await client.send(account="first")
        waiting = asyncio.create_task(client.send(account="late", deadline=12.0))
        await asyncio.sleep(0.0)
        (waiter,) = client.limiter._with_deadline
        queue = client.limiter._with_deadline[waiter]
        client.limiter._expire(queue, waiter)
        # Before that task runs again its key is swept, and found anew by others.
        client.limiter._queues.evict(queue, asyncio.get_running_loop().time())
        assert queue not in list(client.limiter._queues)
        again = client.limiter._queues.get(limits, "late", "e")
        with pytest.raises(DeadlineExceeded):
            await waiting
        assert again in list(client.limiter._queues)

    run(main())


def test_keys_without_an_account_are_forgotten() -> None:
    """Endpoints of requests that belong to no account are forgotten, too."""

    async def main() -> None:
        client = ScriptedClient(limits_with(), latency=1.0)
        tasks = [client.send(account=None, endpoint=f"{n}") for n in range(50)]
        await asyncio.gather(*tasks)
        await asyncio.sleep(30.0)
        await client.send(account=None, endpoint="last")
        assert len(client.limiter._queues) == 1

    run(main())


@pytest.mark.parametrize(
    ("limit", "varied"), [("account", "endpoint"), ("address_endpoint", "account")]
)
def test_shared_key_is_remembered_while_any_of_its_queues_is(
    limit: str, varied: str
) -> None:
    """When one queue is forgotten, those that are left still count with new ones."""

    async def main() -> None:
        limits = limits_with(
            endpoint=(Window(1, 100.0),), **{limit: (Window(1, 10.0),)}
        )
        client = ScriptedClient(limits)
        await client.send("a", **{varied: "forgotten"})
        await client.send("b", **{varied: "kept"})
        waiting = asyncio.create_task(client.send("c", **{varied: "kept"}))
        await asyncio.sleep(95.0)
        await client.send("x", account="other", endpoint="other")
        await asyncio.sleep(3.0)
        await client.send("d", **{varied: "new"})
        await waiting
        assert client.order() == "abxdc"
        assert client.times() == [0.0, 10.0, 105.0, 108.0, 118.0]

    run(main())


def test_key_without_windows_is_forgotten_after_its_pause() -> None:
    """Where nothing is counted, no more than the pause is remembered of a 429."""

    async def main() -> None:
        limits = limits_with(endpoint=(), account=(), address_endpoint=(), address=())
        client = ScriptedClient(limits, script={"a": [refusal(7.0)]})
        await client.send("a")
        assert len(client.limiter._queues) == 3
        await asyncio.sleep(7.0)
        await client.send("b", account="other", endpoint="other")
        assert len(client.limiter._queues) == 0

    run(main())


def test_key_that_is_used_again_is_kept_as_long_as_its_last_request() -> None:
    """A key is kept while any of its requests counts, and then it is forgotten."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(2, 10.0),)))
        await client.send("a")
        await asyncio.sleep(5.0)
        await client.send("b")
        await asyncio.sleep(6.0)
        await client.send("x", account="other", endpoint="other")
        await client.send_all("cd")
        assert client.times() == [0.0, 5.0, 11.0, 11.0, 15.0]
        await asyncio.sleep(16.0)
        await client.send("y", account="last", endpoint="last")
        assert len(client.limiter._queues) == 3

    run(main())


def test_paused_key_is_remembered() -> None:
    """A pause longer than the window is not forgotten with the window."""

    async def main() -> None:
        limits = limits_with(endpoint=(Window(5, 2.0),), account=(Window(5, 2.0),))
        answer = Response(status=429, headers={"retry-after": "90"})
        client = ScriptedClient(limits, script={"a": [answer]})
        await client.send("a")
        for _ in range(8):
            await asyncio.sleep(10.0)
            await client.send("x", account="other", endpoint="other")
        await client.send("b")
        assert client.sent[-1] == ("b", pytest.approx(90.0))

    run(main())
