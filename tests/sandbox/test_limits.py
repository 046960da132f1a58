"""The documented request windows, by a clock that the test turns."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import define

from phonecom_events.sandbox import (
    DOCUMENTED_WINDOWS,
    Limiter,
    Overrun,
    RateLimits,
    Window,
)

from .box import EVENTS, NOW, open_box

LISTENERS = f"{EVENTS}/listeners"


@define
class Clock:
    """A clock that stands still until told otherwise."""

    now: float = float(NOW)

    def __call__(self) -> float:
        """Return the time in Unix seconds."""
        return self.now


def admitted(
    limiter: Limiter, count: int, account: str = "1", endpoint: str = "a"
) -> int:
    """Ask *count* times and return how many were let in."""
    answers = [
        limiter.admit(account=account, address="::1", endpoint=endpoint)
        for _ in range(count)
    ]
    return answers.count(None)


def test_an_endpoint_takes_30_in_30_seconds() -> None:
    """The 31st request in 30 s is refused, with the time when there is room."""
    clock = Clock()
    limiter = Limiter(RateLimits(), clock)
    assert admitted(limiter, 30) == 30
    clock.now += 19.5
    refused = limiter.admit(account="1", address="::1", endpoint="a")
    assert refused == Overrun(limit=30, reset=NOW + 30, retry_after=11)
    clock.now = NOW + 30
    assert admitted(limiter, 31) == 30


def test_an_account_takes_120_in_60_seconds() -> None:
    """Four endpoints use up the account's window; other accounts go on."""
    limiter = Limiter(RateLimits(), Clock())
    for endpoint in "abcd":
        assert admitted(limiter, 30, endpoint=endpoint) == 30
    refused = limiter.admit(account="1", address="::1", endpoint="e")
    assert refused == Overrun(limit=120, reset=NOW + 60, retry_after=60)
    assert admitted(limiter, 1, account="2") == 1


def test_an_address_takes_360_on_one_endpoint() -> None:
    """Many accounts from one address share the address windows."""
    limiter = Limiter(RateLimits(), Clock())
    let_in = [admitted(limiter, 30, account=str(n)) for n in range(13)]
    assert let_in == [30] * 12 + [0]


def test_an_address_takes_1440_in_all() -> None:
    """The address's window over all endpoints holds 1,440."""
    limiter = Limiter(RateLimits(), Clock())
    let_in = sum(
        admitted(limiter, 30, account=str(account), endpoint=endpoint)
        for account in range(12)
        for endpoint in "abcde"
    )
    assert let_in == 1440


def test_fixed_windows_start_anew_at_their_multiples() -> None:
    """A fixed window is empty again at the next multiple of its length."""
    clock = Clock(now=89.0)
    limiter = Limiter(RateLimits(style="fixed"), clock)
    assert admitted(limiter, 40) == 30
    refused = limiter.admit(account="1", address="::1", endpoint="a")
    assert refused == Overrun(limit=30, reset=90, retry_after=1)
    clock.now = 90.0
    assert admitted(limiter, 40) == 30


def test_a_sliding_window_frees_one_slot_at_a_time() -> None:
    """Each request leaves a sliding window when its own time is over."""
    clock = Clock()
    window = Window(requests=2, seconds=10, per="account", per_endpoint=False)
    limiter = Limiter(RateLimits(windows=(window,)), clock)
    for moment, let_in in ((0, 1), (5, 1), (9, 0), (10, 1), (14, 0), (15, 1)):
        clock.now = NOW + moment
        assert admitted(limiter, 1) == let_in


@pytest.mark.parametrize(("count_refused", "let_in"), [(False, 1), (True, 0)])
def test_refused_requests_may_count_as_well(
    *, count_refused: bool, let_in: int
) -> None:
    """With `count_refused`, asking too soon pushes the next slot away."""
    clock = Clock()
    window = Window(requests=1, seconds=10, per="account", per_endpoint=False)
    limits = RateLimits(windows=(window,), count_refused=count_refused)
    limiter = Limiter(limits, clock)
    admitted(limiter, 1)
    clock.now += 9
    admitted(limiter, 1)
    clock.now += 1
    assert admitted(limiter, 1) == let_in


@pytest.mark.parametrize(
    ("hint", "in_body", "in_header"),
    [
        ("body", True, False),
        ("header", False, True),
        ("both", True, True),
        ("neither", False, False),
    ],
)
async def test_the_server_hints_where_the_option_says(
    hint: Any, *, in_body: bool, in_header: bool
) -> None:
    """Over the socket the 31st request gets 429 with the wait as configured."""
    async with open_box(rate_limits=RateLimits(hint=hint)) as box:
        box.sandbox.add_account(1)
        answers = [await box.phonecom("GET", LISTENERS) for _ in range(31)]
    last = answers[-1]
    assert [answer.status for answer in answers] == [200] * 30 + [429]
    assert ("@rateLimit" in last.json["@error"]) is in_body
    assert last.headers.get("Retry-After") == ("30" if in_header else None)


async def test_true_means_the_documented_windows() -> None:
    """`rate_limits=True` counts by path, whatever the ids and the method in it."""
    assert [window.requests for window in DOCUMENTED_WINDOWS] == [30, 120, 360, 1440]
    async with open_box(rate_limits=True) as box:
        box.sandbox.add_account(1)
        for key in range(1, 31):
            assert (await box.phonecom("GET", f"{LISTENERS}/{key}")).status == 404
        assert (await box.phonecom("DELETE", f"{LISTENERS}/5")).status == 429
        assert (await box.phonecom("GET", LISTENERS)).status == 200
        assert (await box.linq("GET", "/v3/webhook-events")).status == 200


async def test_methods_may_be_endpoints_of_their_own() -> None:
    """With `by_method`, GET and DELETE of one path have a window each."""
    async with open_box(rate_limits=RateLimits(by_method=True)) as box:
        box.sandbox.add_account(1)
        for _ in range(30):
            await box.phonecom("GET", f"{LISTENERS}/5")
        assert (await box.phonecom("GET", f"{LISTENERS}/5")).status == 429
        assert (await box.phonecom("DELETE", f"{LISTENERS}/5")).status == 404
