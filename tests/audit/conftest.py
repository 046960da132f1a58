"""A sandbox, and clients of it that do not sleep between attempts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from phonecom_events import LinqClient, PhoneComClient, RetryPolicy
from phonecom_events.sandbox import Sandbox

from .builders import NOW

QUICK = RetryPolicy(base=0.0)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Both services on loopback, without any rows."""
    async with Sandbox(clock=NOW.timestamp) as running:
        yield running


@pytest.fixture
async def phonecom(sandbox: Sandbox) -> AsyncIterator[PhoneComClient]:
    """A Phone.com client of the sandbox."""
    async with PhoneComClient(
        sandbox.token, base_url=sandbox.phonecom_url, retry=QUICK
    ) as client:
        yield client


@pytest.fixture
async def unlimited(sandbox: Sandbox) -> AsyncIterator[PhoneComClient]:
    """A Phone.com client that keeps no rate limits, for many requests."""
    async with PhoneComClient(
        sandbox.token, base_url=sandbox.phonecom_url, retry=QUICK, rate_limits=None
    ) as client:
        yield client


@pytest.fixture
async def linq(sandbox: Sandbox) -> AsyncIterator[LinqClient]:
    """A Linq client of the sandbox."""
    async with LinqClient(
        sandbox.api_key, base_url=sandbox.linq_url, retry=QUICK
    ) as client:
        yield client
