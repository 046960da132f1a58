"""Scripted faults: each kind does what it says, to the requests it is meant for."""

from __future__ import annotations

import asyncio
import gzip
import re
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from phonecom_events.sandbox import HTML_PAGE, Fault, LoggedRequest

from .box import EVENTS, NOW, Box

LISTENERS = f"{EVENTS}/listeners"
NEW = {"callback_id": 5}


@pytest.fixture
def filled(box: Box) -> Box:
    """Give account 1 one listener."""
    box.sandbox.add_listener(1)
    return box


def listeners(box: Box) -> int:
    """Count the listeners in the state, past the API."""
    return len(box.sandbox.tables.listeners)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 503])
async def test_a_status_alone_comes_in_the_vendors_envelope(
    filled: Box, status: int
) -> None:
    """A fault with only a status answers it in the envelope of its service."""
    filled.sandbox.fault(Fault(status=status, times=2))
    phonecom = await filled.phonecom("GET", LISTENERS)
    linq = await filled.linq("GET", "/v3/webhook-subscriptions")
    assert phonecom.status == linq.status == status
    assert phonecom.json["@error"]["@httpStatusCode"] == status
    assert linq.json["error"]["status"] == status
    assert linq.json["trace_id"] == linq.headers["X-Trace-ID"]


@pytest.mark.parametrize(
    ("body", "content_type", "raw"),
    [
        ({"a": [1]}, "application/json", b'{"a":[1]}'),
        ("oops", "text/plain", b"oops"),
        (HTML_PAGE, "text/html", HTML_PAGE.encode()),
        (b"\xff\x00", "application/octet-stream", b"\xff\x00"),
        (b"", None, b""),
        (None, "application/json", b"null"),
    ],
)
async def test_a_body_is_sent_as_given(
    filled: Box, body: Any, content_type: str | None, raw: bytes
) -> None:
    """Bytes and text go out as they are, anything else as JSON, with status 200."""
    filled.sandbox.fault(Fault(body=body))
    answer = await filled.phonecom("GET", LISTENERS)
    assert (answer.status, answer.body) == (200, raw)
    assert answer.headers.get("Content-Type") == content_type


async def test_content_type_and_headers_can_be_given(filled: Box) -> None:
    """Headers and content type of a fault win over those of its body."""
    filled.sandbox.fault(
        Fault(
            status=502,
            body="{}",
            content_type="application/problem+json",
            headers={"X-Gateway": "1"},
        )
    )
    answer = await filled.phonecom("GET", LISTENERS)
    assert answer.status == 502
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Gateway"] == "1"


async def test_a_content_type_header_wins(filled: Box) -> None:
    """A content type given among the headers replaces the usual one."""
    filled.sandbox.fault(Fault(body={}, headers={"Content-Type": "text/x"}))
    answer = await filled.phonecom("GET", LISTENERS)
    assert answer.headers["Content-Type"] == "text/x"


async def test_the_real_answer_can_be_dressed(filled: Box) -> None:
    """Headers and content type alone are put on the service's own answer."""
    filled.sandbox.fault(Fault(content_type="text/plain", headers={"X-Cache": "hit"}))
    answer = await filled.phonecom("GET", LISTENERS)
    assert answer.ids == [1001]
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["X-Cache"] == "hit"


async def test_an_answer_in_place_has_no_effect(filled: Box) -> None:
    """A fault that answers keeps the request from the state."""
    filled.sandbox.fault(Fault(status=500))
    await filled.phonecom("POST", LISTENERS, json=NEW)
    assert listeners(filled) == 1


async def test_an_answer_in_place_can_have_its_effect(filled: Box) -> None:
    """With `effect`, the state changes and the fault answers all the same."""
    filled.sandbox.fault(Fault(status=502, effect=True))
    answer = await filled.phonecom("POST", LISTENERS, json=NEW)
    assert (answer.status, listeners(filled)) == (502, 2)


@pytest.mark.parametrize(("cut", "after"), [("before", 1), ("after", 2)])
async def test_a_cut_leaves_no_answer(filled: Box, cut: Any, after: int) -> None:
    """A cut connection gives no answer; the state changed only if cut after."""
    filled.sandbox.fault(Fault(cut=cut))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await filled.phonecom("POST", LISTENERS, json=NEW)
    assert listeners(filled) == after
    assert filled.sandbox.requests[-1].status is None


