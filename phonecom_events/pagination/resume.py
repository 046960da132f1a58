"""Where a scan goes on: a cursor, and the resume token that carries it elsewhere."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2s
from typing import Any, Final

import msgspec
from msgspec.structs import astuple, replace

from ..errors import InvalidArgument
from .page import Order

# How many values a token of each version holds. The second one's last two are
# `unproven` and `unidentified`; the first is written wherever it will do.
_LENGTHS: Final = {"1": 7, "2": 9}


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """Say after which row a scan goes on.

    Attributes:
        order: the order of ids; None if it is not known, or not yet.
        last: the id of that row; None at the start, and where rows are counted.
        offset: the place after it, as it was then.
        left: how many more items are wanted; None for all.
        counting: ids did not serve, so rows are counted.
        unproven: what has been read so far is not proven.
        unidentified: how many rows without an id were had after the row `last`.
    """

    order: Order | None = None
    last: int | None = None
    offset: int = 0
    left: int | None = None
    counting: bool = False
    unproven: bool = False
    unidentified: int = 0


def write_token(cursor: Cursor, *, listing: str) -> str:
    """Write a cursor as letters, digits, ``-`` and ``_``.

    Args:
        listing: what tells this listing from any other; only its hash is kept.
    """
    *fields, unproven, unidentified = astuple(cursor)
    version = 1
    if unproven != cursor.counting or unidentified:
        version = 2
        fields += [unproven, unidentified]
    text = msgspec.json.encode([version, _hash(listing), *fields])
    return urlsafe_b64encode(text).decode().rstrip("=")


def read_token(token: str, *, listing: str) -> Cursor:
    """Read what `write_token` wrote.

    Raises:
        InvalidArgument: it was written by something else, or for another listing.
    """
    content = _content(token)
    cursor = None if content is None else _cursor(content[2:])
    if content is None or cursor is None:
        raise InvalidArgument("resume is not a token that a scan has given, or not all")
    if content[1] != _hash(listing):
        raise InvalidArgument(
            "resume is for another listing: account, filters and order must be the same"
        )
    return cursor


def _content(token: object) -> list[Any] | None:
    """Return what is in a token: its version, its listing's hash, the cursor."""
    if not isinstance(token, str):
        return None
    try:
        text = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        content = msgspec.json.decode(text)
    except (ValueError, RecursionError, msgspec.DecodeError):
        return None
    if not isinstance(content, list) or not content:
        return None
    return content if len(content) == _LENGTHS.get(str(content[0])) else None


def _cursor(fields: list[Any]) -> Cursor | None:
    """Return the cursor of these values, if they are those of one."""
    cursor = Cursor(**dict(zip(Cursor.__struct_fields__, fields, strict=False)))
    if len(fields) == _LENGTHS["1"] - 2:
        cursor = replace(cursor, unproven=cursor.counting)
    fits = (
        cursor.order in (None, "asc", "desc")
        and (cursor.last is None or type(cursor.last) is int)
        and (cursor.last is None or cursor.order is not None)
        and _is_count(cursor.offset)
        and (cursor.left is None or _is_count(cursor.left))
        and isinstance(cursor.counting, bool)
        and isinstance(cursor.unproven, bool)
        and (cursor.unproven or not cursor.counting)
        and _is_count(cursor.unidentified)
    )
    return cursor if fits else None


def _is_count(number: object) -> bool:
    return type(number) is int and number >= 0


@lru_cache
def _hash(listing: str) -> str:
    return blake2s(listing.encode(), digest_size=6).hexdigest()
