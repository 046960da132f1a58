"""A real Redis server, from a wheel; a machine where it cannot run fails these tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from benchmarks.scale.redis_process import RedisProcess
from phonecom_events.ratelimit.redis import RedisLimiter

_numbers = itertools.count()


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisProcess]:
    """One server for all tests that do not harm it."""
    with RedisProcess() as running:
        yield running


@pytest.fixture
def redis() -> Iterator[RedisProcess]:
    """A server of the test's own, to be harmed."""
    with RedisProcess() as running:
        yield running


@pytest.fixture
def make(shared_redis: RedisProcess) -> Callable[..., RedisLimiter]:
    """Make limiters of one address, as several processes would."""
    address = f"test-{next(_numbers)}"

    def one(**options: Any) -> RedisLimiter:
        options = {"address": address, **options}
        return RedisLimiter(shared_redis.url, **options)

    return one
