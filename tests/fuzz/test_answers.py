"""Answers that no vendor documents: rows, or errors of this package, and no more."""

from __future__ import annotations

import asyncio
import pickle
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from hypothesis import strategies as st

from phonecom_events import (
    LinqClient,
    PhoneComClient,
    PhonecomEventsError,
    Request,
    Response,
    RetryPolicy,
)
from phonecom_events.http import http_date
from phonecom_events.linq.client import problem as linq_problem
from phonecom_events.middleware import Handler
from phonecom_events.phonecom import HttpConfig
from phonecom_events.phonecom.client import problem as phonecom_problem

from .hostile import bodies, fuzz, spliced, texts

LISTENER = {
    "id": 7,
    "voip_id": 1,
    "callback_id": 3,
    "version": "2.0.0",
    "created_at": 1_790_000_000,
    "expires_at": None,
    "type": "callback",
    "application_id": None,
    "extension_id": None,
}
CALLBACK = {
    "id": 7,
    "voip_id": 1,
    "name": "crm",
    "mode": "HTTPS",
    "enabled": True,
    "config": {
        "url": "https://hooks.example.org",
        "headers": [{"name": "A", "value": True}],
        "rate-limit": {"number": 1, "period": 10},
    },
}
SUBSCRIPTION = {
    "id": "s-7",
    "target_url": "https://hooks.example.org",
    "subscribed_events": ["message.received"],
    "is_active": True,
    "created_at": "2026-02-05T19:31:13Z",
    "updated_at": "2026-02-05T19:31:13Z",
    "phone_numbers": None,
    "signing_secret": "whsec_AAAA",
}
OVERVIEW = {**LISTENER, ":callback": CALLBACK, ":filters": [], ":subscriptions": []}
REFUSALS = [
    {"@error": {"@message": "no", "@code": "x", "@httpStatusCode": "429"}},
    {"@error": {"@rateLimit": {"Retry-After": 5, "RateLimit-Reset": 1_790_000_000}}},
    {"error": {"status": 422, "code": 1, "message": "no", "retry_after": 5}},
    {"success": False, "error": {"code": 2004, "message": "no"}, "trace_id": "t"},
]


def listing(row: Any, **more: Any) -> dict[str, Any]:
    """Write a page of Phone.com."""
    page = {"limit": 25, "offset": 0, "total": 1, "sort": {"id": "desc"}}
    return {**page, "filters": [], "items": [row], **more}


PHONECOM = [
    LISTENER,
    CALLBACK,
    OVERVIEW,
    *map(listing, (LISTENER, CALLBACK, OVERVIEW)),
    {"success": True, "id": 7},
    *REFUSALS,
]
LINQ = [
    SUBSCRIPTION,
    {"subscriptions": [SUBSCRIPTION]},
    {"events": ["message.received"]},
    {"phone_numbers": [{"id": "n", "phone_number": "+12025550101"}]},
    *REFUSALS,
]
DATES = ["Tue, 03 Feb 2026 04:05:06 GMT", "Tue, 03 Feb 2026 04:05:06 -0000"]
hints = (
    spliced(st.sampled_from(DATES))
    | texts
    | st.integers().map(str)
    | st.floats().map(str)
)
headers = st.dictionaries(
    st.sampled_from(["retry-after", "ratelimit-reset", "date", "x-trace-id"]), hints
)
statuses = st.sampled_from(
    [200] * 6 + [201, 204, 302, 400, 401, 404, 408, 422, 429, 500]
)
Call = Callable[[Any], Awaitable[object]]


@pytest.fixture(name="runner")
def _runner() -> Iterator[asyncio.Runner]:
    """One event loop for all cases of a test."""
    with asyncio.Runner() as runner:
        yield runner


async def ends_well(client: Any, call: Call) -> None:
    """Make a call; any error but ours fails the test."""
    result: object
    try:
        result = await call(client)
    except PhonecomEventsError as error:
        result = error
    assert repr(result)
    if isinstance(result, PhonecomEventsError):
        assert pickle.loads(pickle.dumps(result)) == result


def answering(kind: Any, response: list[Response]) -> Any:
    """Make a client whose every request is answered by the one in *response*."""
    asked = 0

    async def answer(request: Request, call_next: Handler) -> Response:
        nonlocal asked
        asked += 1
        assert asked < 60, "a listing that is read for ever"
        return response[0]

    retry = RetryPolicy(attempts=2, base=0, max_wait=0)
    return kind("token", rate_limits=None, retry=retry, middlewares=[answer])


PHONECOM_CALLS: list[Call] = [
    lambda client: client.account(1).listeners.get(7),
    lambda client: client.account(1).listeners.list(odd_rows="report").collect(),
    lambda client: client.account(1).listeners.list(page_size=1).collect(),
    lambda client: client.account(1).callbacks.list(odd_rows="report").collect(),
    lambda client: client.account(1).callbacks.create(
        config=HttpConfig(url="https://a")
    ),
    lambda client: client.account(1).callbacks.delete(7),
    lambda client: client.account(1).overview.list().collect(),
]
LINQ_CALLS: list[Call] = [
    lambda client: client.webhook_subscriptions.get("s-7"),
    lambda client: client.webhook_subscriptions.list(odd_rows="report").collect(),
    lambda client: client.webhook_subscriptions.list().collect(),
    lambda client: client.webhook_subscriptions.update("s-7", is_active=False),
    lambda client: client.webhook_subscriptions.delete("s-7"),
    lambda client: client.webhook_events.list(odd_rows="report").collect(),
    lambda client: client.phone_numbers.list(odd_rows="report").collect(),
]


@pytest.mark.parametrize(
    ("kind", "calls", "samples"),
    [(PhoneComClient, PHONECOM_CALLS, PHONECOM), (LinqClient, LINQ_CALLS, LINQ)],
)
def test_answers(
    runner: asyncio.Runner, kind: Any, calls: list[Call], samples: list[Any]
) -> None:
    """Whatever answers a call, it returns, or ends in an error of this package."""

    def check(call: Call, status: int, names: dict[str, str], body: bytes) -> None:
        answer = Response(status=status, headers=names, body=body)
        client = answering(kind, [answer])
        runner.run(ends_well(client, call))

    fuzz(
        check,
        call=st.sampled_from(calls),
        status=statuses,
        names=headers,
        body=bodies(samples),
    )


@pytest.mark.parametrize("problem", [phonecom_problem, linq_problem])
def test_hints(problem: Callable[[Response], Any]) -> None:
    """A hint of any form is seconds of some size from 0 on, or none."""

    def check(status: int, names: dict[str, str], body: bytes) -> None:
        answer = Response(status=status, headers=names, body=body)
        found = problem(answer)
        assert found.retry_after is None or 0 <= found.retry_after < 1e18
        assert found.retry_at is None or found.retry_at.timestamp() > -1e12
        assert answer.date is None or answer.date.tzinfo

    fuzz(check, status=statuses, names=headers, body=bodies(REFUSALS))


def test_dates() -> None:
    """A date of any form is aware, or none, and is found out in no time."""

    def check(text: str) -> None:
        started = time.perf_counter()
        at = http_date(text)
        assert at is None or at.utcoffset() is not None
        assert time.perf_counter() - started < 5

    fuzz(check, text=hints)