async def test_a_cut_body_is_shorter_than_announced(filled: Box) -> None:
    """The status goes out, but only half of the body that was announced."""
    filled.sandbox.fault(Fault(cut="body"))
    with pytest.raises(aiohttp.ClientPayloadError):
        await filled.phonecom("POST", LISTENERS, json=NEW)
    assert listeners(filled) == 2
    assert filled.sandbox.requests[-1].status == 201


async def test_a_cut_body_can_be_an_error(filled: Box) -> None:
    """A fault's own answer can be cut as well."""
    filled.sandbox.fault(Fault(status=500, cut="body"))
    with pytest.raises(aiohttp.ClientPayloadError):
        await filled.phonecom("POST", LISTENERS, json=NEW)
    assert listeners(filled) == 1


@pytest.mark.parametrize(
    ("hint", "in_body", "in_header"),
    [
        ("body", True, False),
        ("header", False, True),
        ("both", True, True),
        ("neither", False, False),
    ],
)
async def test_a_429_hints_where_it_is_told(
    filled: Box, hint: Any, *, in_body: bool, in_header: bool
) -> None:
    """The wait stands in the body, the headers, both or neither, for both services."""
    filled.sandbox.fault(Fault(retry_after=11, hint=hint, times=2))
    phonecom = await filled.phonecom("GET", LISTENERS)
    linq = await filled.linq("GET", "/v3/webhook-subscriptions")
    assert phonecom.status == linq.status == 429
    limit = {
        "RateLimit-Limit": 30,
        "RateLimit-Remaining": 0,
        "RateLimit-Reset": NOW + 11,
        "Retry-After": 11,
    }
    assert phonecom.json["@error"].get("@rateLimit") == (limit if in_body else None)
    assert linq.json["error"].get("retry_after") == (11 if in_body else None)
    for answer in (phonecom, linq):
        assert answer.headers.get("Retry-After") == ("11" if in_header else None)
    reset = phonecom.headers.get("RateLimit-Reset")
    assert reset == (str(NOW + 11) if in_header else None)


async def test_a_redirect_names_its_target(filled: Box) -> None:
    """A redirect answers 302, or the status given, with the location."""
    filled.sandbox.fault(Fault(redirect="http://127.0.0.1:9/"))
    filled.sandbox.fault(Fault(redirect="/elsewhere", status=307))
    first = await filled.phonecom("GET", LISTENERS)
    second = await filled.phonecom("GET", LISTENERS)
    assert (first.status, first.headers["Location"]) == (302, "http://127.0.0.1:9/")
    assert (second.status, second.headers["Location"]) == (307, "/elsewhere")


async def test_a_gzip_bomb_is_small_on_the_wire(filled: Box) -> None:
    """A bomb is far smaller than what it unpacks to."""
    filled.sandbox.fault(Fault(gzip_bomb=3_000_000))
    answer = await filled.phonecom("GET", LISTENERS)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 5_000
    assert gzip.decompress(answer.body) == bytes(3_000_000)


async def test_a_delay_comes_before_the_effect(filled: Box) -> None:
    """While a request is delayed it is logged, unanswered, and nothing changed."""
    arrived = asyncio.Event()

    def delay(_record: LoggedRequest) -> Fault:
        arrived.set()
        return Fault(delay=30)

    filled.sandbox.fault(Fault(respond=delay, method="POST"))
    task = asyncio.create_task(filled.phonecom("POST", LISTENERS, json=NEW))
    await arrived.wait()
    assert filled.sandbox.requests[-1].status is None
    assert listeners(filled) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_short_delay_ends_in_the_real_answer(filled: Box) -> None:
    """A fault that only delays leaves the answer as it is."""
    filled.sandbox.fault(Fault(delay=0.001))
    answer = await filled.phonecom("POST", LISTENERS, json=NEW)
    assert (answer.status, listeners(filled)) == (201, 2)


async def test_a_callable_decides_each_time(filled: Box) -> None:
    """A callable sees the request and returns the fault to play, or None."""

    def refuse_posts(record: LoggedRequest) -> Fault | None:
        return Fault(status=503) if record.method == "POST" else None

    filled.sandbox.fault(Fault(respond=refuse_posts, times=None))
    assert (await filled.phonecom("GET", LISTENERS)).status == 200
    assert (await filled.phonecom("POST", LISTENERS, json=NEW)).status == 503


