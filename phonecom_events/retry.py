"""When to send again, when not, and how long to wait first.

====================================== ================ ==================
what happened                          GET, PUT, DELETE POST, PATCH
====================================== ================ ==================
never connected                        again            again
a proxy that wants a password (407)    settled          settled
429                                    again            again
lost or timed out after sending,       again            `OutcomeUnknown`
408, any 5xx, a 2xx that is cut
401, and the token can be renewed      once more        once more
anything else                          settled          settled
====================================== ================ ==================

A hint is how long the server says to wait. It is never cut short: one that does
not fit `RetryPolicy.max_wait` or the deadline ends the call at once, with an
error that says when it would work.

All calls of a client share a budget (`budget.py`). Where it is empty, a call ends
with the error that it has, which says so.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from copy import copy
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from attrs import Attribute, field, frozen
from msgspec import Struct

from .budget import (
    CALLS_BETWEEN_LOOKS,
    EMPTY,
    Balance,
    RetryBudget,
    finite,
)
from .clock import CLOCK
from .errors import (
    ConnectFailed,
    ConnectTimeout,
    DeadlineExceeded,
    InvalidArgument,
    OutcomeUnknown,
    PhonecomEventsError,
    ProxyFailed,
    RequestTimedOut,
    TransportError,
)
from .http import Attempt, Request, Response
from .lazy import LazyModule
from .middleware import Handler
from .problems import ReadProblem, moment, response_error

if TYPE_CHECKING:
    from . import client_statistics
else:
    # Most programs never ask what their clients have done.
    client_statistics = LazyModule(".client_statistics", __package__)

Outcome = Response | TransportError

_log = logging.getLogger("phonecom_events")

# `deadline` also covers what has no timeout of its own: other middlewares, the
# token's callable. The transport stops by itself at the deadline, and knows
# better what was sent, so it is given this much longer, in seconds.
_GRACE: Final = 0.025


def _at_least(least: float) -> Callable[[object, Attribute[Any], float], None]:
    def check(_: object, attribute: Attribute[Any], value: float) -> None:
        if not value >= least:
            raise InvalidArgument(
                f"RetryPolicy({attribute.name}={value!r}): at least {least} is needed"
            )

    return check


def _is_budget(_: object, __: Attribute[Any], value: object) -> None:
    if value is not None and not isinstance(value, RetryBudget):
        raise InvalidArgument(
            f"budget must be a RetryBudget, not {type(value).__name__}; None for none"
        )


@frozen(kw_only=True)
class RetryPolicy:
    """Say how often and how patiently to try again.

    Attributes:
        attempts: most requests for one call, the first included; 1 for no retry.
        base: seconds; the back-off after attempt n is drawn from
            ``uniform(0, min(cap, base · 2ⁿ⁻¹))``.
        cap: seconds; the most that is drawn from.
        max_wait: seconds; a longer hint is not waited for.
        settle: seconds; with ``create(…, reconcile=True)``, how long after an
            ambiguous end to look what became of it.
        budget: for the retries of all calls of a client; None for no bound.
    """

    attempts: int = field(default=4, validator=_at_least(1))
    base: float = field(default=0.5, validator=_at_least(0))
    cap: float = field(default=8.0, validator=_at_least(0))
    max_wait: float = field(default=120.0, validator=_at_least(0))
    settle: float = field(default=2.0, validator=finite)
    budget: RetryBudget | None = field(default=RetryBudget(), validator=_is_budget)

    def backoff(self, attempt: int, draw: Callable[[float, float], float]) -> float:
        """Return the seconds to wait after attempt number *attempt*, from 1."""
        # Beyond 2⁶⁴ every cap has won, and the power would overflow.
        return draw(0.0, min(self.cap, self.base * 2.0 ** min(attempt - 1, 64)))


DEFAULT_RETRY: Final = RetryPolicy()


class Verdict(Enum):
    """What to do about the outcome of an attempt."""

    SETTLED = auto()
    AGAIN = auto()
    RENEW = auto()
    UNKNOWN = auto()


def judge(outcome: Outcome, *, idempotent: bool, renewable: bool) -> Verdict:
    """Apply the table at the top of this file.

    Args:
        outcome: the answer, or why there is none.
        idempotent: whether sending twice has the effect of sending once.
        renewable: whether the token can be renewed, and was not yet.
    """
    if isinstance(outcome, ConnectFailed):
        # A proxy that wants a password will not want another one next time.
        unknown_to_proxy = isinstance(outcome, ProxyFailed) and outcome.status == 407
        return Verdict.SETTLED if unknown_to_proxy else Verdict.AGAIN
    if isinstance(outcome, TransportError) or outcome.status == 408:
        return Verdict.AGAIN if idempotent else Verdict.UNKNOWN
    if 500 <= outcome.status < 600:
        return Verdict.AGAIN if idempotent else Verdict.UNKNOWN
    if outcome.status == 429:
        return Verdict.AGAIN
    if outcome.status == 401 and renewable:
        return Verdict.RENEW
    return Verdict.SETTLED


class _Call(Struct):
    """What is known of one call, over all its attempts.

    A renewal of the token is sent, but is not among the policy's attempts.
    """

    request: Request
    sent: int = 0
    attempts: int = 0
    waited: float = 0.0
    queued: float = 0.0
    renewed: bool = False
    maybe_done: bool = False
    unretried: str = ""


class RetryMiddleware:
    """Send again what may be sent again, within the deadline.

    Args:
        policy: how often and how patiently.
        problem: the vendor's envelope reader, for its hint.
        renewable: whether a 401 can be cured by a fresh token.
        clock: monotonic seconds; `Request.deadline` is on it.
        sleep, draw: injected by tests.
    """

    def __init__(
        self,
        policy: RetryPolicy,
        *,
        problem: ReadProblem,
        renewable: bool = False,
        clock: Callable[[], float] = CLOCK.monotonic,
        sleep: Callable[[float], Awaitable[object]] = CLOCK.sleep,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.policy: RetryPolicy = policy
        self.clock: Callable[[], float] = clock
        self.sleep: Callable[[float], Awaitable[object]] = sleep
        self._problem = problem
        self._renewable = renewable
        self._draw = draw
        self._balance = Balance(policy.budget or RetryBudget())
        self._calls = 0
        self._retries: Counter[str] = Counter()
        self._throttled = 0.0

    @property
    def statistics(self) -> client_statistics.ClientStatistics:
        """What has been done up to now."""
        left = None
        if self.policy.budget is not None:
            left = self._balance.left(self.clock(), self._calls)
        return client_statistics.ClientStatistics(
            calls=self._calls,
            attempts=self._calls + self._retries.total(),
            retries=dict(self._retries),
            budget_left=left,
            throttled=self._throttled,
        )

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Return the last attempt's answer, whatever its status.

        Raises:
            TransportError: the last attempt had no answer.
            OutcomeUnknown: a POST or PATCH may have taken effect.
            DeadlineExceeded: no time is left for another attempt.
        """
        call = _Call(request)
        if not self._calls % CALLS_BETWEEN_LOOKS:
            self._balance.mark(self.clock(), self._calls)
        self._calls += 1
        while True:
            outcome = await self._attempt(call, call_next)
            # Nearly all of them, which need not be judged by all that can go wrong.
            if isinstance(outcome, Response) and outcome.ok:
                return outcome if call.sent == 1 else _settle(call, outcome)
            wait = self._wait(call, outcome)
            if wait is None:
                return _settle(call, outcome)
            reason = _reason(outcome)
            self._retries[reason] += 1
            _log.info(
                "%s %s: %s; again in %.1f s",
                request.method,
                request.path,
                reason,
                wait,
            )
            if wait > 0:
                await self.sleep(wait)
                call.waited += wait
                if reason == "429":
                    self._throttled += wait

    async def _attempt(self, call: _Call, call_next: Handler) -> Outcome:
        call.sent += 1
        request = call.request
        if call.sent > 1:
            request = request.replace(attempt=Attempt())
        timers = CLOCK.timers
        if timers is not None:
            timers.hold()
        try:
            if request.deadline is None:
                response = await call_next(request)
            else:
                response = await self._in_time(call, call_next, request)
        except TransportError as error:
            return error
        finally:
            if timers is not None:
                timers.let_go()
        if response.queued:
            call.queued += response.queued
            self._throttled += response.queued
        return response

    async def _in_time(
        self, call: _Call, call_next: Handler, request: Request
    ) -> Response:
        left = self._left(call)
        assert left is not None
        scope = asyncio.timeout(left + _GRACE)
        try:
            async with scope:
                return await call_next(request)
        except TimeoutError:
            if not scope.expired():
                raise
        if not request.attempt.begun:
            raise ConnectTimeout(f"{_name(call)} was not sent within the deadline")
        raise RequestTimedOut(f"{_name(call)} did not end within the deadline")

    def _wait(self, call: _Call, outcome: Outcome) -> float | None:
        """Return the seconds until the next attempt; None if there is none."""
        verdict = judge(
            outcome,
            idempotent=call.request.idempotent,
            renewable=self._renewable and not call.renewed,
        )
        if verdict is Verdict.UNKNOWN:
            raise OutcomeUnknown(
                f"{_name(call)} may or may not have taken effect, and was not sent"
                f" again; look before you repeat it ({self._error(call, outcome)})",
                method=call.request.method,
                path=call.request.path,
                error=self._error(call, outcome),
            )
        if verdict is Verdict.RENEW:
            call.renewed = True
            return 0.0
        if verdict is Verdict.SETTLED:
            return None
        call.attempts += 1
        call.maybe_done |= not isinstance(outcome, ConnectFailed) and (
            isinstance(outcome, TransportError) or outcome.status != 429
        )
        return self._wait_for_next(call, outcome)

    def _wait_for_next(self, call: _Call, outcome: Outcome) -> float | None:
        left = self._left(call)
        hint = None
        if isinstance(outcome, Response):
            hint = self._problem(outcome).retry_after
        if hint and (hint > self.policy.max_wait or (left is not None and hint > left)):
            return None
        if call.attempts >= self.policy.attempts and (left is None or left > 0):
            return None
        wait = hint or self.policy.backoff(call.attempts, self._draw)
        if left is not None and wait >= left:
            raise DeadlineExceeded(
                f"no time is left to try {_name(call)} again"
                f" ({self._error(call, outcome)})",
                error=self._error(call, outcome),
                retry_at=moment(time.time() + wait),
            )
        # Last, so that nothing is spent on a retry that is not made.
        if not self._may_spend(outcome, hint):
            call.unretried = f"not tried again: {EMPTY}"
            return None
        return wait

    def wait_to_repeat(
        self, error: PhonecomEventsError, attempt: int, deadline: float | None
    ) -> float | str:
        """Say how long to wait until a create that had no effect is sent again.

        It has been looked for since, which took `RetryPolicy.settle` seconds. The
        retry is counted, and paid for by the budget.

        Args:
            error: what the last attempt ended with.
            attempt: its number, from 1.
            deadline: of the whole call, on `clock`.

        Returns:
            Seconds, or why it cannot be sent again.
        """
        policy, hint = self.policy, getattr(error, "retry_after", None) or 0.0
        if attempt >= policy.attempts:
            return f"after attempt {attempt} of {policy.attempts}"
        if hint > policy.max_wait:
            return f"the server wants {hint:.0f} s of rest"
        wait = max(hint, policy.backoff(attempt, self._draw)) - policy.settle
        wait = max(0.0, wait)
        if deadline is not None and self.clock() + wait >= deadline:
            return "no time is left"
        if not self._may_spend(error, hint):
            return EMPTY
        self._retries[_reason(error)] += 1
        return wait

    def _may_spend(
        self, outcome: Outcome | PhonecomEventsError, hint: float | None
    ) -> bool:
        """Pay for a retry, if it costs anything and there is a budget."""
        status = getattr(outcome, "status", None)
        if (status == 429 and hint) or getattr(outcome, "unknown_host", False):
            return True
        if self.policy.budget is None:
            return True
        return self._balance.spend(self.clock(), self._calls)

    def _left(self, call: _Call) -> float | None:
        deadline = call.request.deadline
        return None if deadline is None else deadline - self.clock()

    def _error(self, call: _Call, outcome: Outcome) -> PhonecomEventsError:
        if isinstance(outcome, Response):
            return response_error(call.request, outcome, self._problem(outcome))
        return outcome


def _settle(call: _Call, outcome: Outcome) -> Response:
    if isinstance(outcome, TransportError):
        if call.unretried:
            outcome = copy(outcome)
            outcome.args = (f"{outcome}; {call.unretried}",)
        raise outcome
    status = outcome.status
    if call.request.method == "DELETE" and status == 404 and call.maybe_done:
        # What an earlier attempt was to delete is gone: it did take effect.
        outcome = outcome.replace(status=204, body=b"")
    if call.unretried:
        outcome = outcome.replace(unretried=call.unretried)
    if call.sent == 1:
        return outcome
    return outcome.replace(attempts=call.sent, waited=call.waited, queued=call.queued)


def _reason(outcome: Outcome | PhonecomEventsError) -> str:
    return str(getattr(outcome, "status", type(outcome).__name__))


def _name(call: _Call) -> str:
    return f"{call.request.method} {call.request.path}"
