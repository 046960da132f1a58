"""Answers that say 200 and mean something else: errors, mix-ups, other charsets."""

from __future__ import annotations

import codecs
import contextlib
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events import (
    Conflict,
    DecodeError,
    LinqClient,
    NotFound,
    PhoneComClient,
    RateLimited,
    Response,
    ResponseError,
    ServerError,
)
from phonecom_events.sandbox import Fault, Sandbox
from phonecom_events.transport.charset import in_utf_8

from .conftest import ACCOUNT, linq_client, phonecom_client, sent
from .test_secrets import CANARY, assert_clean

LISTENER = {
    "id": 7,
    "voip_id": ACCOUNT,
    "version": "2.0.0",
    "callback_id": 1,
    "created_at": 0,
}
SUBSCRIPTION = {
    "id": "s/7",
    "target_url": "https://hooks.example.org/ü",
    "subscribed_events": [],
    "is_active": True,
    "created_at": "2026-02-03T04:05:06Z",
    "updated_at": "2026-02-03T04:05:06Z",
}

PHONECOM: dict[str, Callable[[PhoneComClient], Awaitable[Any]]] = {
    "list": lambda client: client.account(ACCOUNT).listeners.list().collect(),
    "get": lambda client: client.account(ACCOUNT).listeners.get(7),
    "create": lambda client: client.account(ACCOUNT).listeners.create(callback_id=1),
    "update": lambda client: client.account(ACCOUNT).listeners.update(
        7, version="2.0.0"
    ),
    "delete": lambda client: client.account(ACCOUNT).listeners.delete(7),
}
LINQ: dict[str, Callable[[LinqClient], Awaitable[Any]]] = {
    "list": lambda client: client.webhook_subscriptions.list().collect(),
    "get": lambda client: client.webhook_subscriptions.get("s/7"),
    "create": lambda client: client.webhook_subscriptions.create(
        target_url="https://x.org", subscribed_events=["call.ended"]
    ),
    "update": lambda client: client.webhook_subscriptions.update("s/7", is_active=True),
    "delete": lambda client: client.webhook_subscriptions.delete("s/7"),
}


def phonecom_error(**named: object) -> dict[str, Any]:
    return {"@error": {"@message": "Not today", **named}}


def linq_error(**named: object) -> dict[str, Any]:
    return {"success": False, "error": {"message": "Not today", **named}}


@pytest.mark.parametrize("verb", PHONECOM)
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (phonecom_error(**{"@httpStatusCode": 404}), NotFound, 404),
        (phonecom_error(**{"@httpStatusCode": "409"}), Conflict, 409),
        (phonecom_error(**{"@httpStatusCode": 503}), ServerError, 503),
        (phonecom_error(**{"@httpStatusCode": 200}), ResponseError, 200),
        (phonecom_error(**{"@httpStatusCode": [404]}), ResponseError, 200),
        (phonecom_error(), ResponseError, 200),
        ({"@error": "Not today"}, ResponseError, 200),
        ({"error": "denied", "error_description": "Not today"}, ResponseError, 200),
        ({"success": False, "why": "Not today"}, ResponseError, 200),
        ({**LISTENER, "items": [], **phonecom_error()}, ResponseError, 200),
        (phonecom_error(x="y" * 10_000), ResponseError, 200),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_phonecoms_envelope_in_a_200_is_that_error(
    sandbox: Sandbox,
    verb: str,
    body: dict[str, Any],
    kind: type[ResponseError],
    status: int,
) -> None:
    """On every verb it is the error that it names, told once and not sent again."""
    sandbox.fault(Fault(status=200, body=body))

    async with phonecom_client(sandbox) as client:
        with pytest.raises(ResponseError, match="Not today") as raised:
            await PHONECOM[verb](client)

    assert (type(raised.value), raised.value.status) == (kind, status)
    assert "the server answers 200, but says that it did not succeed" in str(
        raised.value
    )
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize("verb", LINQ)
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (linq_error(status=404, code=2010), NotFound, 404),
        (linq_error(), ResponseError, 200),
        ({"success": False, "error": "Not today"}, ResponseError, 200),
        ({"success": False, "reason": "Not today"}, ResponseError, 200),
        ({"error": {"message": "Not today", "status": 409}}, Conflict, 409),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_linqs_envelope_in_a_200_is_that_error(
    sandbox: Sandbox,
    verb: str,
    body: dict[str, Any],
    kind: type[ResponseError],
    status: int,
) -> None:
    """It is so at Linq, too."""
    sandbox.fault(Fault(status=200, body=body))

    async with linq_client(sandbox) as client:
        with pytest.raises(ResponseError, match="Not today") as raised:
            await LINQ[verb](client)

    assert (type(raised.value), raised.value.status) == (kind, status)
    assert len(sandbox.requests) == 1


