"""Checks of fallbacks: where events go if a callback fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ..findings import Severity
from ..slices import ROWS
from ..snapshot import CallbackRow
from .check import Problem, account_checks, over
from .index import AccountIndex
from .use import at_callback, in_use

_SHOWN: Final = 10


@account_checks(
    "PC205",
    Severity.WARNING,
    "Fallback does not exist",
    explanation=(
        "The callback names a fallback that is not there. If it fails, its events"
        " have nowhere else to go, though it looks as if they had."
    ),
    what_to_do="Set fallback_callback_id to a callback that exists, or to null.",
    every_row_of=("callbacks",),
)
@over(in_use)
def no_such_fallback(
    some: Sequence[CallbackRow], account: AccountIndex
) -> Iterator[Problem]:
    """Find callbacks in use whose fallback is certain not to exist."""
    for callback, fallback_id in _with_fallback(some):
        if account.lacks_callback(fallback_id):
            why = f"there is no callback {fallback_id}{account.doubt(callback)}"
            yield Problem(at_callback(callback), why)


@account_checks(
    "PC206",
    Severity.WARNING,
    "Fallback is disabled",
    explanation=(
        "The callback's fallback is switched off. If the callback fails, its events"
        " have nowhere else to go, though it looks as if they had."
    ),
    what_to_do="Enable the fallback, or set fallback_callback_id to another.",
    every_row_of=("callbacks",),
)
@over(in_use)
def disabled_fallback(
    some: Sequence[CallbackRow], account: AccountIndex
) -> Iterator[Problem]:
    """Find callbacks in use whose fallback is switched off."""
    for callback, fallback_id in _with_fallback(some):
        fallback = account.callback(fallback_id)
        if fallback_id != callback.id and fallback and not fallback.enabled:
            why = f"callback {fallback_id} is not enabled{account.doubt(callback)}"
            yield Problem(at_callback(callback), why)


@account_checks(
    "PC207",
    Severity.WARNING,
    "Callback falls back to itself",
    explanation=(
        "If the callback fails, its events are to go to the same place, which has"
        " just failed. Such a fallback is none."
    ),
    what_to_do="Set fallback_callback_id to another callback, or to null.",
    every_row_of=("callbacks",),
)
@over(in_use)
def own_fallback(
    some: Sequence[CallbackRow], account: AccountIndex
) -> Iterator[Problem]:
    """Find callbacks in use that are their own fallback."""
    for callback, fallback_id in _with_fallback(some):
        if fallback_id == callback.id:
            why = f"its fallback_callback_id is its own id{account.doubt(callback)}"
            yield Problem(at_callback(callback), why)


@account_checks(
    "PC208",
    Severity.WARNING,
    "Callbacks fall back in a loop",
    explanation=(
        "Each is the fallback of the one before, and the first that of the last. If"
        " they all fail, nothing in the chain is left to take the events. Whether"
        " Phone.com follows a fallback's fallback is not documented; with two that"
        " are each other's it may be meant."
    ),
    what_to_do="Let one of them fall back to a callback outside of the loop.",
    every_row_of=("callbacks",),
)
def looping_fallbacks(account: AccountIndex) -> Iterator[Problem | None]:
    """Find loops of two callbacks and more; each is told once, at its lowest id."""
    onward: dict[int, int] = {}
    for some in account.in_use:
        onward.update(
            (callback.id, fallback_id)
            for callback, fallback_id in _with_fallback(some)
            if fallback_id != callback.id
        )
        yield None
    seen: set[int] = set()
    for number, start in enumerate(onward, 1):
        if not number % ROWS:
            yield None
        path: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in seen:
            seen.add(at)
            path[at] = None
            at = onward.get(at)
            if not len(seen) % ROWS:
                yield None
        if at is not None and at in path:
            ids = list(path)
            yield _loop(account, ids[ids.index(at) :])


def _loop(account: AccountIndex, ids: list[int]) -> Problem:
    # The same loop is found from another callback in each audit: a finding's place
    # must not depend on which came first.
    lowest = ids.index(min(ids))
    ids = ids[lowest:] + ids[:lowest]
    callback = account.callback(ids[0])
    assert callback is not None
    shown = [str(number) for number in ids[:_SHOWN]]
    more = len(ids) - _SHOWN
    if more > 0:
        shown.append(f"{more:,} more")
    way = " → ".join([*shown, str(ids[0])])
    return Problem(at_callback(callback), f"the fallbacks lead {way}")


def _with_fallback(some: Iterable[CallbackRow]) -> Iterator[tuple[CallbackRow, int]]:
    for callback in some:
        # Null and 0 both mean none: the vendor's schema has 0 as the least value.
        if callback.fallback_callback_id:
            yield callback, callback.fallback_callback_id
