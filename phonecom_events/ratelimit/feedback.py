"""What an answer says about the limits, and which keys have to heed it.

A 429 does not say whose window is full, unless it names the window's size: an
account's, an endpoint's and the address's all look alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Final

from msgspec import Struct

from ..http import Response
from ..problems import ReadProblem, seconds
from .fair_queue import RequestQueue
from .sliding_window import SlidingWindows

# Unix time, not seconds to wait: no cooldown is as long, and no clock as slow.
_THIRTY_YEARS: Final = 30 * 365 * 86400.0


class Outcome(Struct, frozen=True, kw_only=True):
    """Say what came of a request that had a permit.

    Attributes:
        status: the answer's HTTP status; None if no answer came: the request
            failed, ran out of time or was cancelled. It may have been sent, and
            counted, all the same.
        retry_after: for how many seconds the server wants no further request of
            this kind; None if it does not say. It can be said by a 429, or by an
            answer of any status after which no request remains.
        limit: how many requests the window that is full allows, if that is said.
    """

    status: int | None = None
    retry_after: float | None = None
    limit: int | None = None

    @property
    def throttled(self) -> bool:
        """Whether the request was refused as one too many: answered 429."""
        return self.status == 429


UNANSWERED: Final = Outcome()


def read_outcome(
    response: Response,
    problem: ReadProblem,
    wall: Callable[[], float] = time.time,
) -> Outcome:
    """Read a 429, or the headers of another answer.

    Args:
        response: the answer.
        problem: reads the hint of a 429, from its body or its headers; the body
            alone may say how large the window is.
        wall: the clock that gives Unix time.
    """
    if response.status == 429:
        hint = problem(response)
        retry_after = hint.retry_after
        if retry_after is None and hint.retry_at is not None:
            retry_after = max(0.0, hint.retry_at.timestamp() - wall())
        limit = hint.limit or _limit(response)
        return Outcome(status=429, retry_after=retry_after, limit=limit)
    if _number(response.headers.get("ratelimit-remaining")) != 0:
        return _unremarkable(response.status)
    reset = _number(response.headers.get("ratelimit-reset"))
    if reset is None:
        return _unremarkable(response.status)
    if reset > _THIRTY_YEARS:
        reset -= wall()
    return Outcome(status=response.status, retry_after=reset, limit=_limit(response))


@cache
def _unremarkable(status: int) -> Outcome:
    return Outcome(status=status)


def _limit(response: Response) -> int | None:
    limit = _number(response.headers.get("ratelimit-limit"))
    return None if limit is None else int(limit)


def _number(text: str | None) -> float | None:
    # "30, 30;w=60" is the list form of an IETF draft: the first item applies.
    # https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-03
    return seconds((text or "").partition(",")[0])


# So many throttled narrower keys make the wider one throttled as well: an account's
# endpoints that were refused within its window, an endpoint's accounts and the
# address's endpoints at the same time. The last two are shared with accounts that may
# have nothing to do with it, so an endpoint takes more.
ENDPOINTS_OF_ACCOUNT: Final = 2
ACCOUNTS_OF_ENDPOINT: Final = 3
ENDPOINTS_OF_ADDRESS: Final = 2


def windows_to_throttle(
    queue: RequestQueue, outcome: Outcome, until: float, now: float
) -> tuple[SlidingWindows, ...]:
    """Return the windows that may be full, and that get a cooldown.

    Throttling too little costs a few more 429 until the wider key is known, each
    on a key of its own; throttling too much would let one account hold up others.
    So it is the narrowest key, unless the server names the size of the window.

    Args:
        queue: where the request came from.
        outcome: what its answer said.
        until: when the cooldown ends.
        now: the time.
    """
    named = tuple(each for each in queue.windows if each.has_size(outcome.limit))
    if len(named) == 1:
        return named
    found = [queue.narrowest]
    if not outcome.throttled:
        return tuple(found)
    account, endpoint, address = queue.account, queue.endpoint, queue.endpoint.address
    if account is not None:
        window = max(until, now + account.windows.hold)
        endpoints = account.windows.count_throttled(endpoint.key, window, now)
        if endpoints >= ENDPOINTS_OF_ACCOUNT:
            found.append(account.windows)
        accounts = endpoint.windows.count_throttled(account.key, until, now)
        if accounts < ACCOUNTS_OF_ENDPOINT:
            return tuple(found)
        found.append(endpoint.windows)
    endpoints = address.windows.count_throttled(endpoint.key, until, now)
    if endpoints >= ENDPOINTS_OF_ADDRESS:
        found.append(address.windows)
    return tuple(found)
