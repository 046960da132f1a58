"""How audited accounts, and what was read of others, are written and read back."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec.structs import asdict

from ... import errors
from ...errors import PhonecomEventsError
from ...phonecom import MASKED, Header
from ...phonecom.callback_config import Masked
from ..extract import Scope
from ..reading.saved import ROWS, ListingState, SavedRows
from ..report.audited import Audited
from ..snapshot import CallbackRow, Delivery

T = TypeVar("T")

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
    """Write audited accounts, the state of a listing, rows, or a scope.

    Raises:
        OverflowError, UnicodeEncodeError: see `Unwritable`.
    """
    return _encoder.encode(value)


def encoded_rows(rows: SavedRows[Any]) -> bytes:
    """Write rows of a listing.

    Raises:
        OverflowError, UnicodeEncodeError: see `Unwritable`.
    """
    called = rows.rows and isinstance(rows.rows[0], CallbackRow)
    plain: _Rows[Any] = _Rows(
        rows=tuple(map(_plain_callback, rows.rows)) if called else rows.rows,
        callbacks=tuple(map(_plain_callback, rows.callbacks)),
        profiles=rows.profiles,
    )
    return encoded(plain)


def audited_from(data: bytes) -> tuple[Audited, ...]:
    """Read audited accounts."""
    found: tuple[Audited, ...] = _decoder(tuple[Audited, ...]).decode(data)
    return found


def state_from(data: bytes) -> ListingState:
    """Read the state of a listing."""
    found: ListingState = _decoder(ListingState).decode(data)
    return found


def scope_from(data: bytes) -> Scope:
    """Read the scope of an extract."""
    found: Scope = _decoder(Scope).decode(data)
    return found


def rows_from(listing: str, data: bytes) -> SavedRows[Any]:
    """Read rows of a listing."""
    # A type that is only known at run time, which checkers do not follow.
    kind: Any = _Rows
    called = listing == "callbacks"
    rows = dict[str, Any] if called else ROWS[listing]
    plain: _Rows[Any] = _decoder(kind[rows]).decode(data)
    return SavedRows(
        rows=tuple(map(_callback, plain.rows)) if called else plain.rows,
        callbacks=tuple(map(_callback, plain.callbacks)),
        profiles=plain.profiles,
    )


class _Rows(msgspec.Struct, Generic[T], kw_only=True):
    rows: tuple[T, ...]
    callbacks: tuple[dict[str, Any], ...]
    profiles: tuple[int, ...]


def _plain_callback(callback: CallbackRow) -> dict[str, Any]:
    # A header's value is a text or `MASKED`, which msgspec writes as a text as well.
    headers = [
        (each.name, None if isinstance(each.value, Masked) else each.value)
        for each in callback.headers
    ]
    return {**asdict(callback), "headers": headers}


def _callback(plain: dict[str, Any]) -> CallbackRow:
    headers = tuple(
        Header(name=name, value=MASKED if value is None else value)
        for name, value in plain.pop("headers")
    )
    delivery = Delivery(plain.pop("delivery"))
    return CallbackRow(**plain, delivery=delivery, headers=headers)
