"""The one converter between JSON and models.

cattrs turns ``"false"`` into True and 7 into ``"7"`` without a word; this one
refuses a value of another type than documented, and says where it stands.

`structure`, `unstructure`, `loads` and `dumps` are those of the one `converter`.
"""

from typing import Any, Final, TypeVar

from .conversion import Converter
from .fields import coded, rest, shared, tagged, wire, wire_name
from .types import IsoTime, UnixTime, iso_8601, unix_seconds

T = TypeVar("T")

converter: Final = Converter()


def structure(value: object, kind: type[T]) -> T:
    """Turn plain values into *kind*; `DecodeError` if they are not that."""
    return converter.structure(value, kind)


def unstructure(value: object, kind: Any = None) -> Any:
    """Turn *value* into plain values, as they stand on the wire."""
    return converter.unstructure(value, kind)


def loads(body: bytes, kind: type[T]) -> T:
    """Read JSON into *kind*; `DecodeError` if it is not that."""
    return converter.loads(body, kind)


def dumps(value: object) -> bytes:
    """Write a model, or plain values, as JSON."""
    return converter.dumps(value)


__all__ = [
    "Converter",
    "IsoTime",
    "UnixTime",
    "coded",
    "converter",
    "dumps",
    "iso_8601",
    "loads",
    "rest",
    "shared",
    "structure",
    "tagged",
    "unix_seconds",
    "unstructure",
    "wire",
    "wire_name",
]
