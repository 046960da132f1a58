"""What an answer changes: pauses, and fewer in flight on a quota that others use too."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.limiters import this_package
from benchmarks.limits import NEIGHBOURS
from benchmarks.model_server import ModelServer
from benchmarks.simulation import simulate
from benchmarks.virtual_clock import run
from phonecom_events.errors import RateLimited
from phonecom_events.http import Request, Response
from phonecom_events.ratelimit import (
    PHONECOM_LIMITS,
    InProcessLimiter,
    Outcome,
    RateLimits,
    Window,
)

from .scripted_client import ScriptedClient, limits_with, refusal

WINDOW = (Window(30, 30.0),)


@pytest.mark.parametrize("style", ["sliding", "fixed"])
@pytest.mark.parametrize("other", NEIGHBOURS)
def test_others_can_have_two_requests_refused_in_a_window(
    style: str, other: str
) -> None:
    """With 50 waiting while others use the quota: two 429 a window, none early."""
    for seed in range(3):
        server = ModelServer(limits=PHONECOM_LIMITS, style=style, seed=seed)
        load = [("a", "listeners")] * 50
        got = simulate(this_package, load, server, NEIGHBOURS[other])
        assert got.most_refused <= 2
        assert got.early == 0


@pytest.mark.parametrize("style", ["sliding", "fixed"])
def test_restarted_bulk_run_is_refused_a_few_times_only(style: str) -> None:
    """With the address's quota used up by an earlier run, few of 1,000 are refused."""
    server = ModelServer(limits=PHONECOM_LIMITS, style=style)
    for number in range(360):
        server.arrive(f"earlier {number}", "listeners", 0.0)
    load = [(f"{number}", "listeners") for number in range(1_000)]
    assert simulate(this_package, load, server).refused <= 15


def test_refusal_pauses_everyone_of_its_key_until_the_announced_time() -> None:
    """After a 429 nothing is sent for its key before the time that it gives."""

    async def main() -> None:
        limits = limits_with(endpoint=WINDOW, refusals=1)
        client = ScriptedClient(limits, latency=1.0, script={"a": [refusal(7.0)]})
        await client.send_all("abcd")
        assert client.order() == "abcd"
        # The one refusal that may be risked has happened: a whole window passes.
        assert client.times() == [0.0, 31.0, 32.0, 33.0]

    run(main())


def test_pause_ends_at_the_announced_time() -> None:
    """With another refusal to risk, the first is sent just when the pause ends."""

    async def main() -> None:
        limits = limits_with(endpoint=WINDOW, refusals=2)
        client = ScriptedClient(limits, latency=1.0, script={"a": [refusal(7.0)]})
        await client.send_all("abcd")
        assert client.times() == [0.0, 0.0, 8.0, 9.0]

    run(main())


def test_pause_is_released_one_by_one() -> None:
    """After a 429 the waiting are let through one after another, not together."""

    async def main() -> None:
        limits = limits_with(endpoint=WINDOW, refusals=3)
        client = ScriptedClient(limits, latency=1.0, script={"a": [refusal(5.0)]})
        await client.send("a")
        client.most_in_flight = 0
        await client.send_all("bcdefghi")
        assert client.most_in_flight == 1

    run(main())


def test_that_others_use_a_key_is_remembered_while_it_is_idle() -> None:
    """More than a window after a 429, too, the next go one by one."""

    async def main() -> None:
        limits = limits_with(endpoint=WINDOW, refusals=3)
        client = ScriptedClient(limits, latency=1.0, script={"a": [refusal(5.0)]})
        await client.send("a")
        await asyncio.sleep(100.0)
        await client.send("x", account="other", endpoint="other")
        client.most_in_flight = 0
        await client.send_all("bcdefghi")
        assert client.most_in_flight == 1

    run(main())


def test_margin_is_added_to_the_time_that_a_refusal_counts() -> None:
    """With one refusal to risk, the next comes a window and its margin later."""

    async def main() -> None:
        limits = RateLimits(endpoint=WINDOW, refusals=1, margin=1.0)
        client = ScriptedClient(limits, script={"a": [refusal(7.0)]})
        await client.send_all("a")
        await client.send_all("b")
        assert client.times() == [0.0, 31.0]

    run(main())


def test_of_a_large_window_one_in_fifty_is_risked() -> None:
    """No more are in flight than may be refused, before the first answer."""

    async def main() -> None:
        client = ScriptedClient(
            limits_with(address=(Window(99, 10.0),), refusals=1), latency=1.0
        )
        waiting = asyncio.create_task(client.send_all("abc"))
        await asyncio.sleep(0.5)
        assert client.in_flight == 1
        await waiting

    run(main())


