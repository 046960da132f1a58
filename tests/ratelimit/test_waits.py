"""What a limiter tells about who waits, for what and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from attrs import define

from benchmarks.virtual_clock import run
from phonecom_events.clock import CLOCK, Timer
from phonecom_events.http import Response
from phonecom_events.ratelimit import (
    PHONECOM_LIMITS,
    InProcessLimiter,
    RateLimitMiddleware,
    RateLimits,
    Wait,
    Window,
    waits_of,
)

from .scripted_client import ScriptedClient, limits_with, read_hint, refusal

ONE = (Window(1, 10.0),)


def rounded(waits: tuple[Wait, ...]) -> list[tuple[Any, ...]]:
    """Return requests, seconds to the tenth, limit and whether it was asked for."""
    return [(w.requests, round(w.seconds, 1), w.limit, w.throttled) for w in waits]


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ("endpoint", "waiting 7 s for the endpoint's limit"),
        ("account", "waiting 7 s for the account's limit"),
        ("address_endpoint", "waiting 7 s for the address's limit for this endpoint"),
        ("address", "waiting 7 s for the address's limit"),
    ],
)
def test_full_window_is_named(limit: str, text: str) -> None:
    """How many wait for which limit, and how long the next of them does at least."""

    async def main() -> None:
        client = ScriptedClient(limits_with(**{limit: ONE}))
        waiting = asyncio.create_task(client.send_all("abc"))
        await asyncio.sleep(3.5)
        (wait,) = client.limiter.waits()
        assert rounded((wait,)) == [(2, 6.5, limit, False)]
        assert (wait.account, wait.endpoint) == ("a", "e")
        assert str(wait) == text
        await waiting
        assert client.limiter.waits() == ()

    run(main())


def test_each_account_and_endpoint_is_told_for_itself() -> None:
    """Of two accounts, one of which waits, one is told; endpoints as they count."""

    async def main() -> None:
        client = ScriptedClient(RateLimits(endpoint=ONE, endpoint_by="method"))
        waiting = asyncio.gather(client.send_all("aa"), client.send("b", account="b"))
        await asyncio.sleep(1.0)
        assert [(w.account, w.endpoint) for w in client.limiter.waits()] == [
            ("a", "GET e")
        ]
        await waiting

    run(main())


@pytest.mark.parametrize("limit", ["address_endpoint", "address"])
def test_request_without_an_account_is_told(limit: str) -> None:
    """Where no account counts, the address's limits are named."""

    async def main() -> None:
        client = ScriptedClient(limits_with(**{limit: ONE}))
        waiting = asyncio.create_task(client.send_all("ab", account=None))
        await asyncio.sleep(3.0)
        (wait,) = client.limiter.waits()
        assert wait.account is None
        assert rounded((wait,)) == [(1, 7.0, limit, False)]
        await waiting

    run(main())


def test_pause_where_nothing_is_limited_is_told() -> None:
    """A service without windows can ask for a pause; it is its endpoint's."""

    async def main() -> None:
        limits = limits_with(endpoint=(), account=(), address_endpoint=(), address=())
        client = ScriptedClient(limits, script={"a": [refusal(7.0)]})
        await client.send("a", account=None)
        assert rounded(client.limiter.waits()) == [(0, 7.0, "endpoint", True)]

    run(main())


@pytest.mark.parametrize("requests", [2, 30])
def test_waiting_for_an_answer_is_no_wait_for_a_limit(requests: int) -> None:
    """While a request may go as soon as another is answered, no seconds are told."""

    async def main() -> None:
        limits = limits_with(endpoint=(Window(requests, 30.0),), refusals=1)
        client = ScriptedClient(limits, latency=2.0)
        waiting = asyncio.create_task(client.send_all("ab"))
        await asyncio.sleep(1.0)
        (wait,) = client.limiter.waits()
        assert rounded((wait,)) == [(1, 0.0, None, False)]
        assert str(wait) == "waiting for an answer to another request"
        await waiting

    run(main())


def test_cooldown_is_told_even_if_nobody_waits() -> None:
    """A 429 is told until its time is over: its request waits to be sent again."""

    async def main() -> None:
        script: dict[str, list[Response | Exception]] = {"a": [refusal(12.0)]}
        client = ScriptedClient(limits_with(), script=script)
        await client.send("a")
        await asyncio.sleep(2.0)
        (wait,) = client.limiter.waits()
        assert rounded((wait,)) == [(0, 10.0, "endpoint", True)]
        assert str(wait).endswith("10 s for the endpoint's limit, as the server asked")
        await asyncio.sleep(10.0)
        assert client.limiter.waits() == ()

    run(main())


