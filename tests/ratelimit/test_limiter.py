"""The seam for limiters: what clients take as ``limiter=``, and what they owe it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from phonecom_events import LinqClient, PhoneComClient, RetryPolicy
from phonecom_events.errors import (
    ConnectFailed,
    DeadlineExceeded,
    InvalidArgument,
    RateLimited,
)
from phonecom_events.http import Problem, Request, Response
from phonecom_events.ratelimit import (
    PHONECOM_LIMITS,
    InProcessLimiter,
    Outcome,
    Permit,
    RateLimitMiddleware,
    RateLimits,
    Wait,
    Window,
)
from phonecom_events.sandbox import Fault, Sandbox

from .scripted_client import limits_with

ACCOUNT = 1000002


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Both services on loopback."""
    async with Sandbox() as running:
        running.add_account(ACCOUNT)
        running.add_listener(ACCOUNT, callback_id=1768, id=1001)
        yield running


def phonecom_client(sandbox: Sandbox, **options: Any) -> PhoneComClient:
    """Make a client that does not sleep between attempts."""
    options = {"retry": RetryPolicy(attempts=3, base=0.0), **options}
    return PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url, **options)


class OneAtATime:
    """A limiter of a user's own, in ten lines."""

    def __init__(self) -> None:
        self._free = asyncio.Lock()

    async def acquire(self, request: Request) -> Permit:
        await self._free.acquire()
        return Permit()

    def release(self, permit: Permit, outcome: Outcome) -> None:
        self._free.release()


class Recorder:
    """Permit everything, and note what comes of it.

    Attributes:
        permits: those that are out.
        outcomes: of those that were released, in order.
        offer: what to give; an exception is raised. Then plain permits.
    """

    def __init__(self, *offer: Permit | Exception) -> None:
        self.permits: list[Permit] = []
        self.outcomes: list[Outcome] = []
        self.offer = list(offer)
        self.requests: list[Request] = []

    async def acquire(self, request: Request) -> Permit:
        self.requests.append(request)
        permit = self.offer.pop(0) if self.offer else Permit()
        if isinstance(permit, Exception):
            raise permit
        self.permits.append(permit)
        return permit

    def release(self, permit: Permit, outcome: Outcome) -> None:
        self.permits.remove(permit)
        self.outcomes.append(outcome)


def test_a_limiter_shows_its_limits() -> None:
    """Its repr says what it keeps to."""
    limits = RateLimits(refusals=7)

    assert repr(InProcessLimiter(limits)) == f"<InProcessLimiter of {limits!r}>"


async def test_limiter_of_a_users_own(sandbox: Sandbox) -> None:
    """Ten lines are enough to have the requests of two clients one after another."""
    under_way = most = 0

    class Counting(OneAtATime):
        async def acquire(self, request: Request) -> Permit:
            nonlocal under_way, most
            permit = await super().acquire(request)
            under_way += 1
            most = max(most, under_way)
            return permit

        def release(self, permit: Permit, outcome: Outcome) -> None:
            nonlocal under_way
            under_way -= 1
            super().release(permit, outcome)

    limiter = Counting()
    async with (
        phonecom_client(sandbox, limiter=limiter) as one,
        phonecom_client(sandbox, limiter=limiter) as two,
    ):
        gets = [client.account(ACCOUNT).listeners.get(1001) for client in (one, two)]
        gets += [two.account(ACCOUNT).listeners.get(1001) for _ in range(8)]
        await asyncio.gather(*gets)

    assert len(sandbox.requests) == 10
    assert (most, under_way) == (1, 0)


async def test_one_limiter_for_both_vendors_counts_for_both(sandbox: Sandbox) -> None:
    """What one client has sent, the other waits for."""
    limiter = InProcessLimiter(limits_with(address=(Window(1, 3600.0),)))
    linq = LinqClient(
        sandbox.api_key, base_url=sandbox.linq_url, limiter=limiter, deadline=60.0
    )
    async with phonecom_client(sandbox, limiter=limiter) as phonecom, linq:
        await phonecom.account(ACCOUNT).listeners.get(1001)
        with pytest.raises(DeadlineExceeded):
            await linq.webhook_subscriptions.list()

    assert len(sandbox.requests) == 1


async def test_each_attempt_has_a_permit_of_its_own(sandbox: Sandbox) -> None:
    """A request that is sent three times is permitted, and released, three times."""
    limiter = Recorder()
    sandbox.fault(Fault(status=503))
    sandbox.fault(Fault(cut="before"))
    async with phonecom_client(sandbox, limiter=limiter) as phonecom:
        await phonecom.account(ACCOUNT).listeners.get(1001)

    assert limiter.permits == []
    assert [outcome.status for outcome in limiter.outcomes] == [503, None, 200]
    assert {request.account for request in limiter.requests} == {str(ACCOUNT)}