def test_as_many_more_are_in_flight_as_were_answered_in_the_last_window() -> None:
    """Where accounts share a key, what was answered before that is not counted."""

    async def main() -> None:
        limits = limits_with(address=(Window(40, 10.0),), refusals=1)
        client = ScriptedClient(limits)
        for _ in range(5):
            await client.send()
        await asyncio.sleep(9.0)
        await client.send()
        await asyncio.sleep(3.0)
        client.latency = 1.0
        waiting = asyncio.create_task(client.send_all("abcdefgh"))
        await asyncio.sleep(0.5)
        assert client.in_flight == 2
        await waiting

    run(main())


def test_refused_requests_are_not_among_the_answered_that_let_more_through() -> None:
    """After a 429 the accounts that share a key have no more in flight than before."""

    async def main() -> None:
        limits = limits_with(address=(Window(40, 10.0),), refusals=1)
        client = ScriptedClient(limits, script={"a": [refusal(0.5)]})
        await client.send("a", account="refused")
        client.latency = 1.0
        waiting = asyncio.create_task(client.send_all("bcd"))
        await asyncio.sleep(0.5)
        assert client.in_flight == 1
        await waiting

    run(main())


@pytest.mark.parametrize("windows", [WINDOW, (Window(30, 1.0), *WINDOW)])
def test_without_a_hint_the_pause_is_the_whole_window(
    windows: tuple[Window, ...],
) -> None:
    """A 429 that says nothing is taken as if the longest had been filled just now."""

    async def main() -> None:
        limits = limits_with(endpoint=windows)
        client = ScriptedClient(limits, script={"a": [refusal(None)]})
        await client.send_all("a")
        await client.send_all("b")
        assert client.times() == [0.0, 30.0]

    run(main())


def test_refusal_of_one_account_leaves_others_alone() -> None:
    """A 429 pauses neither another account nor another endpoint."""

    async def main() -> None:
        limits = limits_with(endpoint=WINDOW)
        client = ScriptedClient(limits, script={"a": [refusal(7.0)]})
        await client.send("a")
        await client.send("b", account="other")
        await client.send("c", endpoint="other")
        assert client.times() == [0.0, 0.0, 0.0]

    run(main())


def test_two_refused_endpoints_pause_their_account() -> None:
    """When two endpoints of an account are refused, its third one waits as well."""

    async def main() -> None:
        client = ScriptedClient(
            limits_with(), script={"a": [refusal(7.0)], "b": [refusal(9.0)]}
        )
        await client.send("a", endpoint="1")
        await client.send("b", endpoint="2")
        await client.send("c", endpoint="3", account="other")
        await client.send("d", endpoint="3")
        assert client.times() == [0.0, 0.0, 0.0, 9.0]

    run(main())


def test_endpoint_counts_as_refused_for_its_accounts_window() -> None:
    """A short pause that is over when another endpoint is refused counts all the same."""

    async def main() -> None:
        limits = limits_with(account=(Window(1_000, 60.0),))
        client = ScriptedClient(
            limits, script={"a": [refusal(1.0)], "b": [refusal(7.0)]}
        )
        await client.send("a", endpoint="1")
        await asyncio.sleep(30.0)
        await client.send("b", endpoint="2")
        await client.send("c", endpoint="3")
        assert client.times() == [0.0, 30.0, 37.0]

    run(main())


def test_endpoint_counts_as_refused_until_the_latest_time_given() -> None:
    """A second 429 with a shorter pause does not make its account forget the first."""

    async def main() -> None:
        script = {"a": [refusal(60.0)], "b": [refusal(1.0)], "c": [refusal(40.0)]}
        client = ScriptedClient(limits_with(), latency=1.0, script=script)
        await client.send_all("ab", endpoint="1")
        await asyncio.sleep(29.0)
        await client.send("c", endpoint="2")
        await client.send("d", endpoint="3")
        assert client.times() == [0.0, 0.0, 30.0, 71.0]

    run(main())


def test_three_refused_accounts_pause_their_endpoint() -> None:
    """When three accounts are refused at an endpoint, it is paused for all."""

    async def main() -> None:
        client = ScriptedClient(
            limits_with(), script={name: [refusal(7.0)] for name in "abc"}
        )
        for name in "abc":
            await client.send(name, account=name)
        await client.send("d", account="d", endpoint="other")
        await client.send("e", account="e")
        assert client.times() == [0.0, 0.0, 0.0, 0.0, 7.0]

    run(main())


