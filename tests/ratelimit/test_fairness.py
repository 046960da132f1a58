"""Whose turn it is: first come, first served, and nobody holds up another."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from benchmarks.virtual_clock import run
from phonecom_events.ratelimit import Window
from phonecom_events.ratelimit.sliding_window import SlidingWindows

from .scripted_client import ScriptedClient, limits_with


def test_queue_is_first_come_first_served() -> None:
    """Requests of one account and endpoint are sent in the order they came."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(2, 10.0),)), latency=0.5)
        await client.send_all("abcdefghij")
        assert client.order() == "abcdefghij"

    run(main())


def test_newcomer_does_not_overtake_those_who_wait() -> None:
    """A request that comes just as a slot is free takes its place at the end."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)))
        waiting = asyncio.create_task(client.send_all("ab"))
        await asyncio.sleep(10.0)
        await asyncio.gather(client.send("c"), waiting)
        assert client.order() == "abc"

    run(main())


def test_newcomer_does_not_overtake_another_account_that_waits() -> None:
    """Room that has just come free is theirs who wait, before any timer tells them."""

    async def main() -> None:
        client = ScriptedClient(limits_with(address=(Window(1, 10.0),)))
        await client.send("a", account="a")
        waiting = asyncio.create_task(client.send("b", account="b"))
        await asyncio.sleep(10.0)
        await asyncio.gather(client.send("c", account="c"), waiting)
        assert client.order() == "abc"

    run(main())


def test_full_endpoint_does_not_hold_up_another() -> None:
    """While one endpoint of an account is full, another is served at once."""

    async def main() -> None:
        client = ScriptedClient(limits_with(endpoint=(Window(1, 10.0),)))
        await asyncio.gather(
            client.send_all("aaa", endpoint="full"), client.send("b", endpoint="free")
        )
        assert ("b", client.sent[0][1]) in client.sent

    run(main())


def test_full_account_does_not_hold_up_another() -> None:
    """While one account is full, another is served at once, on the same endpoint."""

    async def main() -> None:
        client = ScriptedClient(limits_with(account=(Window(1, 10.0),)))
        await asyncio.gather(
            client.send_all("aaa", account="full"), client.send("b", account="free")
        )
        assert ("b", client.sent[0][1]) in client.sent

    run(main())


def test_endpoint_full_for_the_address_does_not_hold_up_another() -> None:
    """While an endpoint is full for all accounts, another endpoint is served."""

    async def main() -> None:
        client = ScriptedClient(limits_with(address_endpoint=(Window(1, 10.0),)))
        await asyncio.gather(
            *(client.send("a", account=name, endpoint="full") for name in "xyz"),
            client.send("b", account="x", endpoint="free"),
        )
        assert ("b", client.sent[0][1]) in client.sent

    run(main())


def test_accounts_take_turns_at_a_full_address() -> None:
    """One request of a late account is not sent after fifty of an early one."""

    async def main() -> None:
        client = ScriptedClient(limits_with(address=(Window(1, 1.0),)))
        await asyncio.gather(
            client.send_all("a" * 50, account="early"),
            client.send_all("bb", account="late"),
        )
        assert client.order()[:6] == "aababa"

    run(main())


def test_endpoints_take_turns_at_a_full_address() -> None:
    """One endpoint's request is not sent after those of fifty accounts on another."""

    async def main() -> None:
        client = ScriptedClient(limits_with(address=(Window(1, 1.0),)))
        many = [client.send("a", account=f"{n}", endpoint="busy") for n in range(50)]
        await asyncio.gather(*many, client.send("b", account="x", endpoint="quiet"))
        assert "b" in client.order()[:4]

    run(main())


def test_endpoint_keeps_its_turn_where_one_of_its_accounts_is_full() -> None:
    """The next account of an endpoint whose first cannot go takes the same turn."""

    async def main() -> None:
        limits = limits_with(account=(Window(1, 10.0),), address=(Window(1, 1.0),))
        client = ScriptedClient(limits)
        await client.send("a", account="full", endpoint="1")
        await asyncio.gather(
            client.send("b", account="full", endpoint="1"),
            client.send("c", account="free", endpoint="1"),
            client.send("d", account="other", endpoint="2"),
        )
        assert client.order() == "acdb"

    run(main())


def test_queue_with_a_busy_account_and_a_busy_endpoint_is_not_starved() -> None:
    """A request that needs room in two contended windows is sent all the same."""

    async def main() -> None:
        limits = limits_with(
            account=(Window(4, 10.0),), address_endpoint=(Window(10, 10.0),)
        )
        client = ScriptedClient(limits, latency=0.3)
        own = [client.send("o", account="a", endpoint="own") for _ in range(200)]
        others = [
            client.send("x", account=f"{n}", endpoint="busy")
            for _ in range(10)
            for n in range(50)
        ]
        await asyncio.gather(
            *own, *others, client.send("!", account="a", endpoint="busy")
        )
        sent_at = dict(client.sent)["!"]
        assert sent_at <= 120.0

    run(main())


@pytest.mark.parametrize("endpoints", [1, 3])
def test_effort_for_each_request_does_not_grow_with_the_accounts(
    monkeypatch: pytest.MonkeyPatch, endpoints: int
) -> None:
    """Windows are looked at about as often for 1,000 accounts as for 50."""
    looks = 0
    look = SlidingWindows.available_at

    def counted(self: SlidingWindows, now: float) -> float:
        nonlocal looks
        looks += 1
        return look(self, now)

    monkeypatch.setattr(SlidingWindows, "available_at", counted)

    def looks_per_request(accounts: int) -> float:
        async def main() -> Any:
            limits = limits_with(
                account=(Window(2, 10.0),),
                address_endpoint=(Window(20, 10.0),),
                address=(Window(30, 10.0),),
            )
            client = ScriptedClient(limits, latency=0.1)
            await asyncio.gather(
                *(
                    client.send(account=f"{n}", endpoint=f"{n % endpoints}")
                    for _ in range(3)
                    for n in range(accounts)
                )
            )

        nonlocal looks
        looks = 0
        run(main())
        return looks / (3 * accounts)

    assert looks_per_request(1_000) <= 1.25 * looks_per_request(50)
