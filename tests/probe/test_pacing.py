"""When receivers are asked."""

from __future__ import annotations

import asyncio

from phonecom_events.probe.pacing import Pacing


class Clock:
    """Tell a time that only sleeping moves on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.now += seconds


async def test_a_host_is_asked_once_a_second() -> None:
    """However many wait for it, and whatever the others do."""
    clock, began = Clock(), []
    pacing = Pacing(at_once=10, spacing=1.0, clock=clock, sleep=clock.sleep)

    async def ask(host: str) -> None:
        async with pacing.turn(host):
            began.append((host, clock.now))

    await asyncio.gather(*(ask("a") for _ in range(4)), ask("b"))
    assert began == [("a", 100.0), ("b", 100.0), *(("a", 100.0 + n) for n in (1, 2, 3))]


async def test_who_waits_for_a_slot_keeps_the_distance_too() -> None:
    """Two for one host that find all slots taken do not begin together afterwards."""
    clock, began = Clock(), []
    pacing = Pacing(at_once=1, spacing=1.0, clock=clock, sleep=clock.sleep)
    release = asyncio.Event()

    async def hold() -> None:
        async with pacing.turn("slow"):
            await release.wait()

    async def ask() -> None:
        async with pacing.turn("a"):
            began.append(clock.now)

    tasks = [asyncio.create_task(each()) for each in (hold, ask, ask)]
    await asyncio.sleep(0)
    clock.now = 150.0
    release.set()
    await asyncio.gather(*tasks)
    assert began == [150.0, 151.0]


async def test_no_more_than_that_go_on_at_once() -> None:
    """Those of other hosts wait for a slot, and one host's do not fill all of them."""
    clock, running, most = Clock(), 0, 0
    pacing = Pacing(at_once=10, spacing=1.0, clock=clock, sleep=clock.sleep)

    async def ask(host: str) -> None:
        nonlocal running, most
        async with pacing.turn(host):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(ask(f"host {n}") for n in range(40)))
    assert most == 10


async def test_who_is_cancelled_holds_nobody_up() -> None:
    """Neither while waiting for the host, nor in its turn."""
    clock = Clock()
    pacing = Pacing(at_once=1, spacing=1.0, clock=clock, sleep=clock.sleep)

    async def stay() -> None:
        async with pacing.turn("a"):
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(stay()) for _ in range(2)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(1), pacing.turn("a"):
        pass