def test_every_cooldown_is_told() -> None:
    """A later 429 elsewhere does not hide the one before."""

    async def main() -> None:
        client = ScriptedClient(
            limits_with(), script={"a": [refusal(12.0)], "b": [refusal(9.0)]}
        )
        await client.send("a", account="a")
        await asyncio.sleep(1.0)
        await client.send("b", account="b", endpoint="other")
        assert rounded(client.limiter.waits()) == [
            (0, 11.0, "endpoint", True),
            (0, 9.0, "endpoint", True),
        ]

    run(main())


def test_cooldowns_that_are_over_are_forgotten() -> None:
    """A limiter that nobody asks remembers only the cooldowns that last."""

    async def main() -> None:
        script: dict[str, list[Response | Exception]]
        script = {label: [refusal(1.0)] for label in "abcdefgh"}
        client = ScriptedClient(limits_with(), script=script)
        for label in script:
            await client.send(label, account=label, endpoint=label)
            await asyncio.sleep(2.0)
        assert len(client.limiter._admission._throttled) == 1

    run(main())


def test_after_a_429_an_answer_is_waited_for_not_the_end_of_care() -> None:
    """With one in flight after a 429, the next is not told to wait for minutes."""

    async def main() -> None:
        script: dict[str, list[Response | Exception]] = {"a": [refusal(1.0)]}
        limits = limits_with(endpoint=(Window(30, 30.0),), refusals=2)
        client = ScriptedClient(limits, latency=0.5, script=script)
        await client.send("a")
        await asyncio.sleep(2.0)
        waiting = asyncio.create_task(client.send_all("bc"))
        await asyncio.sleep(0.1)
        assert rounded(client.limiter.waits()) == [(1, 0.0, None, False)]
        await waiting

    run(main())


def test_who_gave_up_does_not_wait() -> None:
    """A cancelled request is not told any more."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=ONE))
        await client.send("a")
        waiting = asyncio.create_task(client.send("b"))
        await asyncio.sleep(1.0)
        assert len(client.limiter.waits()) == 1
        waiting.cancel()
        await asyncio.wait([waiting])
        assert client.limiter.waits() == ()

    run(main())


def test_clients_that_share_a_limiter_see_each_others_waits() -> None:
    """A limiter with other limits for accounts tells of the same address."""

    async def main() -> None:
        client = ScriptedClient(limits_with(address=ONE))
        other = client.limiter.with_limits(limits_with(account=(), address=ONE))
        waiting = asyncio.create_task(client.send_all("ab"))
        await asyncio.sleep(1.0)
        assert waits_of(other) == client.limiter.waits()
        assert len(waits_of(other)) == 1
        await waiting

    run(main())


@define
class SendingTask:
    """Keep time on the loop, and note whether the one task is taken to be sending."""

    sending: bool

    def call_later(
        self,
        loop: asyncio.AbstractEventLoop,
        seconds: float,
        callback: Callable[[], object],
    ) -> Timer:
        return loop.call_later(seconds, callback)

    def hold(self) -> None:
        self.sending = True

    def let_go(self) -> bool:
        before, self.sending = self.sending, False
        return before


@pytest.mark.parametrize("sending", [True, False])
def test_who_waits_for_the_limits_is_not_sending_meanwhile(*, sending: bool) -> None:
    """Who keeps time is told that it may be skipped, until the wait is over."""

    async def main() -> None:
        timers = SendingTask(sending)
        client = ScriptedClient(limits_with(endpoint=ONE))
        await client.send("a")
        with CLOCK.kept_by(timers):
            asyncio.get_running_loop().call_later(
                5.0, lambda: meanwhile.append(timers.sending)
            )
            await client.send("b")
        assert meanwhile == [False]
        assert timers.sending is sending

    meanwhile: list[bool] = []
    run(main())


def test_middleware_tells_what_its_limiter_does() -> None:
    """Who holds only the link of the chain can ask what it holds up."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=ONE))
        waiting = asyncio.create_task(client.send_all("ab"))
        await asyncio.sleep(1.0)
        middleware = RateLimitMiddleware(client.limiter, problem=read_hint)
        assert middleware.waits() == client.limiter.waits() != ()
        await waiting

    run(main())


def test_limiter_that_cannot_tell_tells_nothing() -> None:
    """No limiter, or one with only what the seam asks for, has nothing to tell."""
    assert waits_of(None) == ()
    assert waits_of(object()) == ()  # type: ignore[arg-type]
    assert waits_of(InProcessLimiter(PHONECOM_LIMITS)) == ()
