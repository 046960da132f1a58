"""What a single value on the wire is read as: scalars, times, open enums.

A value of another JSON type than documented is refused: never ``"7"`` for 7, nor 1
for true.

Phone.com sends times as whole Unix seconds, Linq as ISO 8601. Models hold aware
`datetime`s in UTC; the types `UnixTime` and `IsoTime` say which form a field has on
the wire.

An open enum, a set of strings that the vendor may add to at any time, is written
``SomeStrEnum | str`` in a model. A known value becomes a member, any other one stays
the string that it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import NoneType
from typing import Annotated, Any, Final, get_args

import msgspec

from ..errors import InvalidArgument
from .fields import members_of

UnixTime = Annotated[datetime, "whole Unix seconds"]
IsoTime = Annotated[datetime, "ISO 8601 with an offset"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
LAST_SECOND: Final = 253_402_300_799
"""The Unix time at which the year 9999 ends, and with it Python's calendar."""

# The vendor sends events with a time in nanoseconds, too.
_SMALLER_UNITS: Final = (
    (1_000, "milliseconds"),
    (1_000_000, "microseconds"),
    (1_000_000_000, "nanoseconds"),
)

_JSON_NAMES: Final[Mapping[type, str]] = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a fraction",
    NoneType: "null",
}


def expected(what: str, value: object) -> TypeError:
    """Build the error for a value of the wrong JSON type; never show the value."""
    got = _JSON_NAMES.get(type(value), type(value).__name__)
    return TypeError(f"expected {what}, got {got}")


def is_scalar_union(kind: Any) -> bool:
    """Tell whether *kind* is a union of several scalar types, and perhaps None."""
    members = members_of(kind) - {NoneType}
    return len(members) > 1 and members <= {bool, int, str}


def structure_scalar(value: object, kind: Any) -> Any:
    """Take a string, integer or boolean as it is, and nothing else for it."""
    if type(value) is not kind:
        raise expected(_JSON_NAMES[kind], value)
    return value


def structure_float(value: object, _: Any) -> float:
    """Take any number but no boolean: JSON writes 1.0 as 1."""
    if type(value) is not float and type(value) is not int:
        raise expected("a number", value)
    try:
        return float(value)
    except OverflowError:
        raise ValueError("expected a number, got one too large") from None


def structure_scalar_union(value: object, kind: Any) -> Any:
    """Take a value of any of the scalar types in a union as it is."""
    kinds = get_args(kind)
    if type(value) not in kinds:
        names = " or ".join(_JSON_NAMES[member] for member in kinds)
        raise expected(names, value)
    return value


def structure_object(value: object, _: Any) -> dict[str, Any]:
    """Take an object as it is, whatever is in it."""
    if not isinstance(value, dict):
        raise expected("an object", value)
    return value


def structure_unix_time(value: object, _: Any = None) -> datetime:
    """Read whole Unix seconds of the years 1970 to 9999, and nothing else for them.

    What is beyond is most often a time in a smaller unit: the error says in which.
    """
    if type(value) is not int:
        raise expected("a time in Unix seconds", value)
    if 0 <= value <= LAST_SECOND:
        return datetime.fromtimestamp(value, UTC)
    for factor, unit in _SMALLER_UNITS:
        if 0 <= value // factor <= LAST_SECOND:
            looks = f"{value} looks like {unit}"
            raise ValueError(f"expected a time in Unix seconds; {looks}")
    raise ValueError("expected a time in Unix seconds, of the years 1970 to 9999")


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


def is_open_enum(kind: Any) -> bool:
    """Tell whether *kind* is written ``SomeStrEnum | str``, or also ``| None``."""
    return str in members_of(kind) and _enum_in(kind) is not None


def open_enum_reader(kind: Any) -> Callable[[Any], Any]:
    """Build what turns a string into the member with that value, if there is one.

    None stays None. That it is one of those has been checked.
    """
    members = _enum_in(kind)
    assert members is not None
    return _Members({member.value: member for member in members}).__getitem__


def structure_open_enum(kind: Any) -> Callable[[Any, Any], Any]:
    """Build the cattrs hook that refuses what is no string."""
    read = open_enum_reader(kind)
    allowed = (str, NoneType) if NoneType in members_of(kind) else str

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, allowed):
            raise expected("a string", value)
        return read(value)

    return hook


class _Members(dict[Any, Any]):
    """Map strings to members, and what is not known to itself."""

    def __missing__(self, value: Any) -> Any:
        return value


def _enum_in(kind: Any) -> type[StrEnum] | None:
    for member in members_of(kind):
        if isinstance(member, type) and issubclass(member, StrEnum):
            return member
    return None
