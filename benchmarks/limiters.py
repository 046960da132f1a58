"""This package's rate limits and its peers', as middlewares.

The peers have one limiter for each window, entered one inside the other, from
the narrowest: none of them reserves several windows of different keys at once.
"""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any

from phonecom_events.http import Request, Response
from phonecom_events.middleware import Handler, Middleware
from phonecom_events.ratelimit import (
    InProcessLimiter,
    RateLimitMiddleware,
    RateLimits,
    Window,
)

from .model_server import read_hint

Acquire = Callable[[], Awaitable[object]]


def this_package(limits: RateLimits) -> Middleware:
    """Limit with this package, on the running loop's clock."""
    limiter = InProcessLimiter(limits, clock=asyncio.get_running_loop().time)
    return RateLimitMiddleware(limiter, problem=read_hint)


def plain_retry(_: RateLimits) -> Middleware:
    """Limit nothing."""

    async def pass_on(request: Request, call_next: Handler) -> Response:
        return await call_next(request)

    return pass_on


def nested_aiolimiters(limits: RateLimits) -> Middleware:
    """Limit with aiolimiter's leaky buckets."""
    from aiolimiter import AsyncLimiter  # noqa: PLC0415

    def make(window: Window) -> Acquire:
        return AsyncLimiter(window.requests, window.seconds).acquire

    return _nested(limits, make)


def nested_pyrate_limiters(limits: RateLimits) -> Middleware:
    """Limit with PyrateLimiter's sliding logs."""
    from pyrate_limiter import InMemoryBucket, Limiter, Rate  # noqa: PLC0415
    from pyrate_limiter.limiter import SingleBucketFactory  # noqa: PLC0415

    loop = asyncio.get_running_loop()

    class Bucket(InMemoryBucket):
        def now(self) -> int:
            return int(loop.time() * 1000)

    def make(window: Window) -> Acquire:
        bucket = Bucket([Rate(window.requests, int(window.seconds * 1000))])
        factory = SingleBucketFactory(bucket, schedule_leak=False)
        return Limiter(factory).try_acquire_async

    return _nested(limits, make)


def _nested(limits: RateLimits, make: Callable[[Window], Acquire]) -> Middleware:
    made: dict[Hashable, Acquire] = {}

    async def limit(request: Request, call_next: Handler) -> Response:
        account, endpoint = request.account, request.endpoint
        for key, windows in (
            ((account, endpoint), limits.endpoint),
            ((account,), limits.account),
            ((None, endpoint), limits.address_endpoint),
            ((), limits.address),
        ):
            for window in windows:
                acquire = made.get((key, window))
                if acquire is None:
                    acquire = made[key, window] = make(window)
                await acquire()
        return await call_next(request)

    return limit


_ALL: Mapping[str, tuple[str | None, Callable[[RateLimits], Any]]] = {
    "this package": (None, this_package),
    "aiolimiter": ("aiolimiter", nested_aiolimiters),
    "PyrateLimiter": ("pyrate_limiter", nested_pyrate_limiters),
    "plain retry": (None, plain_retry),
}


def installed() -> dict[str, Callable[[RateLimits], Middleware]]:
    """Return the limiters that can be compared; say which peers are missing."""
    found = {}
    for name, (module, make) in _ALL.items():
        if module is None or importlib.util.find_spec(module) is not None:
            found[name] = make
        else:
            print(f"{name} is not installed, so it is left out: install '.[bench]'")
    return found
