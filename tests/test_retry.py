"""Retries: the table of decisions, and the loop that carries them out."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from phonecom_events.budget import RetryBudget
from phonecom_events.clock import CLOCK
from phonecom_events.errors import (
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    DeadlineExceeded,
    DecodeError,
    InvalidArgument,
    OutcomeUnknown,
    PhonecomEventsError,
    ProxyFailed,
    RateLimited,
    RequestTimedOut,
    ServerError,
    TransportError,
)
from phonecom_events.http import Attempt, Request, Response
from phonecom_events.middleware import note_begun
from phonecom_events.phonecom.client import problem
from phonecom_events.retry import (
    DEFAULT_RETRY,
    RetryMiddleware,
    RetryPolicy,
    Verdict,
    judge,
)

AGAIN, UNKNOWN, SETTLED = Verdict.AGAIN, Verdict.UNKNOWN, Verdict.SETTLED

Step = Response | Exception


class World:
    """A scripted server on a clock that only sleeping moves."""

    def __init__(self, *steps: Step, each_takes: float = 0.0) -> None:
        self.steps: Iterator[Step] = iter(steps)
        self.now = 1_000.0
        self.each_takes = each_takes
        self.slept: list[float] = []
        self.sent = 0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def send(self, request: Request) -> Response:
        self.sent += 1
        self.now += self.each_takes
        step = next(self.steps)
        if isinstance(step, Exception):
            raise step
        return step

    def middleware(self, *, renewable: bool = False, **policy: Any) -> RetryMiddleware:
        return RetryMiddleware(
            RetryPolicy(**policy),
            problem=problem,
            renewable=renewable,
            clock=self.clock,
            sleep=self.sleep,
            draw=lambda low, high: high,
        )

    async def call(
        self,
        method: str = "GET",
        deadline: float | None = None,
        *,
        renewable: bool = False,
        **policy: Any,
    ) -> Response:
        request = Request(
            method=method,
            url="https://x/listeners",
            path="/listeners",
            deadline=None if deadline is None else self.now + deadline,
        )
        return await self.middleware(renewable=renewable, **policy)(request, self.send)


OK = Response(status=200, body=b"{}")
REQUEST = Request(method="GET", url="https://x/listeners", path="/listeners")


def status(code: int, **headers: str) -> Response:
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status=code, headers=names)


@pytest.mark.parametrize(
    ("outcome", "idempotent", "other"),
    [
        (ConnectFailed("dns"), AGAIN, AGAIN),
        (ConnectTimeout("slow"), AGAIN, AGAIN),
        (ProxyFailed("no password", status=407), SETTLED, SETTLED),
        (ProxyFailed("down", status=406), AGAIN, AGAIN),
        (ProxyFailed("down", status=408), AGAIN, AGAIN),
        (ProxyFailed("down"), AGAIN, AGAIN),
        (ConnectionLost("cut"), AGAIN, UNKNOWN),
        (RequestTimedOut("slow"), AGAIN, UNKNOWN),
        (status(408), AGAIN, UNKNOWN),
        (status(429), AGAIN, AGAIN),
        *[(status(code), AGAIN, UNKNOWN) for code in (500, 501, 502, 503, 504, 599)],
        *[(status(code), SETTLED, SETTLED) for code in (200, 201, 204, 302, 304)],
        *[
            (status(code), SETTLED, SETTLED)
            for code in (400, 401, 403, 404, 409, 499, 600)
        ],
    ],
    ids=repr,
)
def test_table(outcome: Response | TransportError, idempotent: Any, other: Any) -> None:
    """What happened and whether resending is harmless decide, and nothing else."""
    assert judge(outcome, idempotent=True, renewable=False) is idempotent
    assert judge(outcome, idempotent=False, renewable=False) is other


@pytest.mark.parametrize("idempotent", [True, False])
def test_a_401_is_worth_one_renewal(*, idempotent: bool) -> None:
    """Where the token can be renewed, a 401 asks for that, whatever the method."""
    verdict = judge(status(401), idempotent=idempotent, renewable=True)

    assert verdict is Verdict.RENEW


@pytest.mark.parametrize(
    ("method", "idempotent"),
    [("GET", True), ("PUT", True), ("DELETE", True), ("POST", False), ("PATCH", False)],
)
def test_methods(method: str, *, idempotent: bool) -> None:
    """POST and PATCH are the methods that must not be sent twice."""
    request = Request(method=method, url="https://x/", path="/")

    assert request.idempotent is idempotent


def test_backoff_is_full_jitter_under_a_doubling_cap() -> None:
    """After attempt n the wait is drawn from 0 to min(cap, base · 2ⁿ⁻¹)."""
    drawn: list[tuple[float, float]] = []
    policy = RetryPolicy(base=0.5, cap=3.0)

    for attempt in (1, 2, 3, 4, 5_000):
        policy.backoff(attempt, lambda *bounds: drawn.append(bounds) or 0.0)

    assert drawn == [(0, 0.5), (0, 1.0), (0, 2.0), (0, 3.0), (0, 3.0)]


async def test_what_a_policy_does_unless_told_otherwise() -> None:
    """Four requests are sent, half a second to eight apart at most."""
    world = World(*[status(503)] * 9)
    longer = World(*[status(503)] * 9)

    await world.call()
    await longer.call(attempts=7)

    assert (world.sent, world.slept) == (4, [0.5, 1.0, 2.0])
    assert longer.slept == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]


def test_what_clients_do_unless_told_otherwise() -> None:
    """It is what a policy does, with an effect given two seconds to land."""
    assert RetryPolicy(settle=2.0, budget=RetryBudget()) == DEFAULT_RETRY


async def test_waits_two_minutes_for_a_server_and_no_longer() -> None:
    """A hint of just as long as is allowed is followed."""
    for hint, slept in (("120", [120.0]), ("121", [])):
        world = World(status(429, retry_after=hint), OK)
        await world.call()
        assert world.slept == slept


async def test_bounds_of_a_policy_are_allowed() -> None:
    """One attempt, and waits of nothing, are the least that makes sense."""
    world = World(status(503), status(429, retry_after="1"), OK)

    answer = await world.call(attempts=1, base=0, cap=0, max_wait=0, settle=0)

    assert (answer.status, world.sent, world.slept) == (503, 1, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"base": -0.1},
        {"cap": -0.1},
        {"max_wait": -0.1},
        {"max_wait": float("nan")},
    ],
)
def test_policy_refuses_nonsense(wrong: dict[str, Any]) -> None:
    """A policy that cannot work is refused when it is made."""
    with pytest.raises(InvalidArgument, match=next(iter(wrong))):
        RetryPolicy(**wrong)


async def test_an_answer_at_once_is_returned() -> None:
    """Nothing is slept or resent when nothing went wrong."""
    world = World(OK)

    answer = await world.call()

    assert (answer, world.slept, world.sent) == (OK, [], 1)


async def test_backs_off_and_says_what_it_took() -> None:
    """The answer carries the number of requests and the seconds slept."""
    world = World(status(503), ConnectionLost("cut"), OK)

    answer = await world.call(base=1.0)

    assert answer.status == 200
    assert world.slept == [1.0, 2.0]
    assert (answer.attempts, answer.waited) == (3, 3.0)


async def test_an_answer_tells_of_the_one_attempt_before_it() -> None:
    """Two attempts are told as two."""
    answer = await World(status(503), OK).call(base=1.0)
    assert (answer.attempts, answer.waited) == (2, 1.0)


async def test_an_answer_that_no_attempt_went_before_is_as_it_came() -> None:
    """Nothing is added to one that is not worth a retry, not even words."""
    refused = status(404)
    assert await World(refused).call() is refused


async def test_adds_up_what_all_attempts_waited_for_permits() -> None:
    """The answer and the statistics have the queueing of every attempt."""
    world = World(
        Response(status=503, queued=1.5),
        status(429, retry_after="3"),
        status(429, retry_after="4"),
        Response(status=200, queued=2.5),
    )
    retries = world.middleware(base=0)

    answer = await retries(REQUEST, world.send)
    world.steps = iter([Response(status=200, queued=0.5)])
    await retries(REQUEST, world.send)

    assert (answer.queued, answer.waited) == (4.0, 7.0)
    assert retries.statistics.throttled == pytest.approx(4.5 + 7.0)
    assert retries.statistics.retries == {"503": 1, "429": 2}


async def test_each_attempt_is_told_from_those_before() -> None:
    """The first goes out as the request came; what is sent again begins anew."""
    world = World(status(503), status(503), OK)
    attempts: list[Attempt] = []

    async def send(request: Request) -> Response:
        attempts.append(request.attempt)
        return await world.send(request)

    await world.middleware()(REQUEST, send)

    assert attempts[0] is REQUEST.attempt
    assert len({id(attempt) for attempt in attempts}) == 3


@pytest.mark.parametrize("last", [status(503), status(429)])
async def test_gives_up_with_the_last_answer(last: Response) -> None:
    """After the last attempt the answer is passed on, whatever it is."""
    world = World(*[last] * 9)

    answer = await world.call(attempts=3)

    assert (answer.status, world.sent) == (last.status, 3)


async def test_gives_up_with_the_last_failure() -> None:
    """After the last attempt a failure is raised as it is."""
    world = World(*[ConnectFailed("refused")] * 9)

    with pytest.raises(ConnectFailed, match="refused"):
        await world.call("POST", attempts=2)

    assert world.sent == 2


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(
    "outcome",
    [ConnectionLost("cut"), RequestTimedOut("slow"), status(500), status(408)],
    ids=repr,
)
async def test_never_sends_a_post_twice(method: str, outcome: Step) -> None:
    """What may have taken effect is reported, not repeated."""
    world = World(outcome, OK)

    with pytest.raises(OutcomeUnknown, match="may or may not") as raised:
        await world.call(method)

    assert world.sent == 1
    assert raised.value.method == method
    assert raised.value.path == "/listeners"
    if isinstance(outcome, Response):
        assert getattr(raised.value.error, "status", None) == outcome.status
    else:
        assert raised.value.error is outcome
    assert str(raised.value.error) in str(raised.value)
    assert raised.value.__context__ is None


async def test_sends_a_post_again_if_it_never_left() -> None:
    """A POST that reached nobody, or was turned away by a limit, is sent again."""
    world = World(ConnectFailed("refused"), status(429), Response(status=201))

    answer = await world.call("POST")

    assert (answer.status, world.sent) == (201, 3)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_waits_as_long_as_the_server_says(method: str) -> None:
    """A hint replaces the back-off, and is not cut short."""
    world = World(status(429, retry_after="11"), OK)

    await world.call(method, cap=1.0)

    assert world.slept == [11.0]


async def test_a_hint_in_the_body_comes_first() -> None:
    """The body's hint is followed where the header says another."""
    limits = {"@error": {"@rateLimit": {"Retry-After": 4}}}
    both = Response(
        status=429, headers={"retry-after": "60"}, body=json.dumps(limits).encode()
    )
    world = World(both, OK)

    await world.call()

    assert world.slept == [4.0]


