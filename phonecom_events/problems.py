"""From an answer that is not 2xx to a typed error, whichever vendor sent it.

Each vendor has one function `problem(response) -> Problem` for its envelope;
what does not depend on the vendor is here.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from .errors import ResponseError, response_error_class
from .http import Problem, Request, Response, Secret, http_date

ReadProblem = Callable[[Response], Problem]

BODY_SHOWN: Final = 500
_WORDS_SHOWN: Final = 200
_LARGE: Final = 4096
_SHORTEST_SECRET: Final = 6
# Not all that float() takes: neither nan nor 1e400.
_NUMBER: Final = r"[0-9]{1,18}(\.[0-9]{0,18})?"
_EVER: Final = 1e18


def response_error(
    request: Request, response: Response, problem: Problem
) -> ResponseError:
    """Build the error for an answer that is not 2xx, or is an error all the same."""
    status = response.status
    if response.ok and 300 <= (problem.status or 0) < 600:
        status = problem.status or status
    body = _readable(response.body)
    words = problem.message or _first_words(body) or "no explanation given"
    parts = [f"{request.method} {request.path}: {status} {words}"]
    if response.ok:
        parts.append(
            f"the server answers {response.status}, but says that it did not succeed"
        )
    parts += [
        f"{name}: {', '.join(messages)}" for name, messages in problem.fields.items()
    ]
    if problem.retry_at is not None:
        parts.append(f"try again at {problem.retry_at:%Y-%m-%d %H:%M:%S} UTC")
    if response.unretried:
        parts.append(response.unretried)
    hide = _hiding(request, response)
    return response_error_class(status)(
        hide("; ".join(parts)),
        status=status,
        method=request.method,
        path=request.path,
        code=problem.code and hide(problem.code),
        vendor_message=problem.message and hide(problem.message),
        fields={
            hide(name): tuple(hide(message) for message in messages)
            for name, messages in problem.fields.items()
        },
        retry_after=problem.retry_after,
        retry_at=problem.retry_at,
        trace_id=problem.trace_id and hide(problem.trace_id),
        body=hide(body)[:BODY_SHOWN],
    )


def may_be_refusal(response: Response) -> bool:
    """Tell whether it is worth the time to look for an error envelope in a 2xx.

    Envelopes are small, and large answers are read by what they should be first.
    """
    # By `find`, since `in` would first raise that bytes are no number, to itself: for
    # each call as long as the search takes.
    find = response.body.find
    return len(response.body) < _LARGE and (
        find(b"error") >= 0 or find(b'"success"') >= 0
    )


def with_hint(problem: Problem, response: Response) -> Problem:
    """Complete *problem*'s hint from the headers, where the body had none.

    ``Retry-After`` is seconds, whole or not, or an HTTP date; ``RateLimit-Reset``
    is Unix time at Phone.com, and seconds to wait in the IETF draft.
    Of the two fields of a hint, the missing one is filled in from the other.
    """
    now = time.time()
    after, at = problem.retry_after, problem.retry_at
    if after is None and at is None:
        after, at = _header_hint(response.headers, now)
    if after is None and at is not None:
        after = max(0.0, at.timestamp() - now)
    elif after is not None and at is None:
        at = moment(now + after)
    return problem.replace(retry_after=after, retry_at=at)


def json_object(value: object) -> dict[str, Any]:
    """Return *value*, or the JSON in it if it is bytes, if that is an object.

    Anything else is an empty object: an error's body can be HTML, or cut.
    """
    if isinstance(value, bytes):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def seconds(value: object) -> float | None:
    """Read a number of seconds, as JSON or header text; None if it is none."""
    if isinstance(value, str):
        # What HTTP takes for space around a value, and no more: Python strips others.
        text = value.strip(" \t")
        number = float(text) if re.fullmatch(_NUMBER, text) else None
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value) if abs(value) < _EVER else None
    else:
        number = None
    return number if number is not None and 0 <= number < _EVER else None


def moment(unix_time: float) -> datetime | None:
    """Turn Unix seconds into an aware UTC time; None if no calendar has it."""
    try:
        return datetime.fromtimestamp(unix_time, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _header_hint(
    headers: Mapping[str, str], now: float
) -> tuple[float | None, datetime | None]:
    text = headers.get("retry-after", "")
    after = seconds(text)
    if after is not None:
        return after, None
    at = http_date(text)
    if at is not None:
        return None, at
    reset = seconds(headers.get("ratelimit-reset"))
    if reset is None:
        return None, None
    # No wait is as long as thirty years, and no clock as slow.
    thirty_years = timedelta(days=30 * 365).total_seconds()
    return (None, moment(reset)) if reset > now - thirty_years else (reset, None)


def _hiding(request: Request, response: Response) -> Callable[[str], str]:
    """Return what masks the secrets in an answer: pages for debugging quote requests."""
    secrets = [] if response.secret is None else [response.secret]
    forms = set(_header_values(json_object(request.body)))
    for _ in range(2):  # messages quote JSON, and stand in JSON themselves
        forms |= {
            json.dumps(form, ensure_ascii=ascii_only)[1:-1]
            for form in forms
            for ascii_only in (True, False)
        }
    # The longest first: another may be a part of it.
    secrets += map(Secret, sorted(forms, key=len, reverse=True))

    def hide(text: str) -> str:
        for secret in secrets:
            text = secret.mask(text)
        return text

    return hide


def _header_values(value: object) -> list[str]:
    """Give the values of the headers that a body to be sent has.

    What a callback is to send along with each event is often a password. Short ones
    are in every text, and protect nothing.
    """
    if isinstance(value, list):
        parts: Iterable[object] = value
    elif isinstance(value, dict):
        parts = value.values()
        text = value.get("value")
        if value.keys() == {"name", "value"} and isinstance(text, str):
            return [text] if len(text) >= _SHORTEST_SECRET else []
    else:
        return []
    return [text for part in parts for text in _header_values(part)]


def _readable(body: bytes) -> str:
    """Return a body as text, without the escapes that JSON may have."""
    parsed = json_object(body)
    raw = msgspec.json.encode(parsed) if parsed else body
    return raw.decode("utf-8", "replace")


def _first_words(body: str) -> str:
    return " ".join(body[:BODY_SHOWN].split())[:_WORDS_SHOWN]
