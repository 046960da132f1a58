"""For tests that mock what aiohttp sends, instead of starting a sandbox.

The sandbox is the better test of most things: it refuses what the services refuse, and
retries, limits and pages run as they do in earnest. A mock pins a request to the byte.
"""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import aiohttp


def mocked_response(*args: Any, **kwargs: Any) -> aiohttp.ClientResponse:
    """Make the answers of aioresponses: give it as their ``response_class``.

        with aioresponses() as mocked:
            mocked.get(url, payload={}, response_class=mocked_response)

    aiohttp ≥ 3.14 requires a ``stream_writer``, which aioresponses 0.7.9 does not pass:
    its own answers are a TypeError there.
    """
    accepted = inspect.signature(aiohttp.ClientResponse).parameters
    if "stream_writer" in accepted:
        kwargs.setdefault("stream_writer", SimpleNamespace(output_size=0))
    return aiohttp.ClientResponse(*args, **kwargs)