@pytest.mark.parametrize(
    "limits", [{"max_wait": 10.0}, {"deadline": 10.0}], ids=["max_wait", "deadline"]
)
async def test_a_hint_that_does_not_fit_ends_the_call_at_once(limits: Any) -> None:
    """A longer wait than allowed is neither begun nor cut short."""
    world = World(status(429, retry_after="11"), OK)

    answer = await world.call(**limits)

    assert (answer.status, world.slept, world.sent) == (429, [], 1)


async def test_a_hint_of_just_the_time_that_is_left_is_too_long() -> None:
    """It says itself when the time is over, since nothing could be sent by then."""
    world = World(status(429, retry_after="10"), OK)

    with pytest.raises(DeadlineExceeded):
        await world.call(deadline=10.0)

    assert (world.slept, world.sent) == ([], 1)


async def test_a_hint_of_a_503_is_followed() -> None:
    """A gateway's Retry-After counts too."""
    world = World(status(503, retry_after="3"), OK)

    await world.call()

    assert world.slept == [3.0]


@pytest.mark.parametrize("hint", ["0", "-1", "soon"])
async def test_a_hint_of_nothing_backs_off(hint: str) -> None:
    """Where the hint says nothing of use, the back-off applies."""
    world = World(status(429, retry_after=hint), OK)

    await world.call(base=0.25)

    assert world.slept == [0.25]


