"""Phone.com's error envelope.

Documented is ``{"@error": {"@message", "@httpStatusCode", "fields"?,
"@rateLimit"?, …}}``, beside which OAuth's ``error`` and ``error_description``
occur. Gateways answer with HTML, and then all this stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..http import Problem, Response
from ..problems import json_object, moment, seconds, with_hint

_DEPTH: Final = 4


def problem(response: Response) -> Problem:
    """Read what an error says, or whether it is one; never raises for its content."""
    envelope = json_object(response.body)
    error = envelope.get("@error")
    error = {"@message": error} if isinstance(error, str) else json_object(error)
    # An answer that is not 2xx need not have any of this.
    found = Problem(
        refused=bool(error or _text(envelope.get("error")))
        or envelope.get("success") is False,
        status=_status(error.get("@httpStatusCode")),
        code=_text(error.get("@code")) or _text(envelope.get("error")),
        message=_message(error, envelope),
        fields=_fields(error.get("fields")),
        trace_id=_text(error.get("@id")),
        **_hint(error.get("@rateLimit")),
    )
    return with_hint(found, response)


def _message(error: Mapping[str, Any], envelope: Mapping[str, Any]) -> str | None:
    message = _text(error.get("@message")) or _text(envelope.get("error_description"))
    details = _text(error.get("@details"))
    more = error.get("@messages")
    extra = [details] if details else []
    extra += _messages(more) if more else []
    return ": ".join([message, *extra]) if message else " ".join(extra) or None


def _fields(value: object) -> dict[str, tuple[str, ...]]:
    return {name: tuple(_messages(said)) for name, said in json_object(value).items()}


def _messages(value: object, depth: int = _DEPTH) -> list[str]:
    """Return the texts in a string, a list or an object: the shape is not said."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        text = _text(value)
        return [text] if text else []
    if depth == 0:
        return []
    return [text for part in value for text in _messages(part, depth - 1)]


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value).strip() or None


def _status(value: object) -> int | None:
    number = seconds(value)
    return None if number is None else int(number)


def _hint(value: object) -> dict[str, Any]:
    """Read ``@rateLimit``: ``Retry-After`` is seconds, ``RateLimit-Reset`` Unix time.

    ``RateLimit-Limit`` is the size of the window that is full, and so tells which.

    https://apidocs.phone.com/docs/rate-limits
    """
    value = json_object(value)
    limit = value.get("RateLimit-Limit")
    hint: dict[str, Any] = {
        "limit": limit if type(limit) is int and limit > 0 else None
    }
    after = seconds(value.get("Retry-After"))
    if after is not None:
        return {**hint, "retry_after": after}
    reset = seconds(value.get("RateLimit-Reset"))
    return hint if reset is None else {**hint, "retry_at": moment(reset)}
