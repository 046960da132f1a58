"""What the two services receive and answer, as plain values: no aiohttp in here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol, TypeAlias

import msgspec
from attrs import field, frozen

Hint: TypeAlias = Literal["body", "header", "both", "neither"]
"""Where a 429 says how long to wait."""

Document: TypeAlias = dict[str, Any]
"""A JSON object, with the keys that go over the wire."""

_JSON = "application/json"
_encode = msgspec.json.Encoder().encode


@frozen(kw_only=True)
class Call:
    """One request as a service sees it: the path below the service's own prefix."""

    method: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    authorization: str | None
    address: str
    body: bytes


@frozen(kw_only=True)
class Reply:
    """One answer: status, whole body, and headers beside the content type."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: Mapping[str, str] = field(factory=dict)


class Service(Protocol):
    """What the server needs of a service: real answers, and errors on demand."""

    async def answer(self, call: Call) -> Reply:
        """Do what *call* asks for and answer it; a refusal is an answer too."""
        ...

    def error(self, status: int) -> Reply:
        """Answer *status* in the vendor's error envelope; the state stays."""
        ...

    def throttled(self, retry_after: float, hint: Hint) -> Reply:
        """Answer 429 with *retry_after* seconds given where *hint* says."""
        ...


class NotJson(ValueError):
    """A body that is not JSON, or nested too deeply to be read."""


def read_json(body: bytes) -> Any:
    """Return what *body* says.

    Raises:
        NotJson: when it says nothing.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotJson(str(error)) from None


def json_reply(
    status: int, value: object, headers: Mapping[str, str] | None = None
) -> Reply:
    """Answer *status* with *value* as JSON."""
    return Reply(
        status=status,
        body=_encode(value),
        content_type=_JSON,
        headers=headers or {},
    )