async def test_deadline_leaves_no_time_for_a_back_off() -> None:
    """A back-off that would end after the deadline is not begun."""
    world = World(status(500), OK, each_takes=0.5)

    with pytest.raises(DeadlineExceeded) as raised:
        await world.call(deadline=2.0, base=4.0)

    assert (world.slept, world.sent) == ([], 1)
    assert isinstance(raised.value.error, ServerError)
    assert str(raised.value.error) in str(raised.value)
    assert raised.value.retry_at is not None
    assert raised.value.retry_at.timestamp() > time.time()


async def test_a_back_off_of_just_the_time_that_is_left_is_too_long() -> None:
    """Nothing could be sent after it."""
    world = World(status(500), OK)

    with pytest.raises(DeadlineExceeded):
        await world.call(deadline=2.0, base=2.0)

    assert (world.slept, world.sent) == ([], 1)


@pytest.mark.parametrize(
    ("takes", "late"), [(1.5, False), (1.999, False), (2.0, True), (2.5, True)]
)
async def test_the_last_attempt_is_late_or_in_time(takes: float, *, late: bool) -> None:
    """What the last attempt came to in time is the result; later on, the deadline."""
    world = World(status(503), each_takes=takes)

    if late:
        with pytest.raises(DeadlineExceeded):
            await world.call(attempts=1, deadline=2.0)
    else:
        assert (await world.call(attempts=1, deadline=2.0)).status == 503


