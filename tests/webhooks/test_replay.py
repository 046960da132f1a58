"""Which keys are remembered, and for how long."""

from __future__ import annotations

import pytest

from phonecom_events.errors import InvalidArgument
from phonecom_events.webhooks import ReplayGuard


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_remembers_for_its_lifetime() -> None:
    """A key is seen until its lifetime is over, counted from when it came last."""
    clock = Clock()
    guard = ReplayGuard(lifetime=10, clock=clock)
    guard.add("a")
    clock.now += 6
    guard.add("b")
    guard.add("a")
    clock.now += 9.9
    assert guard.seen("a")
    assert guard.seen("b")
    clock.now += 0.1
    assert not guard.seen("a")
    assert len(guard) == 0


def test_a_key_that_comes_again_keeps_no_other() -> None:
    """Adding a key anew prolongs its own lifetime alone."""
    clock = Clock()
    guard = ReplayGuard(lifetime=10, clock=clock)
    guard.add("a")
    guard.add("b")
    clock.now += 5
    guard.add("a")
    clock.now += 5

    assert guard.seen("a")
    assert not guard.seen("b")


def test_forgets_the_oldest_beyond_its_capacity() -> None:
    """However many keys come, no more than the capacity are kept."""
    guard = ReplayGuard(capacity=3)
    for number in range(1000):
        guard.add(str(number))

    assert len(guard) == 3
    assert [guard.seen(key) for key in ("996", "997", "998", "999")] == [
        False,
        True,
        True,
        True,
    ]


def test_forgets_on_demand() -> None:
    """A key that was taken back may come again."""
    guard = ReplayGuard()
    guard.add("a")
    guard.forget("a")
    guard.forget("never added")

    assert not guard.seen("a")


@pytest.mark.parametrize("key", ["", "\udcff", "x" * 1_000_000, "a\x00b"])
def test_takes_any_text(key: str) -> None:
    """A key is whatever the sender wrote, and takes no more room for being long."""
    guard = ReplayGuard()
    guard.add(key)

    assert guard.seen(key)
    assert not guard.seen(key + "x")
    assert all(len(kept) == 16 for kept in guard._forget_at)


def test_remembers_longer_and_more_than_linq_repeats() -> None:
    """By default a key is known for an hour, and ten thousand are at a time."""
    clock = Clock()
    guard = ReplayGuard(clock=clock)
    for number in range(10_001):
        guard.add(str(number))

    assert len(guard) == 10_000
    assert not guard.seen("0")
    clock.now += 3599.9
    assert guard.seen("1")
    clock.now += 0.1
    assert not guard.seen("10000")


def test_keeps_nothing_that_is_over() -> None:
    """A guard that is only added to holds no key beyond its lifetime."""
    clock = Clock()
    guard = ReplayGuard(lifetime=10, clock=clock)
    guard.add("a")
    clock.now += 10
    guard.add("b")

    assert len(guard._forget_at) == 1


def test_remembers_one_key_for_less_than_a_second() -> None:
    """A lifetime and a capacity may be as small as can be."""
    clock = Clock()
    guard = ReplayGuard(lifetime=0.5, capacity=1, clock=clock)
    guard.add("a")

    assert guard.seen("a")
    clock.now += 0.5
    assert len(guard) == 0


@pytest.mark.parametrize(
    ("lifetime", "capacity"), [(0, 1), (-1, 1), (float("nan"), 1), (1, 0)]
)
def test_refuses_a_guard_that_guards_nothing(lifetime: float, capacity: int) -> None:
    """A lifetime or a capacity of nothing is a mistake."""
    with pytest.raises(InvalidArgument, match="greater than 0"):
        ReplayGuard(lifetime=lifetime, capacity=capacity)