async def test_a_callable_adds_to_its_own_delay(filled: Box) -> None:
    """A delay beside a callable holds whatever the callable returns."""
    asked: list[float] = []

    def respond(record: LoggedRequest) -> Fault | None:
        asked.append(record.number)
        return Fault(status=503, delay=0.001) if len(asked) > 1 else None

    filled.sandbox.fault(Fault(respond=respond, delay=0.001, times=None))
    got = [(await filled.phonecom("GET", LISTENERS)).status for _ in range(2)]
    assert got == [200, 503]


async def test_a_callable_may_be_awaited(filled: Box) -> None:
    """A coroutine function can hold a request until a test lets it go."""
    arrived, gate = asyncio.Event(), asyncio.Event()

    async def hold(_record: LoggedRequest) -> None:
        arrived.set()
        await gate.wait()

    filled.sandbox.fault(Fault(respond=hold))
    task = asyncio.create_task(filled.phonecom("GET", LISTENERS))
    await arrived.wait()
    assert not task.done()
    gate.set()
    assert (await task).status == 200


async def test_faults_are_used_up_in_order(filled: Box) -> None:
    """The first fault that matches is played as often as it says, then the next."""
    filled.sandbox.fault(Fault(status=500, times=2))
    filled.sandbox.fault(Fault(status=503, skip=1))
    got = [(await filled.phonecom("GET", LISTENERS)).status for _ in range(5)]
    assert got == [500, 500, 200, 503, 200]


@pytest.mark.parametrize(
    "match",
    [
        {"method": "get"},
        {"service": "phonecom"},
        {"path": "/listeners"},
        {"path": re.compile(r"/listeners/\d+$")},
        {"method": "GET", "service": "phonecom", "path": "/accounts/1/"},
    ],
)
async def test_a_fault_hits_what_it_matches(filled: Box, match: dict[str, Any]) -> None:
    """A fault passes over requests that it does not match."""
    filled.sandbox.fault(Fault(status=500, **match))
    other = await filled.linq("POST", "/v3/webhook-subscriptions", json={})
    hit = await filled.phonecom("GET", f"{LISTENERS}/1001")
    again = await filled.phonecom("GET", f"{LISTENERS}/1001")
    assert [other.status, hit.status, again.status] == [400, 500, 200]


async def test_faults_can_be_cleared(filled: Box) -> None:
    """Cleared faults do not happen; one with no end ends that way."""
    filled.sandbox.fault(Fault(status=500, times=None))
    first = await filled.phonecom("GET", LISTENERS)
    filled.sandbox.clear_faults()
    second = await filled.phonecom("GET", LISTENERS)
    assert [first.status, second.status] == [500, 200]


@pytest.mark.parametrize(
    "fault", [Fault(status=503, effect=True, late=0.03), Fault(cut="after", late=0.03)]
)
async def test_a_late_effect(filled: Box, fault: Fault) -> None:
    """The state changes a while after the answer, or the end of the connection."""
    filled.sandbox.fault(fault)
    before = listeners(filled)
    with suppress(aiohttp.ClientError):
        await filled.phonecom("POST", LISTENERS, json=NEW)
    at_once = listeners(filled)
    async with asyncio.timeout(5):
        while listeners(filled) == before:
            await asyncio.sleep(0.005)
    assert at_once == before
    assert listeners(filled) == before + 1


@pytest.mark.parametrize(
    "kinds",
    [
        {"cut": "before", "redirect": "/"},
        {"gzip_bomb": 5, "retry_after": 1},
        {"cut": "after", "status": 500},
        {"status": 500, "respond": lambda _record: None},
        {"status": 503, "retry_after": 5},
        {"status": 503, "times": 0},
        {"status": 503, "skip": -1},
        {"cut": "before", "late": 1.0},
        {"status": 503, "late": 1.0},
    ],
)
def test_kinds_that_exclude_each_other_are_refused(kinds: dict[str, Any]) -> None:
    """A fault that could not happen is a ValueError when it is made."""
    with pytest.raises(ValueError, match=r"a fault|retry_after goes|late goes"):
        Fault(**kinds)
