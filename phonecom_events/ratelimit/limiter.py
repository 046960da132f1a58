"""Limiters: what asks for permission to send, and the one that keeps its own count.

`Limiter` is the seam: whatever has `acquire` and `release` can stand behind clients.
`InProcessLimiter` keeps the rule of this package's docstring for all clients of one
process.
"""

from __future__ import annotations

import copy
import math
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from ..clock import CLOCK
from ..errors import InvalidArgument, PhonecomEventsError
from ..http import Request
from .admission import Admission, Wait, rejection, too_late
from .fair_queue import RequestQueue, Waiter
from .feedback import Outcome, windows_to_throttle
from .limits import RateLimits, address_limits
from .registry import QueueRegistry
from .sliding_window import SlidingWindows


class Permit(Struct, frozen=True, kw_only=True, eq=False):
    """Allow one request to be sent; a limiter may add fields in a class of its own.

    Attributes:
        queued: how many seconds were waited for it.
        expires: until when it may be used, on `time.monotonic`. What has not been
            handed to the transport by then ends in `ConnectFailed`, and so is tried
            again with another permit. For permits that are leased by a server.
    """

    queued: float = 0.0
    expires: float = math.inf


P = TypeVar("P", bound=Permit)


class Limiter(Protocol[P]):
    """Say when a request may be sent; what clients take as ``limiter=``.

    Each attempt of each call, retries included, asks for a permit of its own. Every
    permit is released exactly once: when its answer has been read whole, or when the
    attempt has failed or was cancelled. A permit that `acquire` did not return, because
    it raised or was cancelled, is not released: what it had taken by then it
    gives back itself.

    One limiter may serve any number of clients; clients never close it. Both methods
    are called on the event loop, and the thread, of the call. A limiter whose clients
    live on several threads needs a lock of its own.

    `release` is a plain function, not a coroutine, on purpose. It also runs while a
    call is being cancelled, and when one is thrown away together with its event
    loop: nothing can be awaited there. And an answer that has arrived, perhaps to a
    create, must neither wait for the limiter nor be lost by its failure. A limiter
    that has to tell a server starts that in `release`, on a task that it holds and
    ends when its owner closes it.

    A limiter that also has a method `waits`, as `InProcessLimiter` has, can be asked by
    `waits_of` what is held up.
    """

    async def acquire(self, request: Request, /) -> P:
        """Wait until *request* may be sent, and return a permit for it.

        Of the request, `account` and `endpoint` say what it counts in, and `deadline`
        until when it is worth while to wait; a client does not end a wait by itself.

        Raises:
            DeadlineExceeded: there will be no permit in time; best at once.
            RateLimited: it would take longer than anybody should wait.
            ConnectFailed: the limiter cannot be asked. Or a class of its own beneath
                that one; the call is tried again as its retry policy says, since
                nothing was sent. Any other exception ends the call as it is.
        """
        ...

    def release(self, permit: P, outcome: Outcome, /) -> None:
        """Take note of what came of a permit; neither wait nor raise.

        It may be called with no event loop running.
        """
        ...


class Reservation(Permit, frozen=True, eq=False):
    """A slot in every window that a request counts in.

    Attributes:
        queue: where it was waited for.
        granted: when that ended.
    """

    queue: RequestQueue
    granted: float