async def test_a_hint_in_a_200_is_kept(sandbox: Sandbox) -> None:
    """All that the envelope says is in the error, as from any other answer."""
    limit = {"@rateLimit": {"Retry-After": 11}, "@httpStatusCode": 429}
    sandbox.fault(Fault(status=200, body=phonecom_error(**limit)))

    async with phonecom_client(sandbox) as client:
        with pytest.raises(RateLimited) as raised:
            await PHONECOM["get"](client)

    assert raised.value.retry_after == 11


@pytest.mark.parametrize(
    "beside",
    [
        {"@error": None},
        {"@error": []},
        {"error": ""},
        {"success": True},
        {"version": "error"},
        {"note": "no error here"},
    ],
    ids=str,
)
@pytest.mark.parametrize("verb", ["get", "update", "delete"])
async def test_what_is_no_error(
    sandbox: Sandbox, verb: str, beside: dict[str, Any]
) -> None:
    """An answer that speaks of errors, and reports none, is read as what it is."""
    sandbox.fault(Fault(status=200, body={**LISTENER, **beside}))

    async with phonecom_client(sandbox) as client:
        await PHONECOM[verb](client)


async def test_a_quoted_token_is_masked(sandbox: Sandbox) -> None:
    """A 200 with an error in it that quotes the request does not show its token."""
    for padding in ("", "x" * 10_000):
        words = {"@message": f"Authorization: Bearer {CANARY} {padding}"}
        sandbox.fault(Fault(status=200, body={"@error": words}))
        async with phonecom_client(sandbox) as client:
            with pytest.raises(ResponseError) as raised:
                await PHONECOM["get"](client)
        assert "Bearer ***" in str(raised.value)
        assert_clean(raised.value)


@pytest.mark.parametrize("verb", ["get", "update", "delete"])
async def test_an_answer_about_another_listener(sandbox: Sandbox, verb: str) -> None:
    """What a cache or proxy mixed up is refused, and both ids are named."""
    sandbox.fault(Fault(status=200, body={**LISTENER, "id": 8}))

    async with phonecom_client(sandbox) as client:
        with pytest.raises(DecodeError, match="about 8, and not about '7'") as raised:
            await PHONECOM[verb](client)

    assert raised.value.path == "$.id"
    assert raised.value.problems == ("expected 7, got 8 @ $.id",)
    assert ("look what became of 7" in str(raised.value)) is (verb != "get")
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize("verb", ["get", "update", "delete"])
@pytest.mark.parametrize(
    ("got", "same"), [("s/8", False), ("S/7", True), ("s/7", True)]
)
async def test_an_answer_about_another_subscription(
    sandbox: Sandbox, verb: str, got: str, *, same: bool
) -> None:
    """Linq's ids are text, in which case alone makes no other id."""
    sandbox.fault(Fault(status=200, body={**SUBSCRIPTION, "id": got}))

    async with linq_client(sandbox) as client:
        if same:
            await LINQ[verb](client)
            return
        with pytest.raises(DecodeError, match="about 's/8', and not about 's/7'"):
            await LINQ[verb](client)


