"""Reading a stranger's body: no more of it, and no longer, than is allowed."""

from __future__ import annotations

import asyncio

from aiohttp import web

from .refused import Refused


async def read_body(request: web.Request, *, limit: int, seconds: float) -> bytes:
    """Return the whole body.

    Raises:
        Refused: 413 for more than *limit* bytes, 408 for more than *seconds*, 415
            for one that is compressed (a kilobyte can become a gigabyte, and
            neither vendor compresses), 400 for one that is cut or damaged.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused(415, "its body is compressed")
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise Refused(413, f"its body is larger than {limit} bytes")
    except TimeoutError:
        raise Refused(408, f"its body takes longer than {seconds:g} s") from None
    except (web.RequestPayloadError, OSError, RuntimeError):
        # RuntimeError: what aiohttp calls reading when the sender is gone already.
        raise Refused(400, "its body is cut or damaged") from None
    return bytes(body)
