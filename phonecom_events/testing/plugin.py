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

# Modules that stand for others until they are needed would not do here: pytest looks
# for fixtures in all that a plugin has, and so would have them imported.
if TYPE_CHECKING:
    from ..linq import LinqClient
    from ..phonecom import PhoneComClient
    from ..sandbox.threaded import SharedSandbox, ThreadedServer
    from .skipping import Skipped
    from .wire import Wire


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker, which --strict-markers wants."""
    config.addinivalue_line(
        "markers",
        "phonecom_sandbox(**options): what to make the phonecom_sandbox of this test"
        " with, such as rate_limits=True; see phonecom_events.sandbox.Sandbox",
    )


@pytest.fixture(scope="session")
def _phonecom_server() -> Iterator[ThreadedServer]:
    """The server that all sandboxes of a run are served by, one after another."""
    from ..sandbox.threaded import ThreadedServer

    with ThreadedServer() as server:
        yield server


@pytest.fixture
def phonecom_sandbox(
    _phonecom_server: ThreadedServer, request: pytest.FixtureRequest
) -> Iterator[SharedSandbox]:
    """Serve Phone.com's events integration and Linq from a local, empty sandbox.

    Its address is the same in all tests of a process. Its `requests` are what came in.
    The marker `phonecom_sandbox` gives it options.
    """
    from .clients import sandbox_for

    sandbox = sandbox_for(request.node.iter_markers("phonecom_sandbox"))
    with _phonecom_server.serving(sandbox):
        yield sandbox


@pytest.fixture
def phonecom_no_wait() -> Iterator[Skipped]:
    """Let no client wait in this test; `seconds` is what was skipped. See `no_wait`."""
    from .skipping import no_wait

    with no_wait() as skipped:
        yield skipped


@pytest.fixture
def phonecom_client(
    phonecom_sandbox: SharedSandbox, phonecom_no_wait: Skipped
) -> Iterator[PhoneComClient]:
    """A Phone.com client of the sandbox that never waits; closed after the test."""
    from ..phonecom import PhoneComClient
    from .clients import closed_afterwards

    with closed_afterwards(
        PhoneComClient, phonecom_sandbox.token, phonecom_sandbox.phonecom_url
    ) as client:
        yield client


@pytest.fixture
def linq_client(
    phonecom_sandbox: SharedSandbox, phonecom_no_wait: Skipped
) -> Iterator[LinqClient]:
    """A Linq client of the sandbox that never waits; closed after the test."""
    from ..linq import LinqClient
    from .clients import closed_afterwards

    with closed_afterwards(
        LinqClient, phonecom_sandbox.api_key, phonecom_sandbox.linq_url
    ) as client:
        yield client


@pytest.fixture
def phonecom_environment(
    phonecom_sandbox: SharedSandbox,
    phonecom_no_wait: Skipped,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Have `from_env`, and the command line, lead to the sandbox, without waiting."""
    from .clients import environment_of

    for name, value in environment_of(phonecom_sandbox).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def phonecom_wire() -> Iterator[Wire]:
    """Catch all that aiohttp would send, loopback excepted, and answer what is fed."""
    try:
        from .wire import Wire
    except ModuleNotFoundError as error:
        if error.name != "aioresponses":
            raise
        pytest.fail(
            "phonecom_wire needs aioresponses:"
            " python -m pip install 'phonecom-events[testing]'",
            pytrace=False,
        )
    with Wire() as caught:
        yield caught
