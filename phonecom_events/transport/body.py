"""Reading an answer's body whole, but never more of it than is allowed.

Decompression is done here and not by aiohttp, which inflates each chunk whole
before anyone can look: a kilobyte can become a megabyte.
"""

from __future__ import annotations

import zlib
from typing import Final, Protocol

import aiohttp
from aiohttp import hdrs

from ..errors import ConnectionLost, DecodeError
from .charset import in_utf_8

MAX_ERROR_BODY: Final = 64 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS


async def read_body(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the whole body, decompressed and in UTF-8.

    Of an answer that is not 2xx the status is what counts: of a body that is
    cut, too large or damaged, what can be had is returned.

    Raises:
        DecodeError: a 2xx body over *limit* bytes, wrongly compressed, or in a
            charset that is not known.
        ConnectionLost: a 2xx body whose compressed form is cut.
        aiohttp.ClientError, TimeoutError, OSError: a 2xx body that is cut.
    """
    ok = 200 <= answer.status < 300
    limit = limit if ok else MAX_ERROR_BODY
    content = answer.content
    # Mostly all is there at once, and need not be waited for.
    if content.is_eof() and content.exception() is None:
        body = content.read_nowait()
    else:
        body = await _received(content, limit, ok=ok)
    try:
        if len(body) <= limit:
            body = _decompress(body, answer.headers.get(hdrs.CONTENT_ENCODING), limit)
    except (DecodeError, ConnectionLost):
        if ok:
            raise
    if ok and len(body) > limit:
        raise DecodeError(f"the answer ({answer.status}) is larger than {limit} bytes")
    body = body[:limit]
    try:
        return in_utf_8(body, answer.headers.get(hdrs.CONTENT_TYPE, ""))
    except DecodeError:
        if ok:
            raise
    return body


async def _received(content: aiohttp.StreamReader, limit: int, *, ok: bool) -> bytes:
    chunks, size = [], 0
    try:
        while size <= limit and not (content.at_eof() and content.exception() is None):
            chunks.append(await content.readany())
            size += len(chunks[-1])
    except (aiohttp.ClientError, TimeoutError, OSError):
        if ok:
            raise
    return b"".join(chunks)


def _decompress(body: bytes, encoding: str | None, limit: int) -> bytes:
    """Return at most *limit* + 1 bytes of *body*, decompressed."""
    if not encoding or not body:
        return body
    names = [name.strip().lower() for name in encoding.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if not names:
        return body
    if names not in (["gzip"], ["x-gzip"]):
        raise DecodeError("the answer is compressed in a way that was not asked for")
    plain = bytearray()
    while body and len(plain) <= limit:  # there may be several members
        inflater = zlib.decompressobj(_GZIP)
        member = _inflate(inflater, body, limit + 1 - len(plain))
        if member is None:
            raise DecodeError("the answer's gzip body is damaged")
        plain += member
        if not inflater.eof and len(plain) <= limit:
            raise ConnectionLost("the answer's gzip body is cut")
        body = inflater.unused_data
    return bytes(plain)


def _inflate(inflater: _Inflater, body: bytes, limit: int) -> bytes | None:
    try:
        return inflater.decompress(body, limit)
    except zlib.error:
        return None


class _Inflater(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...
