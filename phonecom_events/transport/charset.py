"""From the charset that a body came in to UTF-8, which is what JSON is read from.

JSON between systems is UTF-8 (RFC 8259, section 8.1), so what is UTF-8 is taken for
it, whatever a header says: servers put a charset there that nobody checked. Only
what cannot be UTF-8 is read by its byte order mark or its ``Content-Type``.
"""

from __future__ import annotations

import codecs
import json
from email.message import Message
from functools import lru_cache
from typing import Final

from ..errors import DecodeError

_UTF_8: Final = "utf-8"
_UNKNOWN: Final = "unknown"
# Codecs of Python that are no charsets, and take long for long texts.
_NO_CHARSETS: Final = {"idna", "punycode", "raw-unicode-escape", "unicode-escape"}


def in_utf_8(body: bytes, content_type: str = "") -> bytes:
    """Return *body* in UTF-8, without a byte order mark.

    Args:
        body: whole and decompressed.
        content_type: the header of that name.

    Raises:
        DecodeError: it is in another charset, which is not named or not known.
    """
    named = _codec(content_type) if content_type else _UTF_8
    head = body[:2]
    # All JSON begins with two ASCII characters, neither of them NUL. Whether it goes
    # on in UTF-8 is for the JSON reader to see, which looks at every byte anyway.
    if named == _UTF_8 and head.isascii() and 0 not in head:
        return body
    # This tells UTF-16 and UTF-32 by marks and zeros, and calls all else UTF-8.
    found: str = json.detect_encoding(body)
    if found.startswith(_UTF_8):
        found = "utf-8-sig" if _is_utf_8(body) else named
    try:
        text = body.decode(found)
    except (LookupError, UnicodeError):
        pass
    else:
        return text.encode(_UTF_8, "surrogatepass")
    raise DecodeError(
        "the answer is neither in UTF-8 nor in a charset that its Content-Type names"
    )


@lru_cache(maxsize=64)
def _codec(content_type: str) -> str:
    """Return the name of Python's codec; that of none if there is none."""
    message = Message()
    message["Content-Type"] = content_type
    charset = message.get_param("charset", _UTF_8)
    try:
        name = codecs.lookup(str(charset)).name
    except (LookupError, ValueError):  # ValueError for what cannot be a name
        return _UNKNOWN
    if name in _NO_CHARSETS:
        return _UNKNOWN
    return _UTF_8 if name == "ascii" else name


def _is_utf_8(body: bytes) -> bool:
    try:
        body.decode(_UTF_8)
    except UnicodeDecodeError:
        return False
    return True
