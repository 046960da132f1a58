"""The documented limits, for those who have less time."""

from __future__ import annotations

from collections.abc import Sequence

from phonecom_events.ratelimit import RateLimits, Window


def shorter_limits(times: float) -> RateLimits:
    """Return Phone.com's limits, in windows that are so many times shorter."""
    usual = RateLimits()

    def shorter(windows: Sequence[Window]) -> list[Window]:
        return [Window(each.requests, each.seconds / times) for each in windows]

    return RateLimits(
        endpoint=shorter(usual.endpoint),
        account=shorter(usual.account),
        address_endpoint=shorter(usual.address_endpoint),
        address=shorter(usual.address),
    )