@pytest.mark.parametrize(
    ("charset", "named"),
    [
        ("utf-8-sig", None),
        ("utf-8-sig", "utf-8"),
        ("utf-8", "iso-8859-1"),
        ("utf-8", "no-such-charset"),
        ("utf-8", "us-ascii"),
        ("utf-16", None),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-le", None),
        ("utf-16-be", None),
        ("utf-32", None),
        ("iso-8859-1", "ISO-8859-1"),
        ("iso-8859-1", '"latin1"'),
        ("cp1252", "windows-1252"),
        ("utf-8", None),
    ],
)
@pytest.mark.parametrize("media", ["application/json", "text/html"])
async def test_charsets(
    sandbox: Sandbox, charset: str, named: str | None, media: str
) -> None:
    """JSON in any charset that can be told is read, whatever type it is said to be."""
    text = json.dumps(SUBSCRIPTION, ensure_ascii=False)
    content_type = media if named is None else f"{media}; charset={named}"
    sandbox.fault(
        Fault(status=200, body=text.encode(charset), content_type=content_type)
    )

    async with linq_client(sandbox) as client:
        got = await client.webhook_subscriptions.get("s/7")

    assert got.target_url == "https://hooks.example.org/ü"


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("no-such-charset", "neither in UTF-8 nor in a charset that its Content-Type"),
        ("idna", "neither in UTF-8"),
        ("hex", "neither in UTF-8"),
        ("utf-8", "not JSON: .*utf-8"),
    ],
)
async def test_charsets_that_are_refused(
    sandbox: Sandbox, named: str, words: str
) -> None:
    """What cannot be told is refused with a sentence, not read as something else."""
    text = json.dumps(SUBSCRIPTION, ensure_ascii=False).encode("iso-8859-1")
    content_type = f"application/json; charset={named}"
    sandbox.fault(Fault(status=200, body=text, content_type=content_type))

    async with linq_client(sandbox) as client:
        with pytest.raises(DecodeError, match=words):
            await client.webhook_subscriptions.get("s/7")


async def test_the_words_of_an_error_in_another_charset(sandbox: Sandbox) -> None:
    """Error pages are read by their charset, too, and never refused for it."""
    for named, said in (("iso-8859-1", "für"), ("no-such-charset", "f�r")):
        content_type = f"text/plain; charset={named}"
        body = "nichts für dich".encode("iso-8859-1")
        sandbox.fault(Fault(status=404, body=body, content_type=content_type))
        async with linq_client(sandbox) as client:
            with pytest.raises(NotFound, match=said):
                await client.webhook_subscriptions.get("s/7")


async def test_a_mark_before_a_listing(sandbox: Sandbox) -> None:
    """A byte order mark before Phone.com's JSON is passed over."""
    body = codecs.BOM_UTF8 + json.dumps({"items": [LISTENER]}).encode()
    sandbox.fault(Fault(status=200, body=body))

    async with phonecom_client(sandbox) as client:
        page = await client.account(ACCOUNT).listeners.list()

    assert [listener.id for listener in page] == [7]


@given(
    st.binary(),
    st.text()
    | st.text().map("text/plain; charset={}".format)
    | st.sampled_from(["utf-16", "utf-7", "cp037"]).map("x/y;charset={}".format),
)
def test_any_bytes_are_converted_or_refused(body: bytes, content_type: str) -> None:
    """Nothing but a DecodeError comes of bytes that are no text."""
    with contextlib.suppress(DecodeError):
        assert isinstance(in_utf_8(body, content_type), bytes)


@given(st.text())
def test_utf_8_stays_what_it_is(text: str) -> None:
    """UTF-8 is not changed, but for a byte order mark, whatever charset is named."""
    body = ('{"' + text).encode()

    for charset in ("", "utf-8", "latin-1", "cp1252", "x"):
        content_type = f"application/json; charset={charset}"
        assert in_utf_8(body, content_type) == body
        assert in_utf_8(codecs.BOM_UTF8 + body, content_type) == body


@pytest.mark.parametrize(
    ("header", "date"),
    [
        ("Tue, 03 Feb 2026 04:05:06 GMT", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("Tue, 03 Feb 2026 05:05:06 +0100", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("Tue, 03 Feb 2026 04:05:06 -0000", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("yesterday", None),
        ("Tue, 03 Feb 99999 04:05:06 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_the_servers_clock(header: str | None, date: datetime | None) -> None:
    """The Date header of an answer is an aware time in UTC, or None."""
    headers = {} if header is None else {"date": header}

    assert Response(status=200, headers=headers).date == date


async def test_the_clock_of_a_real_answer(sandbox: Sandbox) -> None:
    """A page tells the server's time by its response."""
    async with phonecom_client(sandbox) as client:
        page = await client.account(ACCOUNT).listeners.list()

    assert page.response is not None
    assert page.response.date is not None
    assert abs((datetime.now(UTC) - page.response.date).total_seconds()) < 60
    assert sent(sandbox) == [("GET", 200)]
