"""Which keys an answer's pause is for: a 429 does not say whose window is full.

What an answer says about the limits: refused, and how long to pause.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from ..http import Problem, Response
from ..problems import seconds
from .fair_queue import Lane
from .sliding_window import Book

# Unix time, not seconds to wait: no pause is as long, and no clock as slow.
_THIRTY_YEARS: Final = 30 * 365 * 86400.0


class Announcement(Struct, frozen=True, kw_only=True):
    """Say what the server asked for.

    Attributes:
        refused: the request was answered 429.
        pause: seconds until it wants the next one; None if it does not say.
        limit: how many requests the window that is full allows, if it says.
    """

    refused: bool
    pause: float | None = None
    limit: int | None = None


def announcement(
    response: Response,
    problem: Callable[[Response], Problem],
    wall: Callable[[], float] = time.time,
) -> Announcement | None:
    """Read a 429, or the headers of another answer; None if there is no news.

    Args:
        response: the answer.
        problem: reads the hint of a 429, from its body or its headers; the body
            alone may say how large the window is.
        wall: the clock that gives Unix time.
    """
    limit = _number(response.headers.get("ratelimit-limit"))
    limit = None if limit is None else int(limit)
    if response.status == 429:
        hint = problem(response)
        pause = hint.retry_after
        if pause is None and hint.retry_at is not None:
            pause = max(0.0, hint.retry_at.timestamp() - wall())
        return Announcement(refused=True, pause=pause, limit=hint.limit or limit)
    if _number(response.headers.get("ratelimit-remaining")) != 0:
        return None
    reset = _number(response.headers.get("ratelimit-reset"))
    if reset is None:
        return None
    if reset > _THIRTY_YEARS:
        reset -= wall()
    return Announcement(refused=False, pause=reset, limit=limit)


def _number(text: str | None) -> float | None:
    # "30, 30;w=60" is the list form of an IETF draft: the first item applies.
    return seconds((text or "").partition(",")[0])


# So many narrower keys at once make the wider one suspect: an account's endpoints
# that were refused within its window, an endpoint's accounts and the address's
# endpoints that are paused at the same time. The last two are shared with
# accounts that may have nothing to do with it, so they take more.
_OF_ACCOUNT: Final = 2
_OF_ENDPOINT: Final = 3
_OF_ADDRESS: Final = 2


def suspects(
    lane: Lane, news: Announcement, until: float, now: float
) -> tuple[Book, ...]:
    """Return the books that may be full, and that are to be paused.

    Pausing too little costs a few more 429 until the wider key is suspect, each
    on a key of its own; pausing too much would let one account hold up others.
    So it is the narrowest key, unless the server names the size of the window.

    Args:
        lane: where the request came from.
        news: what its answer said.
        until: when the pause ends.
        now: the time.
    """
    named = tuple(book for book in lane.books if book.allows(news.limit))
    if len(named) == 1:
        return named
    found = [lane.narrowest]
    if not news.refused:
        return tuple(found)
    account, endpoint, address = lane.account, lane.endpoint, lane.endpoint.address
    if account is not None:
        window = max(until, now + account.book.hold)
        if account.book.complain(endpoint.key, window, now) >= _OF_ACCOUNT:
            found.append(account.book)
        if endpoint.book.complain(account.key, until, now) < _OF_ENDPOINT:
            return tuple(found)
        found.append(endpoint.book)
    if address.book.complain(endpoint.key, until, now) >= _OF_ADDRESS:
        found.append(address.book)
    return tuple(found)
