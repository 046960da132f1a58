"""The JSON that Linq takes and answers: subscriptions, event types, errors.

Of a body that is wrong, the first fault found is told, in the error envelope
`{"success": false, "error": {…}, "trace_id": …}`.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any, Final
from urllib.parse import urlsplit

from ..messages import Document, Hint, NotJson, Reply, json_reply, read_json
from ..options import Behaviour

# As `GET /v3/webhook-events` lists them; about one a month joins them.
_BY_FAMILY: Final = {
    "message": ("sent", "received", "read", "delivered", "failed", "edited"),
    "reaction": ("added", "removed"),
    "participant": ("added", "removed"),
    "chat": (
        "created",
        "group_name_updated",
        "group_icon_updated",
        "group_name_update_failed",
        "group_icon_update_failed",
        "background_updated",
        "background_update_failed",
        "typing_indicator.started",
        "typing_indicator.stopped",
    ),
    "phone_number": (
        "status_updated",
        "assigned",
        "released",
        "forwarding_updated",
    ),
    "call": (
        "initiated",
        "ringing",
        "answered",
        "ended",
        "failed",
        "declined",
        "no_answer",
    ),
    "poll": (
        "received",
        "failed",
        "sent",
        "delivered",
        "read",
        "updated",
        "vote.added",
        "vote.removed",
        "reaction.added",
    ),
    "location": ("sharing.started", "sharing.stopped"),
    "payment": ("succeeded", "canceled", "expired", "declined", "authorized"),
    "connection": ("created", "revoked"),
    "contact_card": ("received", "created", "updated", "deleted"),
    "zero_day_retention": ("updated",),
    "environment": ("created", "renamed", "deleted", "line_moved"),
    "api_token": (
        "created",
        "renamed",
        "expiry_scheduled",
        "expired",
        "activated",
        "deleted",
    ),
    "webhook_subscription": (
        "created",
        "deleted",
        "target_url_changed",
        "enabled",
        "disabled",
        "events.updated",
        "phone_numbers.updated",
        "routing_headers_set",
        "routing_headers_cleared",
    ),
    "team_member": ("added", "signed_in", "signed_out"),
}

EVENT_TYPES: Final = tuple(
    f"{family}.{name}" for family, names in _BY_FAMILY.items() for name in names
)


class Code(IntEnum):
    """The vendor's error codes that these paths use."""

    MISSING_FIELD = 1001
    NOT_E164 = 1002
    BAD_JSON = 1003
    BAD_VALUE = 1005
    RATE_LIMITED = 1007
    UNAUTHORIZED = 2004
    FORBIDDEN = 2005
    NOT_FOUND = 2010
    CONFLICT = 2015
    TIMEOUT = 3005
    INTERNAL = 3006
    UNAVAILABLE = 4004


_BY_STATUS: Final = {
    400: (Code.BAD_VALUE, "Bad request"),
    401: (Code.UNAUTHORIZED, "The API key is missing or not valid"),
    403: (Code.FORBIDDEN, "Access denied"),
    404: (Code.NOT_FOUND, "Not found"),
    405: (Code.BAD_VALUE, "Method not allowed"),
    409: (Code.CONFLICT, "Conflicts with the current state"),
    429: (Code.RATE_LIMITED, "Rate limit exceeded"),
    503: (Code.UNAVAILABLE, "Service unavailable"),
    504: (Code.TIMEOUT, "Network timeout"),
}
_OTHER_CLIENT_ERROR: Final = (Code.BAD_VALUE, "Bad request")
_OTHER_SERVER_ERROR: Final = (Code.INTERNAL, "Internal error")


class Refused(Exception):
    """A request that gets an error; code and message follow the status if not given."""

    def __init__(
        self, status: int, code: Code | None = None, message: str = ""
    ) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message


def error_reply(
    status: int, trace_id: str, code: Code | None = None, message: str = ""
) -> Reply:
    """Answer *status* in the envelope."""
    otherwise = _OTHER_CLIENT_ERROR if status < 500 else _OTHER_SERVER_ERROR
    usual_code, usual_message = _BY_STATUS.get(status, otherwise)
    error: dict[str, Any] = {
        "status": status,
        "code": int(code or usual_code),
        "message": message or usual_message,
    }
    return _enveloped(error, trace_id, {})


