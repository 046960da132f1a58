"""Fixtures that more than one folder of tests needs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aioresponses import aioresponses


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
