"""Error envelopes of both vendors, and hints from body and headers."""

from __future__ import annotations

import json
import pickle
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from phonecom_events.errors import ValidationFailed
from phonecom_events.http import Problem, Request, Response, Secret
from phonecom_events.linq.client import problem as linq_problem
from phonecom_events.phonecom.client import problem as phonecom_problem
from phonecom_events.problems import response_error

NOW = datetime.now(UTC).replace(microsecond=0)


def answer(body: Any, status: int = 400, **headers: str) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status=status, headers=names, body=raw)


@pytest.mark.parametrize(
    ("body", "code", "message", "fields"),
    [
        ({"@error": {"@message": "Not found"}}, None, "Not found", {}),
        (
            {"@error": {"@message": "Denied", "@code": "x.y", "@details": "by policy"}},
            "x.y",
            "Denied: by policy",
            {},
        ),
        (
            {"error": "invalid_token", "error_description": "It expired"},
            "invalid_token",
            "It expired",
            {},
        ),
        ({"@error": "just text"}, None, "just text", {}),
        (
            {
                "@error": {
                    "@message": "Validation failed",
                    "fields": {"limit": "too big", "name": ["empty", "short"]},
                }
            },
            None,
            "Validation failed",
            {"limit": ("too big",), "name": ("empty", "short")},
        ),
        (
            {"@error": {"@message": "In use", "@messages": [{"by": "listener 4"}]}},
            None,
            "In use: listener 4",
            {},
        ),
        ({"@error": {"@messages": ["one", "two"]}}, None, "one two", {}),
        ({"@error": {"@message": "Bad", "fields": ["odd"]}}, None, "Bad", {}),
        ({"@error": {"@message": True, "@code": None}}, None, None, {}),
        (b"<html><h1>502 Bad Gateway</h1></html>", None, None, {}),
        (b"", None, None, {}),
        (b'{"@error": {"@mess', None, None, {}),
        (b"[1, 2]", None, None, {}),
        (b"\xff\xfe", None, None, {}),
        (b"[" * 60_000, None, None, {}),
        (
            b'{"@error":{"@message":"x","@messages":' + b"[" * 300 + b"]" * 300 + b"}}",
            None,
            "x",
            {},
        ),
    ],
)
def test_phonecom_envelope(
    body: Any, code: str | None, message: str | None, fields: Any
) -> None:
    """Phone.com's envelope is read in every documented form, and survives others."""
    found = phonecom_problem(answer(body))

    assert (found.code, found.message, dict(found.fields)) == (code, message, fields)


@pytest.mark.parametrize(
    ("body", "headers", "code", "message", "trace_id"),
    [
        (
            {"success": False, "error": {"status": 404, "code": 2010, "message": "No"}},
            {"x_trace_id": "aa"},
            "2010",
            "No",
            "aa",
        ),
        (
            {"error": {"code": 1, "message": "No"}, "trace_id": "bb"},
            {},
            "1",
            "No",
            "bb",
        ),
        ({"error": "text", "trace_id": 5}, {}, None, "text", None),
        (b"<html>", {}, None, None, None),
        (b"null", {}, None, None, None),
    ],
)
def test_linq_envelope(
    body: Any,
    headers: dict[str, str],
    code: str | None,
    message: str | None,
    trace_id: str | None,
) -> None:
    """Linq's envelope is read, its trace id from the body or the header."""
    found = linq_problem(answer(body, **headers))

    assert (found.code, found.message, found.trace_id) == (code, message, trace_id)


def in_30_seconds() -> datetime:
    return NOW + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("body", "headers", "after"),
    [
        ({"@error": {"@rateLimit": {"Retry-After": 11}}}, {"retry_after": "99"}, 11),
        ({"@error": {"@rateLimit": {"Retry-After": "7.5"}}}, {}, 7.5),
        (
            {"@error": {"@rateLimit": {"RateLimit-Reset": NOW.timestamp() + 30}}},
            {},
            30,
        ),
        (
            {"@error": {"@rateLimit": {"Retry-After": None}}},
            {"retry_after": "12"},
            12,
        ),
        ({}, {"retry_after": "2.25"}, 2.25),
        ({}, {"retry_after": format_datetime(in_30_seconds(), usegmt=True)}, 30),
        ({}, {"retry_after": format_datetime(NOW - timedelta(minutes=5))}, 0),
        ({}, {"ratelimit_reset": str(int(NOW.timestamp()) + 30)}, 30),
        ({}, {"ratelimit_reset": "30"}, 30),
        ({}, {"retry_after": "-4"}, None),
        ({}, {"retry_after": "nan"}, None),
        ({}, {"retry_after": "inf"}, None),
        ({}, {"retry_after": "soon"}, None),
        ({}, {"retry_after": "Wed, 99 Oct 2026 07:28:00 GMT"}, None),
        ({}, {"retry_after": "9" * 400}, None),
        ({}, {"retry_after": "1_0"}, None),
        ({}, {"retry_after": "\u0661\u0660"}, None),
        ({}, {"retry_after": "Fri, 31 Dec 9999 23:59:59 -0100"}, None),
        ({}, {"retry_after": "Mon, 01 Jan 99999999999999 00:00:00 GMT"}, None),
        ({}, {"retry_after": "Mon, 01 Jan 2026 00:00:00 +99999999999999"}, None),
        ({"@error": {"@rateLimit": {"Retry-After": 10**400}}}, {}, None),
        ({"@error": {"@rateLimit": [11]}}, {}, None),
        ({"@error": {"@rateLimit": {"Retry-After": True}}}, {}, None),
        ({}, {}, None),
    ],
)
def test_hint(
    monkeypatch: pytest.MonkeyPatch,
    body: Any,
    headers: dict[str, str],
    after: float | None,
) -> None:
    """A hint comes from the body, else from the headers, in every documented form."""
    monkeypatch.setattr(time, "time", NOW.timestamp)

    found = phonecom_problem(answer(body, 429, **headers))

    if after is None:
        assert (found.retry_after, found.retry_at) == (None, None)
    else:
        assert found.retry_after == after
        assert found.retry_at is not None
        assert max(NOW, found.retry_at) == NOW + timedelta(seconds=after)


