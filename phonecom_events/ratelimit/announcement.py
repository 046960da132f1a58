"""What an answer says about the limits: refused, and how long to pause."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from ..http import Problem, Response
from ..problems import seconds

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
