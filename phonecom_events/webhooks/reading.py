"""JSON from strangers: whatever is wrong with it is a `WebhookError`."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec

from ..converter import converter
from ..errors import DecodeError, WebhookError

T = TypeVar("T")

MAX_BODY: Final = 1 << 20
"""Bytes; no delivery comes near."""


def check_body(body: object) -> None:
    """Raise `WebhookError` for what is not bytes, or too many of them."""
    if not isinstance(body, bytes | bytearray | memoryview):
        raise WebhookError(
            f"the body must be bytes, as it came, and is {type(body).__name__}"
        )
    # A memoryview of wider items has fewer of them than bytes.
    if memoryview(body).nbytes > MAX_BODY:
        raise WebhookError(f"the body is larger than {MAX_BODY} bytes")


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; raise `WebhookError` for anything else."""
    check_body(body)
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        # Its text tells a place, and never the body's own words.
        problem = str(error)
    else:
        if type(value) is dict:
            return value
        problem = "not an object"
    raise WebhookError(f"the body is no JSON object: {problem}")


def read_as(value: object, model: type[T], at: str = "$") -> T:
    """Turn plain values into *model*; raise `WebhookError` saying what does not fit.

    Args:
        at: where *value* stands in the whole body.
    """
    try:
        return converter.structure(value, model)
    except DecodeError as error:
        problem = error.problems[0].replace(" @ $", f" @ {at}")
    raise WebhookError(f"the event is not as documented: {problem}")
