"""What the server counts never exceeds its windows, whatever kind they are."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.limiters import this_package
from benchmarks.model_server import STYLES, ModelServer, ideal_seconds
from benchmarks.simulation import Load, simulate
from benchmarks.virtual_clock import run
from phonecom_events.errors import ConnectionLost
from phonecom_events.http import Problem, Request, Response
from phonecom_events.middleware import Handler, Middleware
from phonecom_events.ratelimit import (
    PHONECOM_LIMITS,
    InProcessLimiter,
    Outcome,
    RateLimitMiddleware,
    RateLimits,
    Window,
)

from .scripted_client import ScriptedClient, limits_with

# Phone.com's windows with a tenth of the requests: as long, but faster to fill.
A_TENTH = RateLimits(
    endpoint=(Window(3, 30.0),),
    account=(Window(12, 60.0),),
    address_endpoint=(Window(36, 30.0),),
    address=(Window(144, 60.0),),
)


def interleaved() -> Load:
    """Return 960 requests over 20 accounts and 6 endpoints."""
    return [(f"a{n % 20}", f"e{n // 20 % 6}") for n in range(960)]


def shuffled() -> Load:
    """Return the same in random order."""
    load = list(interleaved())
    random.Random(7).shuffle(load)
    return load


def by_endpoint() -> Load:
    """Return the same, one endpoint after the other."""
    return sorted(interleaved(), key=lambda pair: pair[1])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("order", [interleaved, shuffled, by_endpoint])
def test_mixed_load_is_never_refused_and_close_to_ideal(
    style: str, order: Callable[[], Load]
) -> None:
    """No 429, and the last answer within 5 % of what the windows allow at best."""
    load = order()
    got = simulate(this_package, load, ModelServer(limits=A_TENTH, style=style))
    assert got.refused == 0
    assert got.sent == len(load)
    assert got.seconds <= 1.05 * ideal_seconds(load, A_TENTH)


@pytest.mark.parametrize("style", STYLES)
def test_many_accounts_are_never_refused_and_close_to_ideal(style: str) -> None:
    """Three pages of 400 accounts: no 429, within 2 % of the ideal."""
    load = [(f"a{n}", "listeners") for _ in range(3) for n in range(400)]
    got = simulate(this_package, load, ModelServer(limits=A_TENTH, style=style))
    assert got.refused == 0
    assert got.seconds <= 1.02 * ideal_seconds(load, A_TENTH)


@pytest.mark.parametrize("style", STYLES)
def test_one_account_is_never_refused_under_documented_limits(style: str) -> None:
    """Four endpoints of one account fill its windows: no 429."""
    load = [("a", f"e{n % 4}") for n in range(400)]
    got = simulate(this_package, load, ModelServer(limits=PHONECOM_LIMITS, style=style))
    assert got.refused == 0


windows = st.lists(
    st.builds(Window, st.integers(1, 9), st.sampled_from([1.0, 2.5, 7.0])),
    min_size=1,
    max_size=2,
).map(tuple)


@settings(max_examples=60)
@given(
    limits=st.builds(
        RateLimits,
        endpoint=windows,
        account=windows,
        address_endpoint=windows,
        address=windows,
        margin=st.sampled_from([0.001, 0.05]),
        refusals=st.integers(1, 9),
    ),
    style=st.sampled_from(sorted(STYLES)),
    slowest=st.sampled_from([0.0, 0.4, 3.0, 20.0]),
    load=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")),
        min_size=1,
        max_size=60,
    ),
    seed=st.integers(0, 1000),
)
def test_no_combination_of_windows_is_exceeded(
    limits: RateLimits, style: str, slowest: float, load: Load, seed: int
) -> None:
    """Whatever the windows, latencies and order: no 429, and everything is sent."""
    server = ModelServer(limits=limits, style=style, latency=(0.0, slowest), seed=seed)
    got = simulate(this_package, load, server)
    assert got.refused == 0
    assert got.sent == len(load)


@pytest.mark.parametrize("style", ["sliding", "fixed"])
def test_model_servers_notice_slots_that_count_from_the_grant(style: str) -> None:
    """A rule that is known to be unsafe is caught, so the others mean much."""

    def from_grant(limits: RateLimits) -> Middleware:
        limiter = InProcessLimiter(limits, clock=asyncio.get_running_loop().time)

        async def limit(request: Request, call_next: Handler) -> Response:
            limiter.release(await limiter.acquire(request), Outcome())
            return await call_next(request)

        return limit

    limits = limits_with(endpoint=(Window(30, 30.0),))
    server = ModelServer(limits=limits, style=style, latency=(0.0, 30.0))
    assert simulate(from_grant, [("a", "e")] * 200, server).refused > 0


@pytest.mark.parametrize("style", STYLES)
def test_model_servers_refuse_what_is_too_much(style: str) -> None:
    """Of 50 requests at once to a window for 30, twenty are refused."""

    async def main() -> int:
        server = ModelServer(limits=PHONECOM_LIMITS, style=style, latency=(0.0, 0.0))
        sent = [server.arrive("a", "e", 1.0)[0] for _ in range(50)]
        return sum(scope is not None for scope in sent)

    assert run(main()) == 20


def test_slot_counts_from_its_answer() -> None:
    """A slow request keeps its slot until its answer and the window after that."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)), latency=4.0)
        await client.send_all("abc")
        assert client.times() == [0.0, 14.0, 28.0]

    run(main())