def throttled_reply(trace_id: str, retry_after: float, hint: Hint) -> Reply:
    """Answer 429; *retry_after* is in seconds."""
    code, message = _BY_STATUS[429]
    error: dict[str, Any] = {"status": 429, "code": int(code), "message": message}
    if hint in ("body", "both"):
        error["retry_after"] = retry_after
    headers = {"Retry-After": str(retry_after)} if hint in ("header", "both") else {}
    return _enveloped(error, trace_id, headers)


def _enveloped(error: dict[str, Any], trace_id: str, headers: dict[str, str]) -> Reply:
    body = {"success": False, "error": error, "trace_id": trace_id}
    return json_reply(error["status"], body, headers)


_REQUIRED: Final = ("target_url", "subscribed_events")
_ON_CREATE: Final = (
    *_REQUIRED,
    "phone_numbers",
    "routing_key_header",
    "routing_id_header",
)
_ON_UPDATE: Final = (*_ON_CREATE, "is_active")
_TOKEN: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")


def read_new(body: bytes, behaviour: Behaviour) -> Document:
    """Read the body of a create, with defaults for what it lacks.

    Raises:
        Refused: with 400 and the first thing that is wrong.
    """
    given = _read(body, _ON_CREATE, behaviour)
    for name in _REQUIRED:
        if name not in given:
            raise _missing(name)
    return {**dict.fromkeys(_ON_CREATE), **given, "is_active": True}


def read_changes(body: bytes, behaviour: Behaviour) -> Document:
    """Read the body of an update: what it lacks stays as it is.

    Raises:
        Refused: with 400 and the first thing that is wrong.
    """
    return _read(body, _ON_UPDATE, behaviour)


def _read(body: bytes, names: tuple[str, ...], behaviour: Behaviour) -> Document:
    try:
        given = read_json(body)
    except NotJson:
        raise Refused(400, Code.BAD_JSON, "The body is not valid JSON") from None
    if not isinstance(given, dict):
        raise Refused(400, Code.BAD_JSON, "The body must be a JSON object")
    unknown = [name for name in given if name not in names]
    if unknown and behaviour.refuse_unknown:
        raise _bad(unknown[0], "is not known")
    return {n: _checked(n, given[n], behaviour) for n in names if n in given}


def _checked(name: str, value: Any, behaviour: Behaviour) -> Any:
    if name == "target_url":
        return _target_url(value, behaviour)
    if name == "subscribed_events":
        return _events(value, behaviour)
    if name == "phone_numbers":
        return _phone_numbers(value)
    if name == "is_active":
        if not isinstance(value, bool):
            raise _bad(name, "must be a boolean")
        return value
    return _header_name(name, value)


def _header_name(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _bad(name, "must be a string or null")
    if value and not _TOKEN.fullmatch(value):
        raise _bad(name, "must be the name of a header")
    return value or None


def _target_url(value: Any, behaviour: Behaviour) -> str:
    if not isinstance(value, str):
        raise _bad("target_url", "must be a string")
    schemes = ("https", "http") if behaviour.linq_http_targets else ("https",)
    try:
        parts = urlsplit(value)
    except ValueError:
        raise _bad("target_url", "must be a URL") from None
    if parts.scheme not in schemes or not parts.hostname:
        raise _bad("target_url", f"must be an {' or '.join(schemes)} URL")
    return value


def _events(value: Any, behaviour: Behaviour) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise _bad("subscribed_events", "must be a list of strings")
    if not value and not behaviour.linq_no_events:
        raise _bad("subscribed_events", "must not be empty")
    unknown = [event for event in value if event not in EVENT_TYPES]
    if unknown and not behaviour.linq_unknown_events:
        raise _bad("subscribed_events", f"has an unknown event type: {unknown[0]}")
    return value


def _phone_numbers(value: Any) -> list[str] | None:
    if value is None or value == []:
        return None  # both mean all numbers; answers show null
    if not isinstance(value, list):
        raise _bad("phone_numbers", "must be a list or null")
    for number in value:
        if not isinstance(number, str) or not _E164.fullmatch(number):
            raise Refused(400, Code.NOT_E164, "Phone numbers must be in E.164 form")
    return value


def _bad(name: str, what: str) -> Refused:
    return Refused(400, Code.BAD_VALUE, f"{name} {what}")


def _missing(name: str) -> Refused:
    return Refused(400, Code.MISSING_FIELD, f"{name} is required")
