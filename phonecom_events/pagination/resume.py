"""Where a scan goes on: a cursor, and the resume token that carries it elsewhere."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2s
from typing import Any, Final

import msgspec

from ..errors import InvalidArgument
from .page import Order

_VERSION: Final = 1


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """Say after which row a scan goes on.

    Attributes:
        order: the order of ids; None if it is not known, or not yet.
        last: the id of that row; None at the start, and where rows are counted.
        offset: the place after it, as it was then.
        left: how many more items are wanted; None for all.
        counting: ids did not serve, so rows are counted.
    """

    order: Order | None = None
    last: int | None = None
    offset: int = 0
    left: int | None = None
    counting: bool = False


def write_token(cursor: Cursor, *, listing: str) -> str:
    """Write a cursor as letters, digits, ``-`` and ``_``.

    Args:
        listing: what tells this listing from any other; only its hash is kept.
    """
    fields = [cursor.order, cursor.last, cursor.offset, cursor.left, cursor.counting]
    text = msgspec.json.encode([_VERSION, _hash(listing), *fields])
    return urlsafe_b64encode(text).decode().rstrip("=")


def read_token(token: str, *, listing: str) -> Cursor:
    """Read what `write_token` wrote.

    Raises:
        InvalidArgument: it was written by something else, or for another listing.
    """
    content = _content(token)
    if content is None or not _is_cursor(*content[2:]):
        raise InvalidArgument("resume is not a token that a scan has given, or not all")
    if content[1] != _hash(listing):
        raise InvalidArgument(
            "resume is for another listing: account, filters and order must be the same"
        )
    order, last, offset, left, counting = content[2:]
    return Cursor(order=order, last=last, offset=offset, left=left, counting=counting)


def _content(token: object) -> list[Any] | None:
    if not isinstance(token, str):
        return None
    try:
        text = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        content = msgspec.json.decode(text)
    except (ValueError, RecursionError, msgspec.DecodeError):
        return None
    if not isinstance(content, list) or len(content) != 7 or content[0] != _VERSION:
        return None
    return content


def _is_cursor(
    order: object, last: object, offset: object, left: object, counting: object
) -> bool:
    whole = [last, offset, left]
    return (
        order in (None, "asc", "desc")
        and all(number is None or type(number) is int for number in whole)
        and isinstance(offset, int)
        and offset >= 0
        and (not isinstance(left, int) or left >= 0)
        and (last is None or order is not None)
        and isinstance(counting, bool)
    )


@lru_cache
def _hash(listing: str) -> str:
    return blake2s(listing.encode(), digest_size=6).hexdigest()
