"""The limits as values: Phone.com's by default, and checked when made."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
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


def test_defaults_that_phonecom_does_not_document() -> None:
    """Two refusals at most, two minutes of pause, methods of a path counted as one."""
    assert (PHONECOM_LIMITS.refusals, PHONECOM_LIMITS.max_pause) == (2, 120.0)
    assert (PHONECOM_LIMITS.margin, PHONECOM_LIMITS.endpoint_by) == (0.05, "path")


@pytest.mark.parametrize("requests", [0, -1, True, 1.5, 30.0, "30", None])
def test_window_has_a_whole_number_of_requests(requests: Any) -> None:
    """A window that lets nothing through, or no number of requests, is refused."""
    with pytest.raises(InvalidArgument, match="requests"):
        Window(requests, 1.0)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: Window(0, 1.0),
            "Window(requests=0): a whole number of at least 1 is needed",
        ),
        (
            lambda: Window(1, 0.0),
            "Window(seconds=0.0): a number of seconds over 0 is needed",
        ),
        (
            lambda: RateLimits(margin=-0.5),
            "RateLimits(margin=-0.5): a number of seconds, or 0, is needed",
        ),
        (
            lambda: RateLimits(endpoint_by="template"),  # type: ignore[arg-type]
            "RateLimits(endpoint_by='template'): 'path' or 'method' is needed",
        ),
    ],
)
def test_what_is_wrong_is_told(make: Callable[[], object], told: str) -> None:
    """A refusal names what was given where, and what may be."""
    with pytest.raises(InvalidArgument) as caught:
        make()

    assert str(caught.value) == told


@pytest.mark.parametrize("seconds", [0, -1.0, math.inf, math.nan, True, "30", None])
def test_window_has_a_length(seconds: Any) -> None:
    """A window without a positive, finite length is refused."""
    with pytest.raises(InvalidArgument, match="seconds"):
        Window(1, seconds)


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin": -0.1},
        {"margin": None},
        {"refusals": 0},
        {"max_pause": 0.0},
        {"endpoint_by": "template"},
        {"endpoint_by": None},
        {"account": [(120, 60.0)]},
    ],
)
def test_limits_that_cannot_be_kept_are_refused(wrong: dict[str, Any]) -> None:
    """A negative margin, no request at a time, or no windows: `InvalidArgument`."""
    with pytest.raises(InvalidArgument):
        RateLimits(**wrong)


@pytest.mark.parametrize("name", ["endpoint", "account", "address_endpoint", "address"])
@pytest.mark.parametrize("windows", [[Window(1, 2.0)], []])
def test_windows_are_kept_as_tuples(name: str, windows: list[Window]) -> None:
    """Windows may be given as a list, and none at all lifts a limit."""
    limits = RateLimits(**{name: windows})  # type: ignore[arg-type]
    assert getattr(limits, name) == tuple(windows)


def test_limits_are_values() -> None:
    """Equal limits are interchangeable as keys, after pickling as well."""
    copy = pickle.loads(pickle.dumps(PHONECOM_LIMITS))
    assert copy == PHONECOM_LIMITS == RateLimits()
    assert len({copy, PHONECOM_LIMITS, RateLimits(), RateLimits(refusals=9)}) == 2