def test_two_paused_endpoints_pause_the_address() -> None:
    """When two endpoints are paused for all accounts, everything is."""

    async def main() -> None:
        client = ScriptedClient(
            limits_with(), script={name: [refusal(7.0)] for name in "abcdef"}
        )
        for number, name in enumerate("abcdef"):
            await client.send(name, account=name, endpoint=f"{number // 3}")
        await client.send("g", account="g", endpoint="other")
        assert client.times() == [0.0] * 6 + [7.0]

    run(main())


def test_refusal_without_an_account_pauses_its_endpoint() -> None:
    """Where no account counts, the endpoint is the narrowest key there is."""

    async def main() -> None:
        client = ScriptedClient(limits_with(), script={"a": [refusal(7.0)]})
        await client.send("a", account=None)
        await client.send("b", account="a", endpoint="other")
        await client.send("c", account="a")
        assert client.times() == [0.0, 0.0, 7.0]

    run(main())


def test_refusal_is_heeded_where_there_are_no_windows() -> None:
    """A service without documented windows can ask for a pause, too."""

    async def main() -> None:
        limits = limits_with(endpoint=(), account=(), address_endpoint=(), address=())
        client = ScriptedClient(
            limits, script={"a": [refusal(7.0)], "c": [refusal(None)]}
        )
        for label in "abcd":
            await client.send(label, account=None)
        assert client.times() == [0.0, 7.0, 7.0, 7.0]

    run(main())


def test_refusal_where_nothing_is_limited_is_of_one_account_and_endpoint() -> None:
    """Without windows, too, a pause is as narrow as can be."""

    async def main() -> None:
        limits = limits_with(endpoint=(), account=(), address_endpoint=(), address=())
        client = ScriptedClient(limits, script={"a": [refusal(7.0)]})
        await client.send("a")
        await client.send("b", endpoint="other")
        await client.send("c", account="other")
        await client.send("d")
        assert client.times() == [0.0, 0.0, 0.0, 7.0]

    run(main())


def test_refusal_that_names_its_window_pauses_just_that() -> None:
    """A 429 with the size of the account's window pauses the account at once."""

    async def main() -> None:
        answer = refusal(7.0, ratelimit_limit="120")
        client = ScriptedClient(PHONECOM_LIMITS, script={"a": [answer]})
        await client.send("a", endpoint="1")
        await client.send("b", endpoint="2", account="other")
        await client.send("c", endpoint="2")
        assert client.times() == [0.0, 0.0, 7.0]

    run(main())


@pytest.mark.parametrize("reset", [12, 30])
def test_last_remaining_request_pauses_its_key(reset: int) -> None:
    """An answer that says that none remain is believed, though it is no 429."""

    async def main() -> None:
        headers = {"ratelimit-remaining": "0", "ratelimit-reset": str(reset)}
        script = {"a": [Response(status=200, headers=headers)]}
        client = ScriptedClient(limits_with(endpoint=WINDOW), script=script)
        await client.send("a")
        await client.send("b", endpoint="other")
        await client.send("c")
        assert client.times() == [0.0, 0.0, reset]

    run(main())


def test_reset_beyond_the_window_is_not_believed() -> None:
    """A 200 cannot stop everything by a reset that no window is long enough for."""

    async def main() -> None:
        headers = {"ratelimit-remaining": "0", "ratelimit-reset": "31"}
        script = {"a": [Response(status=200, headers=headers)]}
        client = ScriptedClient(limits_with(endpoint=WINDOW), script=script)
        await client.send_all("a")
        await client.send_all("b")
        assert client.times() == [0.0, 0.0]

    run(main())


def test_granted_request_waits_if_a_refusal_comes_first() -> None:
    """Who has been let through but has not been sent goes back to the front."""

    async def main() -> None:
        limits = limits_with(endpoint=WINDOW, refusals=2)
        client = ScriptedClient(limits, latency=1.0, script={"b": [refusal(7.0)]})
        # The answers to a and b come in one turn of the loop: a's lets c through.
        await client.send_all("abcd")
        assert client.order() == "abcd"
        assert client.times() == [0.0, 0.0, 8.0, 9.0]

    run(main())


