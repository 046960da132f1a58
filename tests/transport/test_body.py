"""Bodies: what ends one is looked at before it is called whole."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from aiohttp.base_protocol import BaseProtocol

from phonecom_events.transport.body import read_body


def answer(status: int) -> Any:
    """Return an answer whose body has come to an end, and broke at that."""
    loop = asyncio.get_running_loop()
    content = aiohttp.StreamReader(BaseProtocol(loop), 2**16, loop=loop)
    content.feed_eof()
    content.set_exception(aiohttp.ClientPayloadError("cut"))
    return SimpleNamespace(status=status, content=content, headers={})


async def test_an_end_with_an_error_is_no_end() -> None:
    """A 2xx body that is at its end, but by an error, is that error."""
    with pytest.raises(aiohttp.ClientPayloadError):
        await read_body(cast("aiohttp.ClientResponse", answer(200)), 100)


async def test_of_a_refusal_the_status_is_what_counts() -> None:
    """A body that broke is left out of an answer that is not 2xx."""
    assert await read_body(cast("aiohttp.ClientResponse", answer(503)), 100) == b""
