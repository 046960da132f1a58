"""The sandbox, and clients that talk to it over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

from phonecom_events import LinqClient, PhoneComClient, RetryPolicy
from phonecom_events.sandbox import Fault, Sandbox

QUICK = RetryPolicy(base=0.0)
ACCOUNT = 1000002


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Both services on loopback, without any rows."""
    async with Sandbox(token="canary-token", api_key="canary-key") as running:
        running.add_account(ACCOUNT)
        yield running


def phonecom_client(sandbox: Sandbox, **options: Any) -> PhoneComClient:
    """Make a client that does not sleep between attempts."""
    options = {"retry": QUICK, "base_url": sandbox.phonecom_url, **options}
    return PhoneComClient(options.pop("token", sandbox.token), **options)


def linq_client(sandbox: Sandbox, **options: Any) -> LinqClient:
    """Make a client that does not sleep between attempts."""
    options = {"retry": QUICK, "base_url": sandbox.linq_url, **options}
    return LinqClient(options.pop("api_key", sandbox.api_key), **options)


@pytest.fixture
async def phonecom(sandbox: Sandbox) -> AsyncIterator[PhoneComClient]:
    """A Phone.com client of the sandbox."""
    async with phonecom_client(sandbox) as client:
        yield client


@pytest.fixture
async def linq(sandbox: Sandbox) -> AsyncIterator[LinqClient]:
    """A Linq client of the sandbox."""
    async with linq_client(sandbox) as client:
        yield client


def sent(sandbox: Sandbox) -> list[tuple[str, int | None]]:
    """Return method and status of each request that the sandbox got."""
    return [(request.method, request.status) for request in sandbox.requests]


def fault_id(value: object) -> str:
    """Name a fault in a test's id by what is set in it."""
    if not isinstance(value, Fault):
        return getattr(value, "__name__", str(value))
    plain = attrs.asdict(Fault(), recurse=False)
    given = attrs.asdict(value, recurse=False)
    return ",".join(
        f"{name}={getattr(given[name], '__name__', str(given[name]))[:20]}"
        for name in plain
        if given[name] != plain[name]
    )
