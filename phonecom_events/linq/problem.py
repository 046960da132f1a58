"""Linq's error envelope.

``{"success": false, "error": {status, code, message, retry_after?, …}}`` with a
``trace_id`` beside ``error``, and again in the ``X-Trace-ID`` header.
"""

from __future__ import annotations

from ..http import Problem, Response
from ..problems import json_object, seconds, with_hint


def problem(response: Response) -> Problem:
    """Read what an answer that is not 2xx says; never raises for its content."""
    envelope = json_object(response.body)
    error = envelope.get("error")
    error = {"message": error} if isinstance(error, str) else json_object(error)
    code, message = error.get("code"), error.get("message")
    trace_id = envelope.get("trace_id") or response.headers.get("x-trace-id")
    found = Problem(
        code=str(code) if isinstance(code, (str, int)) else None,
        message=message if isinstance(message, str) and message else None,
        retry_after=seconds(error.get("retry_after")),
        trace_id=trace_id if isinstance(trace_id, str) else None,
    )
    return with_hint(found, response)
