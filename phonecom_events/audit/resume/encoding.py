"""How audited accounts, and what was read of others, are written and read back."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import msgspec

from ... import errors
from ...errors import PhonecomEventsError
from ..reading.saved import ROWS, ListingState, SavedRows
from ..report.audited import Audited

# What cannot be written: a number beyond 64 bits, or half a surrogate pair, in a row
# that is not as documented. Whoever meets one does not keep the account.
Unwritable: Final = (OverflowError, UnicodeEncodeError)


def _plain(value: Any) -> Any:
    if isinstance(value, PhonecomEventsError):
        return {
            "class": type(value).__name__,
            "args": value.args,
            "state": value.__dict__,
        }
    raise NotImplementedError(f"{type(value).__name__} is not kept")


def _from_plain(kind: type[Any], value: Any) -> Any:
    if not issubclass(kind, PhonecomEventsError):
        raise NotImplementedError(f"{kind.__name__} is not kept")
    # The name comes from a file: only a class of ours may be made of it.
    named = getattr(errors, value["class"], None)
    if not (isinstance(named, type) and issubclass(named, PhonecomEventsError)):
        raise msgspec.ValidationError("no such error")
    error = named.__new__(named, *value["args"])
    error.args = tuple(value["args"])
    error.__dict__.update(value["state"])
    return error


_encoder = msgspec.msgpack.Encoder(enc_hook=_plain)


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind, dec_hook=_from_plain)


def encoded(value: object) -> bytes:
    """Write audited accounts, the state of a listing, or rows.

    Raises:
        OverflowError, UnicodeEncodeError: see `Unwritable`.
    """
    return _encoder.encode(value)


def audited_from(data: bytes) -> tuple[Audited, ...]:
    """Read audited accounts."""
    found: tuple[Audited, ...] = _decoder(tuple[Audited, ...]).decode(data)
    return found


def state_from(data: bytes) -> ListingState:
    """Read the state of a listing."""
    found: ListingState = _decoder(ListingState).decode(data)
    return found


def rows_from(listing: str, data: bytes) -> SavedRows[Any]:
    """Read rows of a listing."""
    # A type that is only known at run time, which checkers do not follow.
    kind: Any = SavedRows
    found: SavedRows[Any] = _decoder(kind[ROWS[listing]]).decode(data)
    return found