def test_request_that_fails_by_a_refusal_gives_back_what_it_had() -> None:
    """After a pause that nobody waited for, as many are in flight as before it."""

    async def main() -> None:
        limits = limits_with(endpoint=WINDOW, refusals=2, max_pause=60.0)
        client = ScriptedClient(limits, latency=1.0, script={"b": [refusal(3600.0)]})
        tasks = [asyncio.create_task(client.send(label)) for label in "abcd"]
        await asyncio.wait(tasks)
        # The answer to a lets c through; d still waits.
        assert isinstance(tasks[2].exception(), RateLimited)
        assert isinstance(tasks[3].exception(), RateLimited)
        await asyncio.sleep(4000.0)
        client.most_in_flight = 0
        await client.send_all("efghi")
        assert client.most_in_flight == 2

    run(main())


def test_refusals_that_the_window_has_forgotten_hold_nothing_back() -> None:
    """Of refusals in turn, those that are a window ago leave room for as many."""

    async def main() -> None:
        script = {label: [refusal(0.5)] for label in "abc"}
        limits = limits_with(address=(Window(40, 1.0), Window(40, 10.0)), refusals=1)
        client = ScriptedClient(limits, script=script)
        for label, pause in (("a", 1.0), ("b", 8.0), ("c", 3.0)):
            await client.send(label, account=label)
            await asyncio.sleep(pause)
        await client.send("d", account="d")
        assert client.times() == [0.0, 1.0, 9.0, 12.0]

    run(main())


def test_refusal_is_forgotten_with_its_slot() -> None:
    """At the very moment that a window forgets a refused request, another may go."""

    async def main() -> None:
        now = 0.0
        limits = limits_with(account=(Window(9, 10.0),), refusals=1)
        limiter = InProcessLimiter(limits, clock=lambda: now)
        request = Request(method="GET", url="", path="/", account="a", endpoint="e")
        refused = Outcome(status=429, retry_after=0.0)
        limiter.release(await limiter.acquire(request), refused)
        now = 10.0
        assert (await limiter.acquire(request)).queued == 0.0

    run(main())


def test_pause_that_is_too_long_fails_those_who_wait_and_those_who_come() -> None:
    """A pause beyond `max_pause` is not waited for, but ended by a `RateLimited`."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        limits = limits_with(endpoint=(Window(1, 10.0),), max_pause=60.0)
        client = ScriptedClient(limits, latency=1.0, script={"a": [refusal(3600.0)]})
        _, waiting = await asyncio.gather(
            client.send("a"), client.send("b"), return_exceptions=True
        )
        assert isinstance(waiting, RateLimited)
        assert waiting.retry_after == pytest.approx(3600.0)
        assert waiting.retry_at is not None
        with pytest.raises(RateLimited):
            await client.send("c")
        assert loop.time() == pytest.approx(1.0)
        await asyncio.sleep(3600.0)
        assert (await client.send("d")).ok

    run(main())


def test_pause_of_just_the_longest_allowed_is_waited_for() -> None:
    """What is refused is a pause of more than `max_pause`."""

    async def main() -> None:
        limits = limits_with(max_pause=60.0)
        client = ScriptedClient(limits, script={"a": [refusal(60.0)]})
        await client.send_all("a")
        await client.send_all("b")
        assert client.times() == [0.0, 60.0]

    run(main())


def test_pause_of_the_longest_allowed_rejects_nobody_at_its_beginning() -> None:
    """A request that would wait for just `max_pause` waits."""

    async def main() -> None:
        limiter = InProcessLimiter(limits_with(max_pause=60.0), clock=lambda: 0.0)
        request = Request(method="GET", url="", path="/", account="a", endpoint="e")
        refused = Outcome(status=429, retry_after=60.0)
        limiter.release(await limiter.acquire(request), refused)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(limiter.acquire(request), 1.0)

    run(main())


def test_refusal_for_a_pause_says_what_a_429_says() -> None:
    """Who catches `RateLimited` need not know that nothing was sent this time."""

    async def main() -> None:
        client = ScriptedClient(limits_with(), script={"a": [refusal(3600.0)]})
        await client.send("a")
        with pytest.raises(
            RateLimited, match=r"^GET /listeners was not sent"
        ) as caught:
            await client.send("b")
        error = caught.value
        assert (error.status, error.method, error.path) == (429, "GET", "/listeners")

    run(main())


def test_absurd_pause_has_no_date_but_is_an_error_all_the_same() -> None:
    """A pause that no calendar can hold ends in a `RateLimited` without a date."""

    async def main() -> None:
        client = ScriptedClient(limits_with(), script={"a": [refusal(1e300)]})
        await client.send("a")
        with pytest.raises(RateLimited) as caught:
            await client.send("b")
        assert caught.value.retry_at is None

    run(main())
