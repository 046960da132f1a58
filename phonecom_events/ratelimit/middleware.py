"""The rate limits as a link of the request chain."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from ..http import Problem, Request, Response
from ..middleware import Handler
from .feedback import announcement
from .limiter import Ledger
from .limits import RateLimits

# By origin and address windows: never dropped, because a client made a moment
# after another was closed is counted by the same server.
_ledgers: dict[object, Ledger] = {}


class RateLimitMiddleware:
    """Hold each request back until the rate limits have room for it.

    Args:
        limits: the windows.
        problem: the vendor's envelope reader, for the hint of a 429.
        host: the base URL. Clients of one process with the same origin and the
            same address windows share those windows, and those of an account if
            all their limits are equal.
        ledger: books of one's own instead; for tests and simulations.
    """

    def __init__(
        self,
        limits: RateLimits,
        *,
        problem: Callable[[Response], Problem],
        host: str,
        ledger: Ledger | None = None,
    ) -> None:
        self._limits = limits
        self._problem = problem
        self._ledger = _shared(limits, host) if ledger is None else ledger

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send *request* when there is room; add the wait to `Response.queued`.

        Raises:
            DeadlineExceeded: there is no room in time; at once if that is certain.
            RateLimited: the server asked for a pause longer than
                `RateLimits.max_pause`.
        """
        ledger = self._ledger
        slot = await ledger.enter(self._limits, request)
        try:
            response = await call_next(request)
            news = announcement(response, self._problem)
        except BaseException:
            # It may have been sent all the same, so it counts like an answer.
            ledger.leave(slot)
            raise
        ledger.leave(slot, news)
        if not slot.queued:
            return response
        return response.replace(queued=response.queued + slot.queued)


def _shared(limits: RateLimits, host: str) -> Ledger:
    url = urlsplit(host)
    origin = (url.scheme, url.netloc.lower())
    key = (origin, limits.address_endpoint, limits.address)
    return _ledgers.setdefault(key, Ledger(limits))
