"""The retry budget: what it allows, and what it costs nobody."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from phonecom_events import (
    ConnectFailed,
    ConnectionLost,
    InvalidArgument,
    PhoneComClient,
    RetryBudget,
    RetryPolicy,
    ServerError,
    TransportError,
)
from phonecom_events.budget import Balance
from phonecom_events.http import Request, Response
from phonecom_events.phonecom.client import problem
from phonecom_events.problems import response_error
from phonecom_events.retry import RetryMiddleware
from phonecom_events.sandbox import Fault, Sandbox

REQUEST = Request(method="GET", url="https://x/listeners", path="/listeners")


class Service:
    """A service on a clock that waiting moves, a second for each call."""

    def __init__(self, answer: Callable[[], Response], **policy: Any) -> None:
        self.answer = answer
        self.sent = 0
        self.now = 0.0
        self.retries = RetryMiddleware(
            RetryPolicy(**policy),
            problem=problem,
            renewable=True,
            clock=lambda: self.now,
            sleep=self.sleep,
        )

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    async def send(self, _: Request) -> Response:
        self.sent += 1
        return self.answer()

    async def call(self) -> Response:
        return await self.retries(REQUEST, self.send)

    async def succeeds(self) -> bool:
        try:
            return (await self.call()).ok
        except TransportError:
            return False


def lost() -> Response:
    raise ConnectionLost("cut")


def unknown_host() -> Response:
    error = ConnectFailed("no such host")
    error.unknown_host = True
    raise error


@pytest.mark.parametrize("answer", [lost, lambda: Response(status=503)])
@pytest.mark.parametrize("pause", [0.0, 0.001, 1.0, 61.0])
async def test_a_dead_service_is_not_buried(
    answer: Callable[[], Response], pause: float
) -> None:
    """A thousand calls to a dead service send 1,200 requests at most; or 4,000."""
    dead, unbounded = Service(answer), Service(answer, budget=None)

    for _ in range(1_000):
        assert not await dead.succeeds()
        await dead.sleep(pause)
        await unbounded.succeeds()

    assert dead.sent <= 1_200
    assert unbounded.sent == 4_000
    assert dead.retries.statistics.budget_left < 1
    assert unbounded.retries.statistics.budget_left is None


async def test_failures_in_passing_cost_no_success() -> None:
    """Where 5 % of the requests fail, 99.99 % of the calls succeed, as without it."""
    rng = random.Random(7)
    service = Service(lambda: Response(status=500 if rng.random() < 0.05 else 200))

    succeeded = sum([await service.succeeds() for _ in range(10_000)])

    assert succeeded >= 9_999
    assert service.sent < 11_000


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(lost, ConnectionLost), (lambda: Response(status=503), ServerError)],
)
async def test_the_error_says_so(
    answer: Callable[[], Response], kind: type[Exception]
) -> None:
    """A call that is not tried again for lack of budget ends with what it has."""
    service = Service(answer, budget=RetryBudget(ratio=0.0, floor=1.0), base=0.0)

    with pytest.raises(kind, match=r"not tried again: .*budget is empty"):
        raise response_error(
            REQUEST, await service.call(), problem(Response(status=503))
        )

    assert service.sent == 2


async def test_attempts_that_are_used_up_say_nothing_of_it() -> None:
    """The budget is named only where it was what ended the call."""
    service = Service(lost, base=0.0)

    with pytest.raises(ConnectionLost) as raised:
        await service.call()

    assert "budget" not in str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        unknown_host,
        lambda: Response(status=429, headers={"retry-after": "0.01"}),
    ],
)
async def test_what_does_not_draw(answer: Callable[[], Response]) -> None:
    """Neither a host that does not exist nor a 429 with a hint costs anything."""
    service = Service(answer, base=0.0)

    for _ in range(20):
        await service.succeeds()

    assert service.sent == 80
    assert service.retries.statistics.budget_left == pytest.approx(12.0)


async def test_a_renewal_does_not_draw() -> None:
    """A fresh token after a 401 is counted as a retry, and costs nothing."""
    answers = iter([Response(status=401), Response(status=200)])
    service = Service(lambda: next(answers))

    await service.call()

    assert service.retries.statistics.retries == {"401": 1}
    assert service.retries.statistics.budget_left == pytest.approx(10.1)


async def test_a_429_without_a_hint_draws() -> None:
    """Nothing says when that will end, so it is a failure like any other."""
    service = Service(lambda: Response(status=429), base=0.0)

    await service.succeeds()

    assert service.retries.statistics.budget_left == pytest.approx(7.1)


def test_what_is_saved() -> None:
    """No more than the floor and the earnings of a minute is ever saved."""
    balance = Balance(RetryBudget(ratio=0.1, floor=10.0))
    for second in range(1_000):
        balance.mark(float(second), second)

    # The clock is not looked at for every call, but for every sixteenth.
    assert balance.left(999.0, 1_000) == pytest.approx(16.0, abs=1.6)
    assert balance.left(1_030.0, 1_000) == pytest.approx(13.0, abs=1.6)
    assert balance.left(1_100.0, 1_000) == pytest.approx(10.0, abs=1.6)


async def test_calls_of_over_a_minute_ago_earn_nothing() -> None:
    """A burst of calls pays for no retries two minutes later."""
    service = Service(lambda: Response(status=200))
    for _ in range(1_600):
        await service.call()
    burst = service.retries.statistics.budget_left
    await service.sleep(120.0)
    for _ in range(17):
        await service.call()

    assert burst == pytest.approx(170.0)
    assert service.retries.statistics.budget_left == pytest.approx(11.6, abs=1.6)


async def test_calls_of_the_last_minute_earn_whatever_was_before() -> None:
    """A burst pays for retries for a minute, though the client is older than that."""
    service = Service(lambda: Response(status=200))
    await service.call()
    await service.sleep(50.0)
    for _ in range(1_600):
        await service.call()
    await service.sleep(20.0)

    assert service.retries.statistics.budget_left == pytest.approx(170.0, abs=1.6)


def test_a_burst_is_forgotten() -> None:
    """What was earned all at once is lost after a minute, too."""
    balance = Balance(RetryBudget(ratio=0.1, floor=10.0))
    balance.mark(0.0, 0)

    assert balance.left(59.0, 1_000) == pytest.approx(110.0)
    assert balance.left(61.0, 1_000) == pytest.approx(10.0, abs=1.6)


def test_what_is_spent_is_gone() -> None:
    """Each retry costs one, until less than one is left."""
    balance = Balance(RetryBudget(ratio=0.1, floor=2.0))
    balance.mark(0.0, 0)

    assert [balance.spend(0.0, 5) for _ in range(3)] == [True, True, False]
    assert balance.spend(0.0, 10)
    assert balance.left(0.0, 10) == pytest.approx(0.0)


@pytest.mark.parametrize("number", [-1, float("inf"), float("nan"), True, "3", None])
def test_impossible_budgets(number: Any) -> None:
    """A budget is of finite numbers from 0 on."""
    with pytest.raises(InvalidArgument, match=r"RetryBudget\(floor="):
        RetryBudget(floor=number)
    with pytest.raises(InvalidArgument, match=r"RetryPolicy\(settle="):
        RetryPolicy(settle=number)


def test_a_budget_is_one() -> None:
    """Anything else is refused when the policy is made."""
    with pytest.raises(InvalidArgument, match="budget must be a RetryBudget"):
        RetryPolicy(budget=0.1)  # type: ignore[arg-type]


async def test_statistics_of_a_client() -> None:
    """A client says what it did: calls, attempts, why it tried again, and waited."""
    async with Sandbox() as sandbox:
        sandbox.add_account(1)
        sandbox.fault(Fault(status=500))
        sandbox.fault(Fault(cut="before"))
        sandbox.fault(Fault(retry_after=0.01))
        async with PhoneComClient(
            sandbox.token,
            base_url=sandbox.phonecom_url,
            retry=RetryPolicy(base=0.0),
            rate_limits=None,
        ) as phonecom:
            await phonecom.account(1).listeners.list()
            await phonecom.account(1).profiles.list()
            done = phonecom.statistics

    assert (done.calls, done.attempts) == (2, 5)
    assert done.retries == {"500": 1, "ConnectionLost": 1, "429": 1}
    assert done.budget_left == pytest.approx(8.2)
    assert done.throttled == pytest.approx(0.01, rel=0.5)


async def test_an_unknown_host_is_known_as_such() -> None:
    """A base URL whose host does not exist is a mistake, and costs no budget."""
    async with PhoneComClient(
        "t",
        base_url="https://no-such-host.invalid",
        retry=RetryPolicy(attempts=2, base=0.0),
        proxy=None,
    ) as phonecom:
        with pytest.raises(ConnectFailed) as raised:
            await phonecom.account(1).listeners.list()
        left = phonecom.statistics.budget_left

    assert raised.value.unknown_host
    assert left == pytest.approx(10.1)
