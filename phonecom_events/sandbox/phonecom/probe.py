"""The test that Phone.com sends to the URL of a new callback."""

from __future__ import annotations

from typing import Final

import aiohttp

_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)
_PASSING: Final = (200, 201)


async def passes_probe(url: str) -> bool:
    """POST `{"test": 1}` to *url* and say whether it answers 200 or 201."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.post(url, json={"test": 1}, allow_redirects=False) as response,
        ):
            return response.status in _PASSING
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False
