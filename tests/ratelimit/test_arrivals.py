"""Whole clients before a judge that counts arrivals: none is ever one too many."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import pytest

from benchmarks.virtual_clock import run
from phonecom_events.errors import PhonecomEventsError
from phonecom_events.middleware import Credential
from phonecom_events.phonecom.accounts import Accounts
from phonecom_events.phonecom.client import problem
from phonecom_events.phonecom.scopes import Account
from phonecom_events.ratelimit import (
    InProcessLimiter,
    RateLimitMiddleware,
    RateLimits,
    Window,
)
from phonecom_events.resources import Scope
from phonecom_events.retry import RetryPolicy
from phonecom_events.session import Session

from .arrival_counter import ArrivalCounter

Call = Callable[[], Awaitable[object]]
EndpointBy = Literal["path", "method"]


def limits_of(share: int, endpoint_by: EndpointBy = "path") -> RateLimits:
    """Return the documented limits, so many times smaller."""
    return RateLimits(
        endpoint=(Window(30 // share, 30.0),),
        account=(Window(120 // share, 60.0),),
        address_endpoint=(Window(360 // share, 30.0),),
        address=(Window(1440 // share, 60.0),),
        endpoint_by=endpoint_by,
    )


def session_with(judge: ArrivalCounter, limits: RateLimits) -> Session:
    """Make a session that sends to the judge, on the running loop's clock."""
    limiter = InProcessLimiter(limits, clock=asyncio.get_running_loop().time)
    return Session(
        base_url="https://judge.example/v4",
        credential=Credential("canary", name="token"),
        transport=judge,
        problem=problem,
        user_agent="tests",
        retry=RetryPolicy(attempts=3),
        timeout=12.0,
        limiter=RateLimitMiddleware(limiter, problem=problem),
    )


def calls_of(session: Session, voip_ids: range) -> list[Call]:
    """Return a read and a write of every kind, at several paths of each account."""
    calls: list[Call] = []
    for voip_id in voip_ids:
        listeners = Account(session, voip_id).listeners
        of_extension = Account(session, voip_id).extension(7).listeners
        calls += [
            lambda at=listeners: at.list(page_size=2),  # type: ignore[misc]
            lambda at=listeners: at.create(callback_id=1768),  # type: ignore[misc]
            lambda at=listeners: at.get(5),  # type: ignore[misc]
            lambda at=listeners: at.update(5, expires_at=None),  # type: ignore[misc]
            lambda at=listeners: at.delete(5),  # type: ignore[misc]
            lambda at=of_extension: at.get(5),  # type: ignore[misc]
            lambda at=of_extension: at.delete(5),  # type: ignore[misc]
        ]
    return calls


async def make_all(calls: list[Call], *, seed: int, cancelled: int = 0) -> list[Any]:
    """Make all calls at once, and cancel so many of a hundred at some moment."""
    draw = random.Random(seed)

    async def make(call: Call, patience: float | None) -> object:
        async with asyncio.timeout(patience):
            return await call()

    tasks = [
        make(call, draw.uniform(0.0, 90.0) if draw.randrange(100) < cancelled else None)
        for call in calls
    ]
    return await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("endpoint_by", ["path", "method"])
@pytest.mark.parametrize(
    ("share", "accounts", "number", "seed"), [(1, 2, 700, 1), (10, 14, 900, 2)]
)
def test_nothing_arrives_over_a_limit(
    endpoint_by: EndpointBy, share: int, accounts: int, number: int, seed: int
) -> None:
    """With faults, delays, time-outs and cancellations: 0 over, in either reading."""

    async def main() -> None:
        judge = ArrivalCounter(
            by_method=endpoint_by == "method", share=share, faults=15, seed=seed
        )
        session = session_with(judge, limits_of(share, endpoint_by))
        calls = calls_of(session, range(1, accounts + 1))
        chosen = random.Random(seed).choices(calls, k=number)
        results = await make_all(chosen, seed=seed, cancelled=10)

        wrong = [each for each in results if isinstance(each, BaseException)]
        expected = (PhonecomEventsError, TimeoutError)
        assert [each for each in wrong if not isinstance(each, expected)] == []
        assert judge.arrived > 0.85 * number
        assert judge.over == []

    run(main())


def test_judge_notices_the_lenient_reading() -> None:
    """Reads and writes counted apart are too many for a server that does not."""

    async def main() -> None:
        judge = ArrivalCounter()
        session = session_with(judge, limits_of(1, "method"))
        listeners = Account(session, 1).listeners
        reads: list[Call] = [lambda: listeners.get(5)] * 30
        writes: list[Call] = [lambda: listeners.delete(5)] * 30
        await make_all(reads + writes, seed=1)
        assert judge.arrived == 60
        assert len(judge.over) >= 20

    run(main())


@pytest.mark.parametrize("endpoint_by", ["path", "method"])
def test_reads_and_writes_of_one_path_are_counted_as_said(
    endpoint_by: EndpointBy,
) -> None:
    """By path 60 reads and writes take a window longer than by method."""

    async def main() -> float:
        session = session_with(ArrivalCounter(), limits_of(1, endpoint_by))
        listeners = Account(session, 1).listeners
        calls: list[Call] = [lambda: listeners.get(5), lambda: listeners.delete(5)]
        await make_all(calls * 30, seed=1)
        return asyncio.get_running_loop().time()

    assert (run(main()) > 30.0) is (endpoint_by == "path")


def test_requests_about_accounts_count_in_an_account() -> None:
    """The list counts in the token's own account, one account in its own."""

    async def main() -> None:
        judge = ArrivalCounter()
        session = session_with(judge, limits_of(1))
        accounts = Accounts(session, Scope(path="", template="", account=""))
        lists: list[Call] = [lambda: accounts.list(page_size=2)] * 40
        gets: list[Call] = [lambda: accounts.get(1)] * 40
        await make_all(lists + gets, seed=1)
        assert judge.arrived == 80
        assert judge.over == []

    run(main())