async def test_deadline_in_mid_request() -> None:
    """A GET that the deadline ended is late; a POST may have taken effect."""
    for method, kind in (("GET", DeadlineExceeded), ("POST", OutcomeUnknown)):
        world = World(RequestTimedOut("slow"), OK, each_takes=3.0)
        with pytest.raises(kind) as raised:
            await world.call(method, deadline=3.0, base=0.1)
        assert world.sent == 1
        assert isinstance(getattr(raised.value, "error", None), RequestTimedOut)


async def test_deadline_covers_what_hangs_above_the_transport() -> None:
    """A middleware without a timeout of its own cannot outlast the deadline."""

    async def hang(request: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def hang_after_sending(request: Request) -> Response:
        return await note_begun(request, hang)

    retry = RetryMiddleware(RetryPolicy(), problem=problem)
    for method, send, kind in (
        ("GET", hang, DeadlineExceeded),
        ("POST", hang, DeadlineExceeded),
        ("GET", hang_after_sending, DeadlineExceeded),
        ("POST", hang_after_sending, OutcomeUnknown),
    ):
        deadline = CLOCK.monotonic() + 0.05
        request = Request(method=method, url="https://x/", path="/", deadline=deadline)
        with pytest.raises(kind):
            await retry(request, send)


async def test_the_transport_has_a_moment_more_than_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It ends by itself, and knows what was sent, before it is cut off."""
    given: list[float] = []

    def timeout(seconds: float) -> asyncio.Timeout:
        given.append(seconds)
        return asyncio.Timeout(None)

    monkeypatch.setattr(asyncio, "timeout", timeout)
    await World(OK).call(deadline=10.0)
    (seconds,) = given

    assert 10.0 < seconds < 10.1


async def test_says_what_was_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was cut off at the deadline reads whether anything was sent."""

    async def hang(request: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def hang_after_sending(request: Request) -> Response:
        return await note_begun(request, hang)

    monkeypatch.setattr(asyncio, "timeout", lambda _: asyncio.Timeout(0.0))
    for send, told in (
        (hang, "GET /listeners was not sent within the deadline"),
        (hang_after_sending, "GET /listeners did not end within the deadline"),
    ):
        world = World(each_takes=60.0)
        request = Request(
            method="GET", url="https://x/", path="/listeners", deadline=world.now
        )
        with pytest.raises(DeadlineExceeded) as raised:
            await world.middleware()(request, send)
        assert told in str(raised.value.error)


async def test_logs_each_retry(caplog: pytest.LogCaptureFixture) -> None:
    """The package's log says what is sent again, why, and when."""
    caplog.set_level("INFO", logger="phonecom_events")

    await World(status(503), ConnectionLost("cut"), OK).call(base=1.25)

    assert [(record.name, record.getMessage()) for record in caplog.records] == [
        ("phonecom_events", "GET /listeners: 503; again in 1.2 s"),
        ("phonecom_events", "GET /listeners: ConnectionLost; again in 2.5 s"),
    ]


async def test_a_timeout_of_somebody_else_is_not_a_failed_attempt() -> None:
    """A TimeoutError that a middleware raises by itself reaches the caller."""
    world = World(TimeoutError("theirs"), OK)

    with pytest.raises(TimeoutError, match="theirs"):
        await world.call(deadline=60.0)

    assert world.sent == 1


async def test_renews_the_token_once() -> None:
    """A second 401 is passed on; the renewal waits for nothing."""
    world = World(status(401), status(401), OK)

    answer = await world.call("POST", renewable=True)

    assert (answer.status, world.sent, world.slept) == (401, 2, [])
    assert answer.attempts == 2


async def test_renews_no_token_unasked() -> None:
    """Unless it is said that a token can be renewed, a 401 is the answer."""
    world = World(status(401), OK)
    retries = RetryMiddleware(RetryPolicy(), problem=problem)

    assert (await retries(REQUEST, world.send)).status == 401
    assert world.sent == 1


async def test_a_renewal_is_no_retry() -> None:
    """A renewal leaves the policy's attempts as they were."""
    world = World(status(401), status(503), OK)

    answer = await world.call(renewable=True, attempts=2)

    assert (answer.status, answer.attempts) == (200, 3)


@pytest.mark.parametrize(
    ("before", "final"),
    [
        ([ConnectionLost("cut")], 204),
        ([status(502)], 204),
        ([status(502), status(429)], 204),
        ([status(429)], 404),
        ([ConnectFailed("refused")], 404),
    ],
    ids=repr,
)
async def test_a_delete_resent_into_a_404(before: list[Step], final: int) -> None:
    """Gone after an attempt that may have done it is success; after none it is not."""
    world = World(*before, Response(status=404, body=b"{}"))

    answer = await world.call("DELETE")

    assert (answer.status, answer.body) == (final, b"" if final == 204 else b"{}")


async def test_errors_of_others_pass_through() -> None:
    """What is not about sending is not retried."""
    world = World(DecodeError("too large"), OK)

    with pytest.raises(DecodeError, match="too large"):
        await world.call()

    assert world.sent == 1


def refused(wait: float | None) -> RateLimited:
    """Return what a 429 with such a hint ends a create with."""
    return RateLimited("no", status=429, method="POST", path="/", retry_after=wait)


@pytest.mark.parametrize(
    ("attempt", "error", "wait"),
    [
        (1, ConnectionLost("cut"), 0.0),
        (2, ConnectionLost("cut"), 1.0),
        (3, ConnectionLost("cut"), 5.0),
        (4, ConnectionLost("cut"), "after attempt 4 of 4"),
        (1, refused(None), 0.0),
        (1, refused(2.5), 0.0),
        (1, refused(6.0), 3.0),
        (1, refused(30.0), 27.0),
        (1, refused(31.0), "the server wants 31 s of rest"),
    ],
    ids=repr,
)
def test_a_create_without_effect_is_repeated(
    attempt: int, error: PhonecomEventsError, wait: float | str
) -> None:
    """What it took to look for it counts as waiting, of a hint as of a back-off."""
    retries = World().middleware(base=2.0, settle=3.0, max_wait=30.0)

    assert retries.wait_to_repeat(error, attempt, None) == wait


@pytest.mark.parametrize(
    ("left", "wait"),
    [(3.0, "no time is left"), (3.001, 3.0), (-1.0, "no time is left")],
)
def test_a_create_is_repeated_before_its_deadline(
    left: float, wait: float | str
) -> None:
    """There must be some time left after the wait."""
    world = World()
    retries = world.middleware(settle=3.0)

    assert retries.wait_to_repeat(refused(6.0), 1, world.now + left) == wait
    assert retries.statistics.retries == (
        {} if wait == "no time is left" else {"429": 1}
    )


def test_repeated_creates_are_counted_and_paid_for() -> None:
    """A repeated create is a retry as any other, and the budget may be empty."""
    retries = World().middleware(budget=RetryBudget(ratio=0.0, floor=2.0))
    lost = ConnectionLost("cut")
    first, second, third = (retries.wait_to_repeat(lost, 1, None) for _ in range(3))

    assert (first, second) == (0.0, 0.0)
    assert isinstance(third, str)
    assert "budget" in third
    assert retries.statistics.retries == {"ConnectionLost": 2}
    assert retries.statistics.budget_left == 0.0
    # A 429 that says when, which costs nothing, and one that does not.
    assert retries.wait_to_repeat(refused(2.0), 1, None) == 0.0
    assert retries.wait_to_repeat(refused(None), 1, None) == third


@pytest.mark.parametrize("moment", ["sending", "sleeping"])
async def test_cancel_is_obeyed_at_once(moment: str) -> None:
    """A cancelled call ends as cancelled, and sends nothing more."""
    reached = asyncio.Event()
    sent = itertools.count(1)
    count = 0

    async def wait(*_: object) -> Response:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def refuse(request: Request) -> Response:
        nonlocal count
        count = next(sent)
        return status(503)

    send: Callable[[Request], Awaitable[Response]]
    send = wait if moment == "sending" else refuse
    retry = RetryMiddleware(RetryPolicy(), problem=problem, sleep=wait)
    request = Request(
        method="GET", url="https://x/", path="/", deadline=CLOCK.monotonic() + 60
    )
    task = asyncio.create_task(retry(request, send))
    await reached.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task

    assert count == (0 if moment == "sending" else 1)