class InProcessLimiter:
    """Keep rate limits by counts that live in this process.

    All windows that a request counts in are reserved together or none; first come,
    first served for each account and endpoint, and these take turns; a 429 makes
    everybody wait whose window it may have been. The counts outlive event loops,
    because the server's do, and are shared by all clients that are given the same
    limiter, on whatever loop and thread: every step is taken under one lock, and
    none of them waits.

    Args:
        limits: the windows, and how they are kept.
        clock: monotonic seconds; `Request.deadline` is on it.

    Attributes:
        limits: the same.
    """

    def __init__(
        self, limits: RateLimits, *, clock: Callable[[], float] = CLOCK.monotonic
    ) -> None:
        self.limits: RateLimits = limits
        self._clock = clock
        # Reentrant: what is garbage collected under the lock may release a permit.
        self._lock = threading.RLock()
        self._admission = Admission(SlidingWindows(limits.address, limits), self._admit)
        self._queues = QueueRegistry(self._admission.address, limits)
        self._with_deadline: dict[Waiter, RequestQueue] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.limits!r}>"

    def with_limits(self, limits: RateLimits) -> InProcessLimiter:
        """Return a limiter that holds accounts to other limits at the same address.

        The two share what they count for the address; an account that both are
        used for is counted by each for itself.

        Raises:
            InvalidArgument: the address's windows, or what counts as an endpoint in
                them, are not the same.
        """
        if address_limits(limits) != address_limits(self.limits):
            raise InvalidArgument(
                "limits at one address need the same address windows and endpoint_by"
            )
        # Everything but `limits` is shared by reference, and is never replaced.
        other = copy.copy(self)
        other.limits = limits
        return other

    async def acquire(self, request: Request, /) -> Reservation:
        """Wait for a slot in all windows of *request*.

        Raises:
            DeadlineExceeded: there will be none in time; at once if that is certain.
            RateLimited: the server asked for a pause of more than
                `RateLimits.max_pause`.
        """
        admission = self._admission
        with self._lock:
            now = self._clock()
            if admission.queues:
                admission.admit(now)
            endpoint = self.limits.endpoint_of(request)
            queue = self._queues.get(self.limits, request.account, endpoint)
            if not queue.waiters and queue.is_available(now):
                queue.reserve()
                return Reservation(queue, now)
            error = rejection(queue, request, now, position=len(queue.waiters) + 1)
            if error is not None:
                self._queues.evict(queue, now)
                raise error
            waiter = admission.join(queue, request)
            if request.deadline is not None:
                self._with_deadline[waiter] = queue
            admission.admit(now)
        await self._wait(queue, waiter)
        granted = self._clock()
        return Reservation(queue, granted, queued=granted - now)

    def release(self, permit: Reservation, outcome: Outcome, /) -> None:
        """Begin the end of a slot, and heed what the answer says."""
        with self._lock:
            now = self._clock()
            queue, latency = permit.queue, now - permit.granted
            throttled = outcome.throttled
            for windows in queue.windows:
                windows.release(now, latency=latency, refused=throttled)
            if throttled or outcome.retry_after is not None:
                self._throttle(queue, outcome, now)
            self._admit_next(queue, now)

    def waits(self) -> tuple[Wait, ...]:
        """Tell which accounts and endpoints are held up, by what and for how long.

        It is what is known now, of all clients that share this limiter, for a display
        that asks again every now and then.
        """
        with self._lock:
            return self._admission.waits(self._clock())

    async def _wait(self, queue: RequestQueue, waiter: Waiter) -> None:
        expiry = None
        if waiter.request.deadline is not None:
            left = waiter.request.deadline - self._clock()
            expiry = waiter.timer.loop.call_later(left, self._expire, queue, waiter)
        timers = CLOCK.timers
        held = timers is not None and timers.let_go()
        try:
            await waiter.woken
            while not self._confirm(queue, waiter):
                await waiter.woken
        except BaseException:
            self._withdraw(queue, waiter)
            raise
        finally:
            if timers is not None and held:
                timers.hold()
            if expiry is not None:
                expiry.cancel()
                with self._lock:
                    del self._with_deadline[waiter]

    def _confirm(self, queue: RequestQueue, waiter: Waiter) -> bool:
        """Look again: there may have been a 429 between the grant and now."""
        with self._lock:
            now = self._clock()
            if waiter.error is None and queue.cooldown_until() > now:
                queue.unreserve()
                waiter.granted = False
                waiter.error = rejection(queue, waiter.request, now, position=1)
                if waiter.error is None:
                    self._admission.rejoin(queue, waiter)
                self._admit_next(queue, now)
            if waiter.error is not None:
                raise waiter.error
            return waiter.granted

    def _withdraw(self, queue: RequestQueue, waiter: Waiter) -> None:
        with self._lock:
            if waiter.granted:
                # Nothing was sent, so no server counts it.
                queue.unreserve()
            self._admission.leave(queue, waiter)
            self._admit_next(queue, self._clock())

    def _expire(self, queue: RequestQueue, waiter: Waiter) -> None:
        """Fail a waiter at its deadline, unless it has been let through."""
        with self._lock:
            if waiter in queue.waiters:
                position = 1 + list(queue.waiters).index(waiter)
                error = too_late(queue, waiter.request, self._clock(), position)
                self._fail(queue, waiter, error)

    def _fail(
        self, queue: RequestQueue, waiter: Waiter, error: PhonecomEventsError
    ) -> None:
        waiter.error = error
        self._admission.leave(queue, waiter)
        waiter.wake()

    def _throttle(self, queue: RequestQueue, outcome: Outcome, now: float) -> None:
        """Let what may be full cool down, and fail those who cannot wait so long."""
        cooldown = outcome.retry_after
        if cooldown is None:
            cooldown = queue.narrowest.hold
        for windows in windows_to_throttle(queue, outcome, now + cooldown, now):
            # In an answer that is no refusal, longer than the window is nonsense.
            if outcome.throttled or cooldown <= windows.hold:
                windows.throttle(now + cooldown, shared=outcome.throttled)
        self._admission.note_throttled(queue, now + cooldown, now)
        waiting = tuple(self._with_deadline.items())
        if cooldown > queue.limits.max_pause:
            waiting = tuple((w, each) for each in self._queues for w in each.waiters)
        for waiter, its_queue in waiting:
            if waiter in its_queue.waiters:
                error = rejection(its_queue, waiter.request, now, position=1)
                if error is not None:
                    self._fail(its_queue, waiter, error)

    def _admit_next(self, queue: RequestQueue, now: float) -> None:
        for windows in queue.windows:
            self._admission.unblock(windows, now)
        if self._admission.queues:
            self._admission.admit(now)
        self._queues.evict(queue, now)

    def _admit(self) -> None:
        with self._lock:
            self._admission.admit(self._clock())


def waits_of(limiter: Limiter[Any] | None) -> tuple[Wait, ...]:
    """Return what a client's limiter holds up; nothing if it cannot tell."""
    waits: Callable[[], tuple[Wait, ...]] | None = getattr(limiter, "waits", None)
    return () if waits is None else waits()
