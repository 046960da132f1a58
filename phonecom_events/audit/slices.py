"""Long work in short steps, so that an event loop can do other things in between.

What takes as long as an account is large is a generator here: it yields after each
bounded piece of work, and returns what came of it. Not a thread: one would compete
with the loop for the interpreter's lock, and no lock is released amid a sort.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, islice
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


def joined(some: Iterable[Iterable[T]]) -> tuple[T, ...]:
    """Return all rows of some parts in one piece.

    While they are being gathered, tuples of a few hundred beat one long list: a tuple
    of what the garbage collector need not visit is no matter to it either, but a list
    is gone through at each collection.
    """
    return tuple(chain.from_iterable(some))


def emptied(held: dict[Any, Any]) -> Steps[None]:
    """Let go of values one by one: to free much at once is work as well.

    Args:
        held: large ones; whoever else holds them has to let go before.
    """
    while held:
        held.popitem()
        yield


def in_order(rows: Sequence[T], key: Callable[[T], Any]) -> Steps[tuple[T, ...]]:
    """Sort as `sorted` does, but in steps."""
    runs: list[tuple[T, ...]] = []
    rising = falling = True
    for part in parts(rows):
        run = tuple(sorted(part, key=key))
        if runs:
            rising = rising and key(runs[-1][-1]) <= key(run[0])
            # Not where they are equal: those have to stay as they came.
            falling = falling and key(run[-1]) < key(runs[-1][0])
        runs.append(run)
        yield
    # Rows come by id, as a rule, which orders by age as well: nothing to merge then.
    if rising or falling:
        return joined(runs if rising else reversed(runs))
    merged = merge(*runs, key=key)
    result: list[tuple[T, ...]] = []
    while more := tuple(islice(merged, ROWS)):
        result.append(more)
        yield
    return joined(result)
