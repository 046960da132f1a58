"""Headers as any framework gives them, read as if an enemy had sent them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from ..errors import WebhookError

Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]]
"""A mapping, a multidict, or pairs as ASGI has them; names in any case."""

MAX_LENGTH: Final = 4096
_Pairs: TypeAlias = tuple[tuple[str, object], ...]


class HeaderLines:
    """Hold headers so that one can be asked for by its lower-case name."""

    def __init__(self, headers: Headers) -> None:
        self._pairs = _pairs(headers)

    def get(self, name: str) -> str | None:
        """Return the value of a header, or None if it was not sent.

        Raises:
            WebhookError: it was sent twice, so that two readers could disagree;
                or it is too long, or not printable ASCII.
        """
        values = [value for key, value in self._pairs if key == name]
        if len(values) > 1:
            raise WebhookError(f"the header {name} comes more than once")
        return _text(name, values[0]) if values else None

    def require(self, name: str) -> str:
        """Return the value of a header; raise `WebhookError` if there is none."""
        value = self.get(name)
        if not value:
            raise WebhookError(f"the header {name} is missing or empty")
        return value


def _pairs(headers: Headers) -> _Pairs:
    items: Any = getattr(headers, "items", None)
    try:
        source: Iterable[Any] = headers if items is None else items()
        pairs = [(_name(name), value) for name, value in source]
    except (TypeError, ValueError):
        pairs = None
    if pairs is None:
        raise WebhookError("the headers are neither a mapping nor pairs")
    return tuple((name, value) for name, value in pairs if name is not None)


def _name(name: object) -> str | None:
    if isinstance(name, bytes):
        name = name.decode("latin-1")
    return name.lower() if isinstance(name, str) else None


def _text(name: str, value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        raise WebhookError(f"the header {name} is not text")
    if len(value) > MAX_LENGTH:
        raise WebhookError(f"the header {name} is longer than {MAX_LENGTH} characters")
    if not (value.isascii() and value.isprintable()):
        raise WebhookError(f"the header {name} is not printable ASCII")
    return value
