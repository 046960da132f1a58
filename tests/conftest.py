"""Fixtures that more than one folder of tests needs."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aioresponses import aioresponses
from hypothesis import HealthCheck, settings

# A busy machine is no failure, and in CI a run tests what the last one did.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")


class _Answer(aiohttp.ClientResponse):
    """Supply what aiohttp ≥ 3.14 requires and aioresponses 0.7.9 does not give."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        accepted = inspect.signature(aiohttp.ClientResponse.__init__).parameters
        if "stream_writer" in accepted:
            kwargs.setdefault("stream_writer", SimpleNamespace(output_size=0))
        super().__init__(*args, **kwargs)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[aioresponses]:
    """Catch what aiohttp would send, and answer it; loopback passes through."""
    monkeypatch.setattr("aioresponses.core.ClientResponse", _Answer)
    with aioresponses(passthrough=["http://127.0.0.1"]) as caught:
        yield caught


@pytest.fixture(autouse=True)
def _limits_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep no pause of another test, whose server may have had the same port."""
    monkeypatch.setattr("phonecom_events.ratelimit.limiter._shared", {})
