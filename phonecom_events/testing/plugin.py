"""Fixtures for pytest: a sandbox, clients of it that never wait, and a mock.

All are plain fixtures, not async ones, so that they are the same under pytest-asyncio,
in its auto mode and its strict one, and under anyio; with or without a running loop.
What they need is imported when a test asks for it: pytest loads this module for every
run where the package is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from ..lazy import LazyModule

if TYPE_CHECKING:
    from .. import linq, phonecom
    from ..sandbox import threaded
    from . import clients, skipping, wire
else:
    clients = LazyModule(".clients", __package__)
    linq = LazyModule("..linq", __package__)
    phonecom = LazyModule("..phonecom", __package__)
    skipping = LazyModule(".skipping", __package__)
    threaded = LazyModule("..sandbox.threaded", __package__)
    wire = LazyModule(".wire", __package__)


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker, which --strict-markers wants."""
    config.addinivalue_line(
        "markers",
        "phonecom_sandbox(**options): what to make the phonecom_sandbox of this test"
        " with, such as rate_limits=True; see phonecom_events.sandbox.Sandbox",
    )


@pytest.fixture(scope="session")
def _phonecom_server() -> Iterator[threaded.ThreadedServer]:
    """The server that all sandboxes of a run are served by, one after another."""
    with threaded.ThreadedServer() as server:
        yield server


@pytest.fixture
def phonecom_sandbox(
    _phonecom_server: threaded.ThreadedServer, request: pytest.FixtureRequest
) -> Iterator[threaded.SharedSandbox]:
    """Serve Phone.com's events integration and Linq from a local, empty sandbox.

    Its address is the same in all tests of a process. Its `requests` are what came in.
    The marker `phonecom_sandbox` gives it options.
    """
    sandbox = clients.sandbox_for(request.node.iter_markers("phonecom_sandbox"))
    with _phonecom_server.serving(sandbox):
        yield sandbox


@pytest.fixture
def phonecom_no_wait() -> Iterator[skipping.Skipped]:
    """Let no client wait in this test; `seconds` is what was skipped. See `no_wait`."""
    with skipping.no_wait() as skipped:
        yield skipped


@pytest.fixture
def phonecom_client(
    phonecom_sandbox: threaded.SharedSandbox, phonecom_no_wait: skipping.Skipped
) -> Iterator[phonecom.PhoneComClient]:
    """A Phone.com client of the sandbox that never waits; closed after the test."""
    with clients.closed_afterwards(
        phonecom.PhoneComClient, phonecom_sandbox.token, phonecom_sandbox.phonecom_url
    ) as client:
        yield client


@pytest.fixture
def linq_client(
    phonecom_sandbox: threaded.SharedSandbox, phonecom_no_wait: skipping.Skipped
) -> Iterator[linq.LinqClient]:
    """A Linq client of the sandbox that never waits; closed after the test."""
    with clients.closed_afterwards(
        linq.LinqClient, phonecom_sandbox.api_key, phonecom_sandbox.linq_url
    ) as client:
        yield client


@pytest.fixture
def phonecom_environment(
    phonecom_sandbox: threaded.SharedSandbox,
    phonecom_no_wait: skipping.Skipped,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Have `from_env`, and the command line, lead to the sandbox, without waiting."""
    for name, value in clients.environment_of(phonecom_sandbox).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def phonecom_wire() -> Iterator[wire.Wire]:
    """Catch all that aiohttp would send, loopback excepted, and answer what is fed."""
    try:
        caught = wire.Wire()
    except ModuleNotFoundError as error:
        if error.name != "aioresponses":
            raise
        pytest.fail(
            "phonecom_wire needs aioresponses:"
            " python -m pip install 'phonecom-events[testing]'",
            pytrace=False,
        )
    with caught:
        yield caught
