"""Long work in short steps, so that an event loop can do other things in between.

What takes as long as an account is large is a generator here: it yields after each
bounded piece of work, and returns what came of it. Not a thread: one would compete
with the loop for the interpreter's lock, and no lock is released amid a sort.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator, Sequence
from heapq import merge
from itertools import islice
from time import perf_counter
from typing import Any, Final, TypeVar

T = TypeVar("T")

Steps = Generator[None, None, T]
"""Work that yields after each step of it, and returns its result."""

ROWS: Final = 256
"""How many rows one step goes through: at worst some milliseconds' work."""

SLICE: Final = 0.003
"""Seconds of steps after which the event loop has its turn."""


def at_once(steps: Steps[T]) -> T:
    """Do all of the work without a break, and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: T = done.value
            return result


async def in_slices(steps: Steps[T], *, clock: Callable[[], float] = perf_counter) -> T:
    """Do the work, and let the event loop have its turn every `SLICE`.

    A cancellation ends it at the next turn.

    Args:
        steps: the work.
        clock: seconds, from whenever.
    """
    ends = clock() + SLICE
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: T = done.value
            return result
        if clock() >= ends:
            await asyncio.sleep(0)
            ends = clock() + SLICE


def parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Divide rows into pieces that one step can go through."""
    for start in range(0, len(rows), ROWS):
        yield rows[start : start + ROWS]


def in_order(rows: Sequence[T], key: Callable[[T], Any]) -> Steps[list[T]]:
    """Sort as `sorted` does, but in steps."""
    runs: list[list[T]] = []
    rising = falling = True
    for part in parts(rows):
        run = sorted(part, key=key)
        if runs:
            rising = rising and key(runs[-1][-1]) <= key(run[0])
            # Not where they are equal: those have to stay as they came.
            falling = falling and key(run[-1]) < key(runs[-1][0])
        runs.append(run)
        yield
    result: list[T] = []
    # Rows come by id, as a rule, which orders by age as well: nothing to merge then.
    if rising or falling:
        for run in runs if rising else reversed(runs):
            result += run
        return result
    merged = merge(*runs, key=key)
    while more := list(islice(merged, ROWS)):
        result += more
        yield
    return result
