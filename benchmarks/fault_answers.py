"""Faults of answers: statuses, heads and lengths."""

from __future__ import annotations

import asyncio
import json

from .fault import (
    ALL_FINE,
    BROKEN,
    LOST,
    Expected,
    Faults,
    Script,
    Talk,
    always,
)

_PAUSE = 0.02
_EITHER = Expected(safe="fine|ConnectionLost", unsafe="fine|OutcomeUnknown")


def answer(body: bytes = b"", status: str = "", **head: str) -> Script:
    """Give an answer, and go on with the connection."""

    async def script(talk: Talk) -> None:
        await talk.answer(body, status, **head)

    return script


def last(data: bytes) -> Script:
    """Say *data*, then close."""

    async def script(talk: Talk) -> None:
        await talk.say(data)
        await asyncio.sleep(_PAUSE)
        await talk.close()

    return script


def around(before: bytes, after: bytes = b"") -> Script:
    """Say something before and after the right answer."""

    async def script(talk: Talk) -> None:
        await talk.say(before + talk.answered() + after)

    return script


async def echo(talk: Talk) -> None:
    """Answer as a debug page does, with all that was sent."""
    page = b"<pre>" + talk.head + talk.body + b"</pre>"
    await talk.answer(page, "500 Oops", Content_Type="text/html")


async def echo_as_json(talk: Talk) -> None:
    """Refuse what was sent by quoting it."""
    words = (talk.head + talk.body).decode()
    await talk.answer(
        json.dumps({"message": words, "errors": {"config": [words]}}).encode(),
        "422 Unprocessable Entity",
    )


async def early(talk: Talk) -> None:
    """Refuse a body that is not read at all."""
    await talk.answer(b"{}", "413 Too Large", Connection="close")
    await talk.close()


async def until_close(talk: Talk) -> None:
    """Answer as HTTP/1.0 does: the end of the connection is that of the body."""
    await talk.say(b"HTTP/1.0 200 OK\r\n\r\n" + talk.good)
    await talk.close()


async def trailed(talk: Talk) -> None:
    """Answer twice where one answer is asked for."""
    await talk.say(talk.answered() + talk.answered(b'{"id": 666}'))


async def unasked(talk: Talk) -> None:
    """Give an answer that nobody asked for, on the idle connection."""
    stale = {"id": 666, "voip_id": 1, "config": {"url": "https://x.y"}}
    await talk.answer(json.dumps(stale).encode(), "200 OK")


