"""Reading the body of a delivery, from whichever server: bounded in size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from ..webhooks.signature import HeaderLines
from .delivery import Refused

Read: TypeAlias = Callable[[], Awaitable[bytes]]
"""Returns what comes next of a body, and nothing at its end; may raise `Refused`."""


def cut() -> Refused:
    """Return the refusal of a body that did not come whole."""
    return Refused(400, "its body is cut or damaged")


async def read_body(
    read: Read, headers: HeaderLines, *, limit: int, seconds: float
) -> bytes:
    """Return the whole body.

    Raises:
        Refused: 413 for more than *limit* bytes, 408 for more than *seconds*, 415
            for one that is compressed (a kilobyte can become a gigabyte, and
            neither vendor compresses), 400 for one that is cut or damaged.
    """
    if any(map(_compressed, headers.values("content-encoding"))):
        raise Refused(415, "its body is compressed")
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while chunk := await read():
                body += chunk
                if len(body) > limit:
                    raise Refused(413, f"its body is larger than {limit} bytes")
    except TimeoutError:
        raise Refused(408, f"its body takes longer than {seconds:g} s") from None
    # Servers end a body where its length says, but what stands between may cut it.
    if any(
        _length(value) != str(len(body)) for value in headers.values("content-length")
    ):
        raise cut()
    return bytes(body)


def _compressed(value: object) -> bool:
    return _text(value).lower() != "identity"


def _length(value: object) -> str:
    # Not int(), which raises ValueError for thousands of digits.
    return _text(value).strip().lstrip("0") or "0"


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
