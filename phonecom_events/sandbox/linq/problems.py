"""Linq's error envelope: `{"success": false, "error": {…}, "trace_id": …}`."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

from ..messages import Hint, Reply, json_reply


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
