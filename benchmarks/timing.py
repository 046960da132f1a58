"""Taking the time of variants in turn, so that none has the quieter machine."""

from __future__ import annotations

import random
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import perf_counter
from typing import Final

from attrs import frozen

_WARM_UP: Final = 2

Variants = Mapping[str, Callable[[], object]]
AsyncVariants = Mapping[str, Callable[[], Awaitable[object]]]


@frozen
class Times:
    """Hold the times that one variant took, in seconds."""

    taken: Sequence[float]

    @property
    def least(self) -> float:
        """What it takes while the machine does nothing else."""
        return min(self.taken)

    @property
    def median(self) -> float:
        """What it took amid what else the machine did."""
        return statistics.median(self.taken)


def in_turn(variants: Variants, *, rounds: int, each: int = 1) -> dict[str, Times]:
    """Time every variant once a round, in another order each round.

    Args:
        each: how often to call it for one time, which is then divided by that.
    """
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(-_WARM_UP, rounds):
        for name in random.sample(list(variants), len(variants)):
            started = perf_counter()
            for _ in range(each):
                variants[name]()
            if number >= 0:
                taken[name].append((perf_counter() - started) / each)
    return {name: Times(times) for name, times in taken.items()}


async def in_turn_async(
    variants: AsyncVariants, *, rounds: int, each: int = 1, warm_up: int = _WARM_UP
) -> dict[str, Times]:
    """Do the same with coroutine functions.

    Args:
        warm_up: how many rounds go before, and do not count.
    """
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(-warm_up, rounds):
        for name in random.sample(list(variants), len(variants)):
            started = perf_counter()
            for _ in range(each):
                await variants[name]()
            if number >= 0:
                taken[name].append((perf_counter() - started) / each)
    return {name: Times(times) for name, times in taken.items()}
