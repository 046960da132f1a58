"""The limiter as a link of the request chain, and which clients share one."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from ..errors import InvalidArgument
from ..http import Request, Response
from ..middleware import Handler
from ..problems import ReadProblem
from .admission import Wait
from .feedback import UNANSWERED, read_outcome
from .limiter import InProcessLimiter, Limiter, Permit, waits_of
from .limits import RateLimits, address_limits

Ask: TypeAlias = Callable[
    [Callable[[Request], Awaitable[Permit]], Request], Awaitable[Permit]
]

# By origin and address windows: never dropped, because a client made a moment
# after another was closed is counted by the same server.
_shared: Final[dict[object, InProcessLimiter]] = {}


class RateLimitMiddleware:
    """Hold each request back until the limiter permits it.

    Args:
        limiter: what to ask.
        problem: the vendor's envelope reader, for the hint of a 429.
        ask: asks `Limiter.acquire`, and tells of it; None to ask without telling.
    """

    def __init__(
        self, limiter: Limiter[Any], *, problem: ReadProblem, ask: Ask | None = None
    ) -> None:
        self._limiter = limiter
        self._ask = ask
        self._problem = problem

    def waits(self) -> tuple[Wait, ...]:
        """Return what the limiter holds up; nothing if it cannot tell."""
        return waits_of(self._limiter)

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send *request* with a permit; add the wait to `Response.queued`.

        Raises what `Limiter.acquire` raises, and `InvalidArgument` if it returns
        something else than a permit.
        """
        limiter = self._limiter
        ask = self._ask
        permit = await (
            limiter.acquire(request) if ask is None else ask(limiter.acquire, request)
        )
        if not isinstance(permit, Permit):
            raise InvalidArgument(
                f"{type(limiter).__name__}.acquire must return a Permit, not"
                f" {type(permit).__name__}"
            )
        request.attempt.permitted_until = permit.expires
        outcome = UNANSWERED
        try:
            response = await call_next(request)
            outcome = read_outcome(response, self._problem)
        finally:
            # Without an answer it counts all the same: it may have been sent.
            limiter.release(permit, outcome)
        if not permit.queued:
            return response
        return response.replace(queued=response.queued + permit.queued)


def check_limiter(limiter: object) -> None:
    """Raise `InvalidArgument` unless that can be a `Limiter`."""
    if isinstance(limiter, type):
        raise InvalidArgument(f"{limiter.__name__} is a class; give an instance of it")
    name = type(limiter).__name__
    methods = [getattr(limiter, each, None) for each in ("acquire", "release")]
    if not all(map(callable, methods)):
        raise InvalidArgument(
            f"limiter must have acquire and release, as Limiter says; {name} has not"
        )
    if inspect.iscoroutinefunction(methods[1]):
        raise InvalidArgument(
            f"{name}.release must be a plain function: it cannot be awaited where a"
            " call is cancelled"
        )


def shared_limiter(limits: RateLimits, base_url: str) -> InProcessLimiter:
    """Return the limiter of clients that are not given one.

    Those of one process with the same origin, address windows and `endpoint_by`
    share these windows, and those of an account if all their limits are equal.
    """
    url = urlsplit(base_url)
    origin = (url.scheme, url.netloc.lower())
    key = (origin, address_limits(limits))
    limiter = _shared.setdefault(key, InProcessLimiter(limits))
    return limiter if limiter.limits == limits else limiter.with_limits(limits)


@contextmanager
def limiters_apart() -> Iterator[None]:
    """Have clients that are made meanwhile share limiters with each other only.

    The servers of tests come and go at addresses that were another's before, whose
    counts are none of theirs.
    """
    before = dict(_shared)
    _shared.clear()
    try:
        yield
    finally:
        _shared.clear()
        _shared.update(before)