def test_margin_is_added_to_every_window() -> None:
    """With a margin of a second, a slot comes free a second later."""

    async def main() -> None:
        client = ScriptedClient(RateLimits(endpoint=(Window(1, 10.0),), margin=1.0))
        await client.send_all("ab")
        assert client.times() == [0.0, 11.0]

    run(main())


def test_request_without_an_answer_counts_like_one_with() -> None:
    """A lost connection frees its slot after the window, not at once."""

    async def main() -> None:
        limits = limits_with(endpoint=(Window(1, 10.0),))
        client = ScriptedClient(
            limits, latency=2.0, script={"a": [ConnectionLost("cut")]}
        )
        with pytest.raises(ConnectionLost):
            await client.send("a")
        await client.send("b")
        assert client.times() == [0.0, 12.0]

    run(main())


def test_answer_that_cannot_be_read_gives_its_slot_back() -> None:
    """If the reader of a 429 fails, its slot runs out all the same."""

    def fail(_: Response) -> Problem:
        raise LookupError

    async def main() -> float:
        loop = asyncio.get_running_loop()
        limits = limits_with(endpoint=(Window(1, 10.0),))
        limiter = InProcessLimiter(limits, clock=loop.time)
        broken = RateLimitMiddleware(limiter, problem=fail)
        request = Request(method="GET", url="", path="/", account="a", endpoint="e")

        async def refuse(_: Request) -> Response:
            return Response(status=429)

        with pytest.raises(LookupError):
            await broken(request, refuse)
        await limiter.acquire(request)
        return loop.time()

    assert run(main()) == pytest.approx(10.0)


def test_cancelled_request_counts_like_an_answered_one() -> None:
    """What was sent may have been counted, so its slot is kept for the window."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)), latency=60.0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.send("a"), 3.0)
        client.latency = 0.0
        await client.send("b")
        assert client.times() == [0.0, 13.0]

    run(main())


def test_windows_are_reserved_together_or_not_at_all() -> None:
    """A request that its account has no room for takes nothing of the address's."""

    async def main() -> None:
        limits = limits_with(account=(Window(1, 10.0),), address=(Window(2, 10.0),))
        client = ScriptedClient(limits)
        await asyncio.gather(
            client.send("1", account="a"),
            client.send("2", account="a"),
            client.send("3", account="b"),
        )
        assert client.order()[:2] == "13"
        assert client.times()[:2] == [0.0, 0.0]

    run(main())


def test_without_an_account_only_the_address_counts() -> None:
    """Requests of no account are not held to an account's windows."""

    async def main() -> None:
        one = (Window(1, 10.0),)
        client = ScriptedClient(
            limits_with(endpoint=one, account=one, address=(Window(3, 10.0),))
        )
        await client.send_all("abcd", account=None)
        assert client.times() == [0.0, 0.0, 0.0, 10.0]

    run(main())


def test_all_windows_of_a_key_hold() -> None:
    """Of two windows for one key, both are kept."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(2, 1.0), Window(3, 10.0))))
        await client.send_all("abcde")
        assert client.times() == [0.0, 0.0, 1.0, 10.0, 10.0]

    run(main())


def test_slow_service_gets_as_many_at_a_time_as_fill_its_window() -> None:
    """A window's requests are in flight in time, however long each of them takes."""

    async def main() -> None:
        limits = limits_with(endpoint=(Window(30, 30.0),), refusals=2)
        client = ScriptedClient(limits, latency=10.0)
        await client.send_all("a" * 30)
        # Two at a time would take 150 s.
        assert asyncio.get_running_loop().time() < 60.0
        assert client.most_in_flight <= 12

    run(main())


def test_request_that_finds_room_was_not_queued() -> None:
    """Time that passes while it is let through at once is no wait for the limits."""

    async def main() -> None:
        limiter = InProcessLimiter(limits_with(), clock=count(1.0).__next__)
        request = Request(method="GET", url="", path="/", account="a", endpoint="e")
        assert (await limiter.acquire(request)).queued == 0.0

    run(main())


def test_response_says_how_long_it_was_queued() -> None:
    """The seconds waited for room are added to what the response has already."""

    async def main() -> None:
        answer = Response(status=200, queued=1.5)
        limits = limits_with(endpoint=(Window(1, 10.0),))
        client = ScriptedClient(limits, script={"b": [answer]}, latency=1.0)
        await asyncio.sleep(5.0)
        first, second = await client.send_all("ab")
        assert first.queued == 0.0
        assert second.queued == pytest.approx(1.5 + 11.0)

    run(main())
