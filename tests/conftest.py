"""Fixtures that more than one folder of tests needs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from aioresponses import aioresponses
from hypothesis import HealthCheck, settings

from phonecom_events.sandbox import mocked_response

# A busy machine is no failure, and in CI a run tests what the last one did.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("suite"), derandomize=False, max_examples=2_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_configure() -> None:
    """Let the commands that tests start be interrupted, however pytest was started."""
    # A shell has what it starts in the background ignore Ctrl-C, nohup what it starts
    # a hang-up; both are handed on to the processes of tests, which would never end.
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Use every core for the whole suite, and this process for a part of it."""
    # A worker takes as long to start as most single files take to run.
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return None if whole else 0


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[aioresponses]:
    """Catch what aiohttp would send, and answer it; loopback passes through."""
    monkeypatch.setattr("aioresponses.core.ClientResponse", mocked_response)
    with aioresponses(passthrough=["http://127.0.0.1"]) as caught:
        yield caught


@pytest.fixture(autouse=True)
def _limits_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep no pause of another test, whose server may have had the same port."""
    monkeypatch.setattr("phonecom_events.ratelimit.middleware._shared", {})