@pytest.mark.parametrize(
    ("said", "limit"),
    [(120, 120), (-5, None), ("120", None), (True, None), (None, None)],
)
def test_full_window(said: object, limit: int | None) -> None:
    """The window that is full is told by its size, if that is a number."""
    body = {"@error": {"@rateLimit": {"RateLimit-Limit": said, "Retry-After": 1}}}

    assert phonecom_problem(answer(body, status=429)).limit == limit


def test_linq_hint() -> None:
    """Linq's hint is `error.retry_after`, before the header."""
    body = {"error": {"code": 1007, "message": "slow down", "retry_after": 3}}

    assert linq_problem(answer(body, 429, retry_after="60")).retry_after == 3
    assert linq_problem(answer({}, 429, retry_after="60")).retry_after == 60


def test_a_hint_beyond_the_calendar_is_still_a_wait() -> None:
    """Seconds that no date can hold are kept as seconds."""
    found = phonecom_problem(answer({}, 429, retry_after="1000000000000000"))

    assert (found.retry_after, found.retry_at) == (1e15, None)


def test_error_says_what_the_vendor_said() -> None:
    """The message has the call, the status, the words, the fields and the time."""
    request = Request(method="POST", url="https://x/listeners?q=1", path="/listeners")
    response = answer({"any": "thing"}, 422)
    at = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    problem = Problem(message="No good", fields={"a": ("b", "c")}, retry_at=at)

    error = response_error(request, response, problem)

    assert type(error) is ValidationFailed
    assert str(error) == (
        "POST /listeners: 422 No good; a: b, c; try again at 2026-05-04 03:02:01 UTC"
    )
    assert error.body == '{"any":"thing"}'


@pytest.mark.parametrize(
    "body",
    [
        b'{"@error":{"@message":"bad token to\\/ken\\/x","fields":{"to/ken/x":"?"}}}',
        b'{"@error":{"@message":"bad token \\u0074o/ken/x","@code":"to/ken/x"}}',
        b"<pre>Authorization: Bearer to/ken/x</pre>",
    ],
)
def test_error_hides_the_token_in_any_escape(body: bytes) -> None:
    """An answer that echoes the token does not bring it into the error."""
    request = Request(method="GET", url="https://x/", path="/listeners")
    response = Response(status=401, body=body, secret=Secret("to/ken/x"))

    error = response_error(request, response, phonecom_problem(response))

    shown = f"{error}{error!r}{vars(error)}{pickle.dumps(error)!r}"

    assert "/ken" not in shown
    assert "\\/ken" not in shown


@pytest.mark.parametrize("secret", ["canary-key", 'canary-"key"', "canary-ÿ\\"])
@pytest.mark.parametrize("quoted", [1, 2])
def test_error_hides_the_headers_that_were_sent(secret: str, quoted: int) -> None:
    """What a callback sends along is quoted by servers, and masked in errors."""
    sent = {"config": {"headers": [{"name": "X-Key", "value": secret}]}}
    asked = Request(
        method="POST", url="https://x", path="/x", body=json.dumps(sent).encode()
    )
    text = json.dumps(sent)
    body: Any = {"@error": {"@message": text}} if quoted == 2 else text.encode()
    response = answer(body, 422)

    error = response_error(asked, response, phonecom_problem(response))

    assert "canary" not in str(error) + repr(vars(error)) + repr(pickle.dumps(error))
    assert "***" in str(error)
    assert "X-Key" in str(error)


def test_error_keeps_the_words_that_short_headers_have() -> None:
    """A header such as "json" is no secret, and a word that explains."""
    sent = {"config": {"headers": [{"name": "Accept", "value": "json"}]}}
    body = json.dumps(sent).encode()
    asked = Request(method="POST", url="https://x", path="/x", body=body)
    response = answer(b"no json", 400)

    assert "no json" in str(response_error(asked, response, Problem()))


def test_error_without_envelope_shows_the_start_of_the_body() -> None:
    """A page of HTML is shown by its first words only."""
    request = Request(method="GET", url="https://x/", path="/listeners")
    page = b"<html>\n\n  <h1>Bad   gateway</h1>" + b"x" * 5_000

    error = response_error(request, answer(page, 502), Problem())

    assert str(error).startswith("GET /listeners: 502 <html> <h1>Bad gateway</h1>")
    assert len(str(error)) < 300
    assert len(error.body) == 500