async def test_limiter_sees_whose_request_it_is_and_where_to(sandbox: Sandbox) -> None:
    """Reads and writes of one path share a template; every request has an account."""
    limiter = Recorder()
    async with phonecom_client(sandbox, limiter=limiter) as phonecom:
        await phonecom.account(ACCOUNT).listeners.get(1001)
        await phonecom.account(ACCOUNT).listeners.delete(1001)
        await phonecom.accounts.get(ACCOUNT)
        await phonecom.accounts.list()

    item = "/accounts/{voip_id}/integrations/events/listeners/{id}"
    assert [(each.account, each.endpoint) for each in limiter.requests] == [
        (str(ACCOUNT), item),
        (str(ACCOUNT), item),
        (str(ACCOUNT), "/accounts/{id}"),
        ("", "/accounts"),
    ]


async def test_limiter_is_told_what_a_429_says(sandbox: Sandbox) -> None:
    """The hint of a 429 reaches the limiter, in seconds, and the window's size."""
    limiter = Recorder()
    sandbox.fault(Fault(status=429, retry_after=300))
    async with phonecom_client(sandbox, limiter=limiter) as phonecom:
        with pytest.raises(RateLimited):
            await phonecom.account(ACCOUNT).listeners.get(1001)

    assert limiter.outcomes == [Outcome(status=429, retry_after=300.0, limit=30)]
    assert limiter.outcomes[0].throttled


async def test_cancelled_request_is_released(sandbox: Sandbox) -> None:
    """A permit comes back from a call that is cancelled while its answer is due."""
    limiter = Recorder()
    sandbox.fault(Fault(delay=30.0))
    async with phonecom_client(sandbox, limiter=limiter) as phonecom:
        call = asyncio.create_task(phonecom.account(ACCOUNT).listeners.get(1001))
        while not sandbox.requests:
            await asyncio.sleep(0.001)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    assert limiter.permits == []
    assert limiter.outcomes == [Outcome()]


async def test_request_that_is_cancelled_while_it_waits_has_nothing_to_release(
    sandbox: Sandbox,
) -> None:
    """Without a permit there is no release: the limiter cleans up its own waiting."""
    limiter = OneAtATime()
    await limiter.acquire(Request(method="GET", url="", path=""))
    async with phonecom_client(sandbox, limiter=limiter) as phonecom:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await phonecom.account(ACCOUNT).listeners.get(1001)

    assert limiter._free.locked()
    assert sandbox.requests == ()


def test_call_that_is_thrown_away_with_its_loop_is_released() -> None:
    """Where no loop runs any more a permit is released all the same."""
    limiter = Recorder()
    middleware = RateLimitMiddleware(limiter, problem=lambda _: Problem())

    async def never(_: Request) -> Response:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    async def start() -> Any:
        call = middleware(Request(method="GET", url="", path=""), never)
        call.send(None)
        return call

    call = asyncio.run(start())
    call.close()
    assert limiter.permits == []
    assert limiter.outcomes == [Outcome()]


class Unavailable(ConnectFailed):
    """What a limiter of one's own may raise where it cannot be asked."""


async def test_limiter_that_cannot_be_asked_is_asked_again(sandbox: Sandbox) -> None:
    """Nothing was sent, so that even a create is tried again."""
    limiter = Recorder(Unavailable("no limiter"), Unavailable("no limiter"))
    async with phonecom_client(sandbox, limiter=limiter) as phonecom:
        await phonecom.account(ACCOUNT).listeners.create(callback_id=1768)

    assert [request.method for request in sandbox.requests] == ["POST"]
    assert [outcome.status for outcome in limiter.outcomes] == [201]


async def test_limiter_that_stays_away_ends_the_call_with_its_error(
    sandbox: Sandbox,
) -> None:
    """After the last attempt a limiter's own error comes out, and nothing was sent."""
    limiter = Recorder(*[Unavailable("no limiter")] * 3)
    async with phonecom_client(sandbox, limiter=limiter) as phonecom:
        with pytest.raises(Unavailable, match="no limiter"):
            await phonecom.account(ACCOUNT).listeners.create(callback_id=1768)

    assert sandbox.requests == ()
    assert limiter.outcomes == []


async def test_permit_that_has_expired_is_not_used(sandbox: Sandbox) -> None:
    """A request whose permit ran out while its token came is sent with the next."""
    limiter = Recorder(Permit(expires=time.monotonic()))
    async with phonecom_client(sandbox, limiter=limiter) as phonecom:
        await phonecom.account(ACCOUNT).listeners.create(callback_id=1768)

    assert [request.method for request in sandbox.requests] == ["POST"]
    assert [outcome.status for outcome in limiter.outcomes] == [None, 201]


async def test_permits_that_always_expire_end_the_call(sandbox: Sandbox) -> None:
    """A limiter whose permits are over when they come is told apart from a network."""
    limiter = Recorder(*[Permit(expires=0.0)] * 3)
    async with phonecom_client(sandbox, limiter=limiter) as phonecom:
        with pytest.raises(ConnectFailed, match="permit from the limiter had expired"):
            await phonecom.account(ACCOUNT).listeners.get(1001)

    assert sandbox.requests == ()


