"""Times: how the two vendors write them, and how models hold them.

Phone.com sends whole Unix seconds, Linq ISO 8601. Models hold aware `datetime`s
in UTC; these two types say which form a field has on the wire.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import msgspec

from ..errors import InvalidArgument
from .scalars import expected

UnixTime = Annotated[datetime, "whole Unix seconds"]
IsoTime = Annotated[datetime, "ISO 8601 with an offset"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


def structure_unix_time(value: object, _: Any = None) -> datetime:
    """Read whole Unix seconds; booleans and fractions are refused."""
    if type(value) is not int:
        raise expected("Unix time (an integer)", value)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        pass
    raise ValueError("expected Unix time in seconds, got one beyond the calendar")


def structure_iso_time(value: object, _: Any = None) -> datetime:
    """Read ISO 8601, as RFC 3339 has it, of any offset; text without is refused."""
    if type(value) is not str:
        raise expected("an ISO 8601 time (a string)", value)
    try:
        time = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        raise ValueError("expected an ISO 8601 time, got other text") from None
    if time.tzinfo is None:
        raise ValueError("expected an ISO 8601 time with its offset, got one without")
    return in_utc(time)


def in_utc(time: datetime) -> datetime:
    """Convert an aware datetime to UTC; raise ValueError if it has no such time."""
    if time.tzinfo is UTC:
        return time
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("expected an ISO 8601 time, got one beyond UTC") from None


def unix_seconds(value: object) -> int:
    """Write an aware datetime as whole Unix seconds; a fraction is cut off."""
    return (_aware(value) - _EPOCH) // _SECOND


def iso_8601(value: object) -> str:
    """Write an aware datetime as ISO 8601 in UTC, ending in ``Z``."""
    return _aware(value).isoformat().removesuffix("+00:00") + "Z"


def _aware(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise InvalidArgument(f"expected a datetime, got {type(value).__name__}")
    if value.utcoffset() is None:
        raise InvalidArgument(
            "expected an aware datetime, got a naive one; pass tzinfo, such as"
            " datetime(2027, 1, 31, tzinfo=UTC)"
        )
    try:
        return value.astimezone(UTC)
    except OverflowError:
        pass
    raise InvalidArgument("expected a datetime that the calendar has in UTC, too")
