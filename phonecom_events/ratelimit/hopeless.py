"""Why a request that waits cannot be let through in time, if that is certain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..errors import DeadlineExceeded, PhonecomEventsError, RateLimited
from ..http import Request
from .lanes import Lane


def hopeless(
    lane: Lane, request: Request, now: float, position: int
) -> PhonecomEventsError | None:
    """Return what to raise at once, or None while there is hope.

    It is certain as the queue stands: if those before it wait no more, there
    may have been time.

    Args:
        lane: where it waits.
        request: what waits.
        now: the time.
        position: its place in the lane; 1 for the first.
    """
    pause = lane.paused_until() - now
    if pause > lane.limits.max_pause:
        return RateLimited(
            f"{_name(request)} was not sent: the server asked for no such request"
            f" for another {pause:.0f} s",
            status=429,
            method=request.method,
            path=request.path,
            retry_after=pause,
            retry_at=_moment(pause),
        )
    if request.deadline is None or _earliest(lane, now, position) <= request.deadline:
        return None
    return too_late(lane, request, now, position)


def too_late(
    lane: Lane, request: Request, now: float, position: int
) -> DeadlineExceeded:
    """Build the error for a request that gets no slot before its deadline."""
    wait = _earliest(lane, now, position) - now
    when = f", and for another {wait:.1f} s at least" if wait > 0 else ""
    return DeadlineExceeded(
        f"{_name(request)} was not sent: the rate limits leave no room for it"
        f" within the deadline{when}",
        retry_at=_moment(wait) if wait > 0 else None,
    )


def _earliest(lane: Lane, now: float, position: int) -> float:
    return max(book.earliest(now, position) for book in lane.books)


def _moment(seconds: float) -> datetime | None:
    try:
        return datetime.now(UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _name(request: Request) -> str:
    return f"{request.method} {request.path}"
