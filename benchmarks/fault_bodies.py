"""Faults of bodies: what they hold, how they are chunked and compressed."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from typing import Any

from .fault import (
    ALL_FINE,
    LOST,
    UNREADABLE,
    UNREADABLE_BUT_DELETED,
    Expected,
    Faults,
    Script,
    Talk,
)
from .fault_answers import answer, answer_bytes

_PAUSE = 0.02
_TOO_LARGE = 33 << 20


def chunked(template: bytes) -> Script:
    """Give the right body by *template*, which says where and how long it is."""

    async def script(talk: Talk) -> None:
        body = template.replace(b"BODY", talk.good)
        body = body.replace(b"SIZE", b"%x" % len(talk.good))
        await talk.answer(body, Content_Length="", Transfer_Encoding="chunked")
        if not body.endswith(b"\r\n\r\n"):
            await asyncio.sleep(_PAUSE)
            await talk.close()

    return script


async def huge(talk: Talk) -> None:
    """Answer with more than anybody wants."""
    await talk.answer(b" " * _TOO_LARGE)


async def endless(talk: Talk) -> None:
    """Answer with chunks, without end and without a pause."""
    await talk.answer(b"1\r\n \r\n", Content_Length="", Transfer_Encoding="chunked")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    while True:
        await talk.say(chunk)


def bodies(faults: Faults) -> None:
    """Add bodies that are not what is documented."""
    add = faults.add
    faults.group = "body"
    for name, what, body in (
        ("html", "a page", b"<html>welcome</html>"),
        ("text", "words", b"OK"),
        ("half-json", "half a document", b'{"id": 7, "voip_id"'),
        ("two-json", "two documents", b'{"id": 7} {"id": 7}'),
        ("array", "a list", b'[{"id": 7}]'),
        ("deep", "100,000 brackets", b"[" * 100_000),
        ("nan", "NaN", b'{"id": NaN}'),
        ("latin", "no UTF-8", b'{"id": "\xff\xfe"}'),
        ("wrong-types", "an id that is a word", b'{"id": {}, "voip_id": "x"}'),
        ("vast-number", "an id of 4,000 digits", b'{"id": ' + b"9" * 4000 + b"}"),
    ):
        expected = UNREADABLE
        if name in {"wrong-types", "vast-number"}:
            expected = Expected(
                safe="DecodeError", unsafe="DecodeError", delete="DecodeError|fine"
            )
        add(name, what, expected, script=answer(body), fast=name in {"html", "deep"})
    other = b'{"id": 8, "voip_id": 1, "config": {"url": "https://x.y"}}'
    # Whatever id a create gives is a new one.
    add(
        "other-id",
        "about another row than was asked for",
        Expected(safe="DecodeError", unsafe="DecodeError|fine"),
        script=answer(other),
    )
    for name, status in (("200-empty", "200 OK"), ("204-empty", "204 None")):
        add(
            name,
            f"{status[:3]}, and no body",
            UNREADABLE_BUT_DELETED,
            script=empty(status),
            fast=name == "204-empty",
        )
    add("33-mb", "33 MB", UNREADABLE, script=huge)
    add("endless", "chunks without an end", UNREADABLE, script=endless)
    faults.group = "chunks"
    for name, what, expected, template in (
        ("chunks", "as documented", ALL_FINE, b"SIZE\r\nBODY\r\n0\r\n\r\n"),
        ("trailers", "trailers", ALL_FINE, b"SIZE\r\nBODY\r\n0\r\nA: b\r\n\r\n"),
        ("extensions", "extensions", ALL_FINE, b"SIZE;a=b\r\nBODY\r\n0\r\n\r\n"),
        ("chunk-unended", "no last chunk", LOST, b"SIZE\r\nBODY\r\n"),
        ("chunk-size", "a size that is no number", LOST, b"zz\r\nBODY\r\n0\r\n\r\n"),
        ("chunk-short", "a chunk longer than said", LOST, b"2\r\nBODY\r\n0\r\n\r\n"),
        ("chunk-vast", "2⁷⁶ as a size", LOST, b"f" * 19 + b"\r\nBODY\r\n0\r\n\r\n"),
    ):
        add(
            name,
            what,
            expected,
            script=chunked(template),
            fast=name in {"trailers", "chunk-unended"},
        )
    faults.group = "compression"
    for name, what, expected, pack, coding in packed():
        add(
            name,
            what,
            expected,
            script=compressed(pack, coding),
            fast=name in {"gzip-cut", "gzip-bomb"},
        )


def packed() -> Any:
    """Give name, words, what is expected, how to pack, and the coding."""
    return (
        ("gzip", "as asked for", ALL_FINE, gzip.compress, "gzip"),
        (
            "gzip-members",
            "in two members",
            ALL_FINE,
            lambda b: gzip.compress(b[:9]) + gzip.compress(b[9:]),
            "gzip",
        ),
        (
            "gzip-cut",
            "the last bytes missing",
            LOST,
            lambda b: gzip.compress(b)[:-9],
            "gzip",
        ),
        (
            "gzip-damaged",
            "a byte changed",
            UNREADABLE,
            lambda b: gzip.compress(b)[:12] + b"\xff\xff\xff" + gzip.compress(b)[15:],
            "gzip",
        ),
        ("gzip-none", "it is not compressed", UNREADABLE, bytes, "gzip"),
        (
            "gzip-twice",
            "twice",
            UNREADABLE,
            lambda b: gzip.compress(gzip.compress(b)),
            "gzip, gzip",
        ),
        (
            "gzip-bomb",
            "64 MB of spaces",
            UNREADABLE,
            lambda _: gzip.compress(b" " * (64 << 20), 1),
            "gzip",
        ),
        (
            "gzip-more",
            "noise behind it",
            UNREADABLE,
            lambda b: gzip.compress(b) + b"noise",
            "gzip",
        ),
        (
            "deflate",
            "deflate, which was not asked for",
            UNREADABLE,
            zlib.compress,
            "deflate",
        ),
        ("br", "br, which was not asked for", UNREADABLE, bytes, "br"),
    )


def compressed(pack: Any, coding: str) -> Script:
    """Give the right answer, packed."""

    async def script(talk: Talk) -> None:
        await talk.answer(pack(talk.good), Content_Encoding=coding)

    return script


def empty(status: str) -> Script:
    """Answer without a body."""
    return answer_bytes(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
