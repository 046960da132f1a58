"""Whose turn it is: first come, first served, and nobody holds up another."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from benchmarks.virtual_clock import run
from phonecom_events.ratelimit import Window
from phonecom_events.ratelimit.sliding_window import Book

from .scene import Scene, small


def test_lane_is_first_come_first_served() -> None:
    """Requests of one account and endpoint are sent in the order they came."""

    async def main() -> None:
        scene = Scene(small(endpoint=(Window(2, 10.0),)), latency=0.5)
        await scene.send_all("abcdefghij")
        assert scene.order() == "abcdefghij"

    run(main())


def test_newcomer_does_not_overtake_those_who_wait() -> None:
    """A request that comes just as a slot is free takes its place at the end."""

    async def main() -> None:
        scene = Scene(small(endpoint=(Window(1, 10.0),)))
        waiting = asyncio.create_task(scene.send_all("ab"))
        await asyncio.sleep(10.0)
        await asyncio.gather(scene.send("c"), waiting)
        assert scene.order() == "abc"

    run(main())


def test_full_endpoint_does_not_hold_up_another() -> None:
    """While one endpoint of an account is full, another is served at once."""

    async def main() -> None:
        scene = Scene(small(endpoint=(Window(1, 10.0),)))
        await asyncio.gather(
            scene.send_all("aaa", endpoint="full"), scene.send("b", endpoint="free")
        )
        assert ("b", scene.sent[0][1]) in scene.sent

    run(main())


def test_full_account_does_not_hold_up_another() -> None:
    """While one account is full, another is served at once, on the same endpoint."""

    async def main() -> None:
        scene = Scene(small(account=(Window(1, 10.0),)))
        await asyncio.gather(
            scene.send_all("aaa", account="full"), scene.send("b", account="free")
        )
        assert ("b", scene.sent[0][1]) in scene.sent

    run(main())


def test_endpoint_full_for_the_address_does_not_hold_up_another() -> None:
    """While an endpoint is full for all accounts, another endpoint is served."""

    async def main() -> None:
        scene = Scene(small(address_endpoint=(Window(1, 10.0),)))
        await asyncio.gather(
            *(scene.send("a", account=name, endpoint="full") for name in "xyz"),
            scene.send("b", account="x", endpoint="free"),
        )
        assert ("b", scene.sent[0][1]) in scene.sent

    run(main())


def test_accounts_take_turns_at_a_full_address() -> None:
    """One request of a late account is not sent after fifty of an early one."""

    async def main() -> None:
        scene = Scene(small(address=(Window(1, 1.0),)))
        await asyncio.gather(
            scene.send_all("a" * 50, account="early"),
            scene.send_all("bb", account="late"),
        )
        assert scene.order()[:6] == "aababa"

    run(main())


def test_endpoints_take_turns_at_a_full_address() -> None:
    """One endpoint's request is not sent after those of fifty accounts on another."""

    async def main() -> None:
        scene = Scene(small(address=(Window(1, 1.0),)))
        many = [scene.send("a", account=f"{n}", endpoint="busy") for n in range(50)]
        await asyncio.gather(*many, scene.send("b", account="x", endpoint="quiet"))
        assert "b" in scene.order()[:4]

    run(main())


def test_lane_with_a_busy_account_and_a_busy_endpoint_is_not_starved() -> None:
    """A request that needs room in two contended windows is sent all the same."""

    async def main() -> None:
        limits = small(account=(Window(4, 10.0),), address_endpoint=(Window(10, 10.0),))
        scene = Scene(limits, latency=0.3)
        own = [scene.send("o", account="a", endpoint="own") for _ in range(200)]
        others = [
            scene.send("x", account=f"{n}", endpoint="busy")
            for _ in range(10)
            for n in range(50)
        ]
        await asyncio.gather(
            *own, *others, scene.send("!", account="a", endpoint="busy")
        )
        sent_at = dict(scene.sent)["!"]
        assert sent_at <= 120.0

    run(main())


@pytest.mark.parametrize("endpoints", [1, 3])
def test_effort_for_each_request_does_not_grow_with_the_accounts(
    monkeypatch: pytest.MonkeyPatch, endpoints: int
) -> None:
    """Books are looked at about as often for 1,000 accounts as for 50."""
    looks = 0
    look = Book.room

    def counted(self: Book, now: float) -> float:
        nonlocal looks
        looks += 1
        return look(self, now)

    monkeypatch.setattr(Book, "room", counted)

    def looks_per_request(accounts: int) -> float:
        async def main() -> Any:
            limits = small(
                account=(Window(2, 10.0),),
                address_endpoint=(Window(20, 10.0),),
                address=(Window(30, 10.0),),
            )
            scene = Scene(limits, latency=0.1)
            await asyncio.gather(
                *(
                    scene.send(account=f"{n}", endpoint=f"{n % endpoints}")
                    for _ in range(3)
                    for n in range(accounts)
                )
            )

        nonlocal looks
        looks = 0
        run(main())
        return looks / (3 * accounts)

    assert looks_per_request(1_000) <= 1.25 * looks_per_request(50)
