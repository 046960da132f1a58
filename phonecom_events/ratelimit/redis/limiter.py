"""The limiter that asks Redis, and what it does while Redis is lost."""

from __future__ import annotations

import asyncio
import logging
from types import TracebackType
from typing import Final, Literal, Self, get_args

from ...clock import CLOCK
from ...errors import InvalidArgument, LimiterUnavailable
from ...http import Request
from ..admission import Wait, no_room, paused
from ..feedback import Outcome
from ..limiter import Permit, Reservation
from ..limits import PHONECOM_LIMITS, RateLimits
from .alone import Alone, Sent, Share
from .gates import Gate
from .levels import longest_hold, place_of
from .server import RedisServer, masked
from .shared import SEND_WITHIN, RedisPermit, Refusal, SharedSlots
from .waiting import Waiting

_log: Final = logging.getLogger("phonecom_events.ratelimit")

OnLost = Literal["fail", "local"]


class RedisLimiter:
    """Keep rate limits together with all that use the same Redis and address.

    Give it to clients as ``limiter=``, and close it after them: with ``async with``,
    or by `aclose`. It serves any number of clients, also on several event loops, each
    of which has connections of its own.

    Args:
        url: redis://, rediss:// or unix://; with user and password if need be.
        limits: the windows, and how they are kept; the same for all that share them.
        address: a name for the egress address whose windows are shared; processes
            that send from ten addresses give ten names, and have ten budgets.
        on_lost: what happens while Redis cannot be reached. "fail": calls end in
            `LimiterUnavailable`, after their retries. "local": the process goes on
            with its share of each window (what it had of the last minute, at least
            one request), after a pause of the longest window, and comes back by
            itself after another.
        prefix: what the keys in Redis begin with.
        answer_within: seconds that an answer may take. For so long, and the window,
            the slots of a process that died are taken.

    Raises:
        InvalidArgument: one of these cannot be; of a wrong password or an old server
            the first call tells.
    """

    def __init__(
        self,
        url: str,
        *,
        limits: RateLimits = PHONECOM_LIMITS,
        address: str = "default",
        on_lost: OnLost = "fail",
        prefix: str = "phonecom-events",
        answer_within: float = 120.0,
    ) -> None:
        _check(address, prefix, on_lost, answer_within)
        RedisServer(url)  # tells of a wrong URL before the first call
        self.limits: RateLimits = limits
        self._url = url
        self._on_lost = on_lost
        # In a cluster, keys with the same text in braces are on the same server.
        self._begin = f"{prefix}:{{{address}}}"
        self._share = Share()
        self._sent_shared, self._sent_alone = Sent(), Sent()
        self._slots = SharedSlots(
            lambda: RedisServer(url),
            limits,
            answer_within,
            (self._sent_shared, self._sent_alone),
            self._share,
        )
        self._alone: Alone | None = None
        self._waiting: dict[str, Waiting] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {masked(self._url)} of {self.limits!r}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Tell Redis what it has not been told yet, and close the connections.

        Those of other event loops than the running one are left to them.
        """
        await self._slots.aclose()

    async def acquire(self, request: Request, /) -> Permit:
        """Wait for a slot in all windows of *request*.

        Raises:
            DeadlineExceeded: there will be none in time; at once if that is certain.
            RateLimited: the server asked for a pause of more than
                `RateLimits.max_pause`.
            LimiterUnavailable: Redis cannot be asked, and `on_lost` is "fail".
            InvalidArgument: it refuses the password, or is before 6.2.
        """
        place = place_of(request, self.limits, self._begin)
        if not place.levels:
            return Permit()
        key = place.levels[0].key
        waiting = self._waiting.setdefault(key, Waiting(place))
        waiting.requests += 1
        deadline = request.deadline
        left = None if deadline is None else deadline - CLOCK.monotonic()
        try:
            async with asyncio.timeout(left):
                return await self._permit(request, waiting)
        except TimeoutError:
            raise no_room(request, waiting.seconds()) from None
        finally:
            waiting.requests -= 1
            if not waiting.requests:
                self._waiting.pop(key, None)

    def release(self, permit: Permit, outcome: Outcome, /) -> None:
        """Begin the end of a slot, and heed what the answer says."""
        if isinstance(permit, RedisPermit):
            self._sent_shared.end()
            self._slots.release(permit, outcome)
        elif isinstance(permit, Reservation):
            self._sent_alone.end()
            # It ends only when none of its requests is in flight.
            if self._alone is not None:
                self._alone.limiter.release(permit, outcome)

    def waits(self) -> tuple[Wait, ...]:
        """Tell which accounts and endpoints of this process are held up.

        It is what Redis said last; what other processes wait for is not known here.
        """
        return tuple(waiting.wait() for waiting in self._waiting.values())

    async def _permit(self, request: Request, waiting: Waiting) -> Permit:
        async def pause(refusal: Refusal, gate: Gate) -> None:
            waiting.note(refusal)
            if refusal.throttled and refusal.seconds > self.limits.max_pause:
                raise paused(request, refusal.seconds)
            _check_deadline(request, refusal.seconds)
            await gate.answer_or(refusal.seconds)

        while True:
            if self._alone is None:
                try:
                    permit = await self._slots.reserve(waiting.place, pause)
                except LimiterUnavailable as error:
                    if self._on_lost == "fail":
                        raise
                    self._lose(error)
                else:
                    return permit
            reservation = await self._permit_alone(request, waiting)
            if reservation is not None:
                return reservation

    def _lose(self, error: LimiterUnavailable) -> None:
        if self._alone is None:
            limits = self._share.of(self.limits)
            self._alone = Alone(limits)
            _log.warning(
                "%s; going on, after a pause, with this process' share: %d requests in"
                " %g s",
                error,
                *_widest(limits),
            )

    async def _permit_alone(
        self, request: Request, waiting: Waiting
    ) -> Reservation | None:
        """Reserve a slot of this process' share; None if Redis is to be asked again."""
        alone = self._alone
        if alone is None:
            return None
        if alone.is_time_to_try() and await self._slots.answers():
            alone.is_back = True
        if alone.is_back:
            await self._pass(self._sent_alone, request, waiting)
            if self._alone is alone:
                self._alone = None
                _log.warning("%s is back", masked(self._url))
            return None
        await self._pass(self._sent_shared, request, waiting)
        if alone.is_back or self._alone is not alone:
            return None
        reservation = await alone.limiter.acquire(request)
        self._sent_alone.begin()
        return reservation

    async def _pass(self, sent: Sent, request: Request, waiting: Waiting) -> None:
        """Wait until nothing of what was sent is in any window."""
        hold = longest_hold(self.limits)
        while (left := hold - sent.seconds_since()) > 0:
            waiting.note(Refusal(seconds=left, level=None, throttled=False))
            _check_deadline(request, left)
            await asyncio.sleep(min(left, 1.0))


def _widest(limits: RateLimits) -> tuple[int, float]:
    windows = limits.address or limits.account or limits.endpoint
    return (windows[0].requests, windows[0].seconds) if windows else (0, 0.0)


def _check_deadline(request: Request, seconds: float) -> None:
    deadline = request.deadline
    if deadline is not None and CLOCK.monotonic() + seconds > deadline:
        raise no_room(request, seconds)


def _check(address: str, prefix: str, on_lost: str, answer_within: float) -> None:
    for name, text in (("address", address), ("prefix", prefix)):
        if not text or "{" in text or "}" in text:
            raise InvalidArgument(f"{name}={text!r}: a name without braces is needed")
    if on_lost not in get_args(OnLost):
        raise InvalidArgument(f"on_lost={on_lost!r}: 'fail' or 'local' is needed")
    if not answer_within >= SEND_WITHIN:
        raise InvalidArgument(
            f"answer_within={answer_within!r}: at least {SEND_WITHIN:g} seconds are"
            " needed"
        )