async def test_wait_that_a_permit_tells_is_in_the_response(sandbox: Sandbox) -> None:
    """The seconds of `Permit.queued` add up over the attempts of a call."""
    limiter = Recorder(Permit(queued=1.5), Permit(queued=2.0))
    sandbox.fault(Fault(status=503))
    async with phonecom_client(sandbox, limiter=limiter) as phonecom:
        page = await phonecom.account(ACCOUNT).listeners.list()

    assert page.response is not None
    assert page.response.queued == pytest.approx(3.5)


@pytest.mark.parametrize(("returned", "name"), [(None, "NoneType"), (1.5, "float")])
async def test_limiter_that_returns_no_permit_is_named(
    sandbox: Sandbox, returned: Any, name: str
) -> None:
    """A forgotten return is an `InvalidArgument` that says whose."""

    class Forgetful(OneAtATime):
        async def acquire(self, request: Request) -> Any:
            return returned

    async with phonecom_client(sandbox, limiter=Forgetful()) as phonecom:
        with pytest.raises(InvalidArgument, match=rf"Forgetful\.acquire .* {name}$"):
            await phonecom.account(ACCOUNT).listeners.get(1001)

    assert sandbox.requests == ()


async def test_what_tells_of_a_limiter_asks_it() -> None:
    """It is given `acquire` and the request, and its permit is used and released."""
    limiter = Recorder(Permit(queued=2.5))
    request = Request(method="GET", url="", path="")
    told = []

    async def ask(acquire: Any, asked: Request) -> Permit:
        told.append(asked)
        permit: Permit = await acquire(asked)
        return permit

    async def answer(_: Request) -> Response:
        return Response(status=200)

    middleware = RateLimitMiddleware(limiter, problem=lambda _: Problem(), ask=ask)
    response = await middleware(request, answer)

    assert told == limiter.requests == [request]
    assert response.queued == 2.5
    assert limiter.outcomes == [Outcome(status=200)]


def test_permit_by_default_was_not_waited_for_and_does_not_expire() -> None:
    """Two permits are never the same one, whatever they say."""
    permit = Permit()

    assert (permit.queued, permit.expires) == (0.0, math.inf)
    assert permit != Permit()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Permit(), "queued"),
        (Outcome(), "status"),
        (
            Wait(
                account=None,
                endpoint="",
                requests=1,
                seconds=0.0,
                limit=None,
                throttled=False,
            ),
            "requests",
        ),
    ],
)
def test_what_passes_the_seam_does_not_change(value: Any, name: str) -> None:
    """Permits, outcomes and waits are values, whose fields are given by name."""
    with pytest.raises(AttributeError):
        setattr(value, name, 1)
    with pytest.raises(TypeError):
        type(value)(*(getattr(value, field) for field in value.__struct_fields__))


class Half:
    """Only one of the two methods."""

    async def acquire(self, request: Request) -> Permit:
        return Permit()


class AsynchronousRelease(Half):
    """A release that would have to be awaited."""

    async def release(self, permit: Permit, outcome: Outcome) -> None:
        raise AssertionError


@pytest.mark.parametrize(
    ("limiter", "message"),
    [
        (30, "acquire and release, as Limiter says; int has not"),
        (PHONECOM_LIMITS, "RateLimits has not"),
        (InProcessLimiter, "InProcessLimiter is a class; give an instance of it"),
        (Half(), "Half has not"),
        (AsynchronousRelease(), r"AsynchronousRelease\.release must be a plain"),
    ],
)
@pytest.mark.parametrize("client", [PhoneComClient, LinqClient])
def test_what_is_no_limiter_is_refused(client: Any, limiter: Any, message: str) -> None:
    """What lacks a method, or cannot be called as the seam says, is named."""
    with pytest.raises(InvalidArgument, match=message):
        client("canary", limiter=limiter)


@pytest.mark.parametrize("rate_limits", [None, RateLimits(), PHONECOM_LIMITS])
@pytest.mark.parametrize("client", [PhoneComClient, LinqClient])
def test_limits_beside_a_limiter_are_refused(client: Any, rate_limits: Any) -> None:
    """A limiter has its limits: others beside it would be ignored in silence."""
    with pytest.raises(InvalidArgument, match="rate_limits must be left alone"):
        client("canary", limiter=Recorder(), rate_limits=rate_limits)


def test_clients_tell_their_limiter() -> None:
    """It is the one that was given, or the one that the documented limits make."""
    mine = Recorder()
    shared = PhoneComClient("canary").limiter

    assert PhoneComClient("canary", limiter=mine).limiter is mine
    assert isinstance(shared, InProcessLimiter)
    assert shared.limits == PHONECOM_LIMITS
    assert PhoneComClient("other", limiter=None).limiter is shared
    assert PhoneComClient("canary", rate_limits=None).limiter is None
    assert LinqClient("canary").limiter is None


def test_limiters_share_no_other_address_windows() -> None:
    """Limits of an address cannot be changed while its counts are kept."""
    limiter = InProcessLimiter(PHONECOM_LIMITS)

    assert limiter.with_limits(RateLimits(account=())).limits.account == ()
    with pytest.raises(InvalidArgument, match="same address windows"):
        limiter.with_limits(RateLimits(address=()))
