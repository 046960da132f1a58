"""The limits as values: Phone.com's by default, and checked when made."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest

from phonecom_events.errors import InvalidArgument
from phonecom_events.ratelimit import PHONECOM_LIMITS, RateLimits, Window


def test_defaults_are_documented_by_phonecom() -> None:
    """30 in 30 s, 120 in 60 s for an account; 360 and 1,440 for an address."""
    assert PHONECOM_LIMITS.endpoint == (Window(30, 30.0),)
    assert PHONECOM_LIMITS.account == (Window(120, 60.0),)
    assert PHONECOM_LIMITS.address_endpoint == (Window(360, 30.0),)
    assert PHONECOM_LIMITS.address == (Window(1440, 60.0),)


@pytest.mark.parametrize(
    ("requests", "seconds"),
    [(0, 1.0), (-1, 1.0), (1, 0.0), (1, -1.0), (1, math.inf), (1, math.nan)],
)
def test_window_that_lets_nothing_through_is_refused(
    requests: int, seconds: float
) -> None:
    """A window needs a positive size and a positive, finite length."""
    with pytest.raises(InvalidArgument):
        Window(requests, seconds)


@pytest.mark.parametrize(
    "wrong", [{"margin": -0.1}, {"refusals": 0}, {"max_pause": 0.0}]
)
def test_limits_that_cannot_be_kept_are_refused(wrong: dict[str, Any]) -> None:
    """A negative margin, or no request at a time, is an `InvalidArgument`."""
    with pytest.raises(InvalidArgument):
        RateLimits(**wrong)


def test_limits_are_values() -> None:
    """Equal limits are interchangeable as keys, after pickling as well."""
    copy = pickle.loads(pickle.dumps(PHONECOM_LIMITS))
    assert copy == PHONECOM_LIMITS == RateLimits()
    assert len({copy, PHONECOM_LIMITS, RateLimits(), RateLimits(refusals=9)}) == 2
