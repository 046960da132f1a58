"""What a client has done; imported by programs that ask for it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen


@frozen(kw_only=True)
class ClientStatistics:
    """Say what a client has done since it was made.

    Attributes:
        calls: requests that were asked for; a scan makes one for each page.
        attempts: requests that were sent for them, or were to be.
        retries: reason → how often: a status, such as ``"503"``, or a class of error,
            such as ``"ConnectionLost"``.
        budget_left: how many retries the budget has left; None if there is none.
        throttled: seconds spent waiting for room in the rate limits, and after a 429;
            those of requests that were given up meanwhile are left out.
    """

    calls: int
    attempts: int
    retries: Mapping[str, int]
    budget_left: float | None
    throttled: float
