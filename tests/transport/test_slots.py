"""Slots: who may send now, and who is next."""

from __future__ import annotations

import asyncio

from phonecom_events.transport.slots import Slots


async def _take(slots: Slots, taken: list[str], name: str) -> None:
    if slots.free:
        slots.free -= 1
    else:
        await slots.wait()
    taken.append(name)


async def _waiters(slots: Slots, taken: list[str]) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(_take(slots, taken, name)) for name in "abc"]
    await asyncio.sleep(0)
    return tasks


async def test_those_who_wait_are_served_in_turn() -> None:
    """A slot goes to who has waited longest, and is not free meanwhile."""
    slots, taken = Slots(1), list[str]()
    tasks = await _waiters(slots, taken)
    assert taken == ["a"]
    slots.give_back()
    assert slots.free == 0
    await asyncio.sleep(0)
    assert taken == ["a", "b"]
    slots.give_back()
    await asyncio.gather(*tasks)
    assert taken == ["a", "b", "c"]
    slots.give_back()
    assert slots.free == 1


async def test_who_was_cancelled_is_passed_over() -> None:
    """One that no longer waits gets no slot, which else nobody would give back."""
    slots, taken = Slots(1), list[str]()
    _, second, third = await _waiters(slots, taken)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    slots.give_back()
    await third
    assert taken == ["a", "c"]


async def test_a_slot_that_came_with_the_cancel_goes_on() -> None:
    """One that is cancelled as its turn comes hands the slot to the next."""
    slots, taken = Slots(1), list[str]()
    _, second, third = await _waiters(slots, taken)
    slots.give_back()
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    await third
    assert taken == ["a", "c"]
    slots.give_back()
    assert slots.free == 1
