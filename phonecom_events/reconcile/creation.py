"""Sending a create, and after an ambiguous end looking what became of it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ..errors import (
    DecodeError,
    OutcomeUnknown,
    PhonecomEventsError,
    ResponseError,
    SessionClosed,
)
from ..retry import RetryMiddleware
from .comparison import Likeness
from .decision import Id, Known, decide

T = TypeVar("T")

Row = Mapping[str, Any]


class Creation(Struct, Generic[T], frozen=True, kw_only=True):
    """Say how one create is made, and how to look for what it made.

    Attributes:
        path: what it is sent to.
        known: reads what exists before the first attempt.
        send: sends it by a deadline; and again only where that cannot double it.
        new_rows: reads the rows that are new, each with its id; raises an error of ours
            if the listing cannot be proven to be whole.
        likeness: compares a row with what is sent; what the listing leaves out of a
            row may be read.
        found: makes of a row what the create would have returned.
    """

    path: str
    known: Callable[[], Awaitable[Known]]
    send: Callable[[float | None], Awaitable[T]]
    new_rows: Callable[[Known], Awaitable[Sequence[tuple[Id, Row]]]]
    likeness: Callable[[Row], Awaitable[Likeness]]
    found: Callable[[Row], T]


async def reconciled(
    creation: Creation[T], retries: RetryMiddleware, deadline: float | None = None
) -> T:
    """Create, by the rule in the package's docstring.

    Args:
        creation: what is created.
        retries: the client's: its policy, budget and clock.
        deadline: on that clock, for all of it; None for none.

    Raises:
        OutcomeUnknown: it cannot be told, or not be looked. Without `candidates` no
            row was there that it could be.
        PhonecomEventsError: it was refused, or could not be sent.
    """
    known = await creation.known()
    for attempt in itertools.count(1):
        try:
            return await creation.send(deadline)
        except OutcomeUnknown as error:
            problem: PhonecomEventsError = error
        except (DecodeError, ResponseError) as error:
            # A 2xx that cannot be read took effect; and values that must be unique, as
            # Linq's target_url, are refused for what an earlier attempt has made.
            if attempt == 1 and isinstance(error, ResponseError):
                raise
            problem = error
        rows = await _look(creation, retries, deadline, known, problem)
        like = [(id_, likeness) for id_, (_, likeness) in rows.items()]
        decision = decide(like)
        if decision.found is not None:
            return creation.found(rows[decision.found][0])
        if decision.candidates:
            ids = ", ".join(map(str, decision.candidates))
            raise _undecided(
                creation, problem, f"it may be any of {ids}", decision.candidates
            )
        if not isinstance(problem, OutcomeUnknown):
            raise problem
        wait = retries.wait_to_repeat(problem.error, attempt, deadline)
        if isinstance(wait, str):
            settle = retries.policy.settle
            raise _undecided(
                creation,
                problem,
                f"{settle:g} s later there was no row that it could be, but it was not"
                f" sent again: {wait}",
            )
        await retries.sleep(wait)
    raise AssertionError  # the count has no end


async def _look(
    creation: Creation[T],
    retries: RetryMiddleware,
    deadline: float | None,
    known: Known,
    problem: PhonecomEventsError,
) -> Mapping[Id, tuple[Row, Likeness]]:
    """Wait until an effect must have landed; read what is new, and compare it."""
    settle = retries.policy.settle
    left = None if deadline is None else deadline - retries.clock() - settle
    if left is not None and left <= 0:
        raise _undecided(creation, problem, "no time was left to look for it")
    await retries.sleep(settle)
    try:
        # Cut off is only what reads, never a create in mid-flight.
        async with asyncio.timeout(left):
            rows = await creation.new_rows(known)
            return {id_: (row, await creation.likeness(row)) for id_, row in rows}
    except SessionClosed:
        raise
    except PhonecomEventsError as error:
        why = f"looking for it failed, too: {error}"
    except TimeoutError:
        why = "there was not enough time to look for it"
    raise _undecided(creation, problem, why)


def _undecided(
    creation: Creation[T],
    problem: PhonecomEventsError,
    why: str,
    candidates: tuple[Id, ...] = (),
) -> PhonecomEventsError:
    """Return what to raise; a refusal and the like stand, unless it may have worked."""
    if isinstance(problem, OutcomeUnknown):
        problem = problem.error
    elif not candidates:
        return problem
    return OutcomeUnknown(
        f"POST {creation.path} may or may not have taken effect ({problem}); {why}",
        method="POST",
        path=creation.path,
        error=problem,
        candidates=candidates,
    )
