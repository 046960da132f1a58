"""Phone.com's error envelope: `{"@error": {…}}`, as its schema has it per status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from ..messages import Hint, Reply, json_reply

Problem: TypeAlias = tuple[str, str]
"""Where in the request (`config.url`, or empty for all of it), and what is wrong."""

_MESSAGES: Final = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    409: "Conflict",
    422: "Validation failed",
    429: "Too much requests",  # so the vendor's page on rate limits has it
    500: "Internal server error",
}
# In the OpenAPI's envelopes for these two, beside @error.
_WITH_OAUTH_FIELDS: Final = {401: "unauthorized", 500: "server_error"}


class Refused(Exception):
    """A request that gets an error: its status, and what stands in `@error`."""

    def __init__(self, status: int, message: str = "", **inside: Any) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message
        self.inside = inside


def not_found() -> Refused:
    """Make the refusal for a path or row that does not exist."""
    return Refused(404)


def invalid(problems: Iterable[Problem], *, as_text: bool) -> Refused:
    """Make the 422 for *problems*; `fields` has one key for each place.

    Args:
        problems: at least one.
        as_text: give each field one text instead of a list.
    """
    fields: dict[str, list[str]] = {}
    for place, message in problems:
        fields.setdefault(place, []).append(message)
    if as_text:
        return Refused(422, fields={k: "; ".join(v) for k, v in fields.items()})
    return Refused(422, fields=fields)


def error_reply(
    status: int,
    now: float,
    message: str = "",
    inside: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Answer *status* in the envelope; *now* is in Unix seconds."""
    message = message or _MESSAGES.get(status, "Error")
    error: dict[str, Any] = {
        "@message": message,
        "@httpStatusCode": status,
        "@time": _milliseconds(now),
    }
    body: dict[str, Any] = {"@error": error}
    if status in _WITH_OAUTH_FIELDS:
        error["@code"] = f"oauth2.{_WITH_OAUTH_FIELDS[status]}"
        error["@details"] = message
        body["error"] = _WITH_OAUTH_FIELDS[status]
        body["error_description"] = message
    error.update(inside or {})
    return json_reply(status, body, headers)


def throttled_reply(
    now: float,
    *,
    retry_after: float,
    hint: Hint,
    limit: int = 30,
    reset: int | None = None,
) -> Reply:
    """Answer 429 with `@rateLimit` in the body, in headers, both or neither.

    Args:
        now: Unix seconds.
        retry_after: seconds until the next request is welcome.
        hint: where to say so.
        limit: how many requests the full window holds.
        reset: the same moment in Unix seconds; told from *retry_after* if None.
    """
    values = {
        "RateLimit-Limit": limit,
        "RateLimit-Remaining": 0,
        "RateLimit-Reset": round(now + retry_after) if reset is None else reset,
        "Retry-After": retry_after,
    }
    inside = {"@rateLimit": values} if hint in ("body", "both") else None
    headers = {name: str(value) for name, value in values.items()}
    return error_reply(
        429, now, inside=inside, headers=headers if hint in ("header", "both") else None
    )


def _milliseconds(now: float) -> str:
    moment = datetime.fromtimestamp(now, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