async def idle_408(talk: Talk) -> None:
    """Say that no request came, as gateways do before they close."""
    await talk.say(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
    await talk.close()


def statuses(faults: Faults) -> None:
    """Add answers that are not 2xx, and some that ought not to be."""
    add = faults.add
    faults.group = "status"
    for status in ("500 Oops", "502 Bad Gateway", "503 Busy", "504 Late", "599 None"):
        html = b"<html><h1>cannot be shown</h1>"
        script = answer(html, status, Content_Type="text/html")
        add(status[:3], status, BROKEN, script=script, fast=True)
    add(
        "500-echo", "500, a page with all that was sent", BROKEN, script=echo, fast=True
    )
    add(
        "500-cut",
        "500, and a cut body",
        BROKEN,
        script=last(b"HTTP/1.1 500 Oops\r\nContent-Length: 99\r\n\r\n<htm"),
    )
    add(
        "503-hint",
        "503, again in 0.01 s",
        BROKEN,
        script=answer(b"{}", "503 Busy", Retry_After="0.01"),
    )
    add(
        "408",
        "408",
        Expected(safe="ResponseError", unsafe="OutcomeUnknown"),
        script=answer(b"{}", "408 Late"),
        fast=True,
    )
    hint = answer(b"{}", "429 Slow", Retry_After="0.01")
    add(
        "429",
        "429, again in 0.01 s",
        always("RateLimited"),
        script=hint,
        refuses=True,
        fast=True,
    )
    for name, text in (
        ("later", "86400"),
        ("never", "9" * 40),
        ("year-9999", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("soon-nonsense", "soon"),
        ("negative", "-1"),
    ):
        add(
            f"429-{name}",
            f"429, Retry-After: {text[:20]}",
            always("RateLimited"),
            script=answer(b"{}", "429 Slow", Retry_After=text),
            refuses=True,
            fast=name == "later",
        )
    for status, name in (
        ("400 Bad", "BadRequest"),
        ("401 Who", "Unauthorized"),
        ("403 No", "Forbidden"),
        ("404 Where", "NotFound"),
        ("409 Conflict", "Conflict"),
        ("418 Teapot", "ResponseError"),
    ):
        script = answer(b'{"message": "no"}', status)
        add(status[:3], status, always(name), script=script, fast=True)
    add(
        "422-echo",
        "422 that quotes all that was sent",
        always("ValidationFailed"),
        script=echo_as_json,
        fast=True,
    )
    add(
        "413-early",
        "413 before the body is read, then closed",
        Expected(
            safe="ResponseError|ConnectionLost", unsafe="ResponseError|OutcomeUnknown"
        ),
        midway=early,
    )
    add(
        "2xx-error",
        "200, with an error envelope",
        always("ResponseError"),
        script=answer(b'{"@error": {"@message": "no"}}'),
    )
    add(
        "101",
        "101 Switching Protocols, then noise",
        Expected(
            safe="ResponseError|ConnectionLost", unsafe="ResponseError|OutcomeUnknown"
        ),
        script=last(
            b"HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nnoise"
        ),
    )
    faults.group = "redirect"
    for status in ("301 Moved", "302 Found", "303 See", "307 There", "308 There"):
        script = answer(b"{}", status, Location="http://localhost:9/")
        add(
            status[:3],
            status,
            always("Redirected"),
            script=script,
            fast=True,
        )
    add(
        "302-nowhere",
        "302 without a Location",
        always("Redirected"),
        script=answer(b"{}", "302 Found"),
    )
    add(
        "304",
        "304, to nobody's condition",
        always("Redirected"),
        script=answer_bytes(b"HTTP/1.1 304 Same\r\n\r\n"),
    )


def heads(faults: Faults) -> None:
    """Add answers whose heads are wrong, or unusual."""
    add = faults.add
    faults.group = "head"
    ok = b"HTTP/1.1 200 OK\r\n"
    for name, what, data in (
        ("not-http", "another protocol", b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        ("no-status", "a status that is no number", b"HTTP/1.1 abc OK\r\n\r\n"),
        ("http-9", "version 9.9 of HTTP", b"HTTP/9.9 200 OK\r\n\r\n{}"),
        ("binary", "noise", bytes(range(256)) + b"\r\n\r\n"),
        ("no-colon", "a header without a colon", ok + b"Content\r\n\r\n{}"),
        ("bad-name", "a header's name with a space", ok + b"A b: c\r\n\r\n{}"),
        ("nul", "a NUL in a header", ok + b"A: b\0c\r\n\r\n{}"),
        ("huge-header", "a header of 1 MB", ok + b"A: " + b"b" * 10**6 + b"\r\n\r\n{}"),
        ("many-headers", "50,000 headers", ok + b"A: b\r\n" * 50_000 + b"\r\n{}"),
    ):
        lost = (
            Expected(
                safe="ConnectionLost|DecodeError",
                unsafe="OutcomeUnknown|DecodeError|fine",
                delete="ConnectionLost|DecodeError|fine",
            )
            if name in {"http-9", "nul"}  # which earlier parsers let pass
            else LOST
        )
        add(name, what, lost, script=last(data), fast=name == "not-http")
    add(
        "continue",
        "100 Continue first",
        ALL_FINE,
        script=around(b"HTTP/1.1 100 Continue\r\n\r\n"),
        fast=True,
    )
    add(
        "early-hints",
        "103 Early Hints first",
        ALL_FINE,
        script=around(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    )
    add(
        "http-1.0",
        "HTTP/1.0, until the connection ends",
        ALL_FINE,
        script=until_close,
        fast=True,
    )
    add(
        "close",
        "Connection: close, and it stays open",
        ALL_FINE,
        script=answer(Connection="close"),
    )
    add(
        "lf",
        "line feeds alone",
        Expected(
            safe="DecodeError|ConnectionLost",
            unsafe="DecodeError|OutcomeUnknown",
            delete="fine|ConnectionLost",
        ),
        script=answer_bytes(b"HTTP/1.1 204 None\nA: b\n\n"),
    )
    faults.group = "length"
    for name, what, head in (
        ("length-negative", "a negative length", b"Content-Length: -1\r\n"),
        ("length-nonsense", "a length that is no number", b"Content-Length: x\r\n"),
        ("length-twice", "two lengths", b"Content-Length: 2\r\nContent-Length: 3\r\n"),
        ("length-vast", "2⁷⁰ as the length", b"Content-Length: %d\r\n" % 2**70),
        (
            "length-chunked",
            "a length, and chunks too",
            b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        ),
    ):
        add(name, what, LOST, script=last(ok + head + b"\r\n{}"))
    add(
        "longer",
        "a body longer than its length",
        _EITHER,
        script=around(b"", b"and more of it"),
        fast=True,
    )
    add("twice", "two answers to one request", _EITHER, script=trailed, fast=True)
    add(
        "204-body",
        "204, and a body all the same",
        Expected(
            safe="DecodeError|ConnectionLost",
            unsafe="DecodeError|OutcomeUnknown",
            delete="fine|ConnectionLost",
        ),
        script=last(b"HTTP/1.1 204 None\r\nContent-Length: 2\r\n\r\n{}"),
    )
    faults.group = "keep-alive"
    add(
        "idle-408",
        "408 on the idle connection, then closed",
        ALL_FINE,
        script=idle_408,
        warm=True,
        fast=True,
    )
    add(
        "idle-answer",
        "an answer on the idle connection that nobody asked for",
        _EITHER,
        script=unasked,
        warm=True,
        fast=True,
    )


def answer_bytes(data: bytes) -> Script:
    """Say *data*, and go on with the connection."""

    async def script(talk: Talk) -> None:
        await talk.say(data)

    return script
