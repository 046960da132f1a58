"""Faults of connections: connecting, TLS, proxies, what is cut, and what stalls."""

from __future__ import annotations

import asyncio
import itertools

from .fault import (
    FINE,
    LATE,
    LOST,
    UNCONNECTED,
    Expected,
    Faults,
    Script,
    Talk,
    always,
)

_DRIP = 0.02
_TIMED_OUT = always("ConnectTimeout|DeadlineExceeded")
_PROXY_FAILED = always("ProxyFailed")
# It hangs on the moment whether anything was sent before the end was seen.
_UNREAD = Expected(
    safe="ConnectFailed|ConnectionLost", unsafe="ConnectFailed|OutcomeUnknown"
)
# What went out on a kept connection as the server closed it, may have arrived.
_RACE = Expected(safe=FINE, unsafe="OutcomeUnknown|fine")


async def stall(_: Talk) -> None:
    """Say nothing more, and keep the connection open."""
    await asyncio.Event().wait()


async def close(talk: Talk) -> None:
    """Close in order."""
    await talk.close()


async def reset(talk: Talk) -> None:
    """Close by a reset."""
    talk.reset()


def cut(data: bytes, *, then: Script) -> Script:
    """Say *data*, and do *then* once it is on its way."""

    async def script(talk: Talk) -> None:
        await talk.say(data)
        await asyncio.sleep(_DRIP)
        await then(talk)

    return script


def begun(share: float, *, then: Script) -> Script:
    """Say so much of the right answer, and do *then*."""

    async def script(talk: Talk) -> None:
        whole = talk.answered()
        head_size = whole.index(b"\r\n\r\n") + 4
        body_size = len(whole) - head_size
        await talk.say(whole[: head_size + int(share * body_size)])
        await asyncio.sleep(_DRIP)
        await then(talk)

    return script


def drip(data: bytes) -> Script:
    """Say *data* over and over, each time after a pause."""

    async def script(talk: Talk) -> None:
        for _ in itertools.repeat(None):
            await talk.say(data)
            await asyncio.sleep(_DRIP)

    return script


async def drip_body(talk: Talk) -> None:
    """Say the right answer, a byte at a time."""
    for byte in talk.answered(Content_Length="100000"):
        await talk.say(bytes([byte]))
        await asyncio.sleep(_DRIP)


def connecting(faults: Faults) -> None:
    """Add what goes wrong before anything is sent."""
    add = faults.add
    faults.group = "connect"
    add("refused", "nobody listens", UNCONNECTED, listens="never", fast=True)
    add("full", "the queue is full", _TIMED_OUT, listens="full", stalls=True)
    add(
        "unknown-host",
        "the host has no address",
        always("ConnectFailed|ConnectTimeout|DeadlineExceeded"),
        listens="never",
        scheme="https",
        host="no-such-host.invalid",
        stalls=True,
    )
    faults.group = "TLS"
    junk = b"\x15\x03\x01\x00\x02\x02\x28" * 9
    for name, what, script in (
        ("tls-garbage", "noise instead of a handshake", cut(b"\0" * 99, then=close)),
        ("tls-alert", "alerts instead of a handshake", cut(junk, then=close)),
        (
            "tls-plain",
            "plain HTTP at that port",
            cut(b"HTTP/1.1 400 Bad Request\r\n\r\n", then=close),
        ),
        ("tls-closed", "closed in the handshake", close),
        ("tls-reset", "reset in the handshake", reset),
    ):
        add(name, what, UNCONNECTED, opening=script, scheme="https", fast=True)
    add(
        "tls-stalls",
        "no answer to the handshake",
        _TIMED_OUT,
        opening=stall,
        scheme="https",
        stalls=True,
    )
    for certificate in ("untrusted", "other host", "expired"):
        add(
            f"tls-{certificate.replace(' ', '-')}",
            f"a certificate that is {certificate}",
            UNCONNECTED,
            certificate=certificate,
            scheme="https",
        )
    faults.group = "proxy"
    for name, what, answer in (
        ("proxy-407", "wants a password", b"HTTP/1.1 407 No\r\n\r\n"),
        ("proxy-502", "cannot reach the server", b"HTTP/1.1 502 No\r\n\r\n"),
        ("proxy-garbage", "does not speak HTTP", b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        ("proxy-closes", "hangs up in CONNECT", b""),
    ):
        script = cut(answer, then=close)
        add(name, what, _PROXY_FAILED, opening=script, scheme="https", proxy=True)
    add(
        "proxy-stalls",
        "never answers CONNECT",
        always("ConnectTimeout|DeadlineExceeded|ProxyFailed"),
        opening=stall,
        scheme="https",
        proxy=True,
        stalls=True,
    )


def cutting(faults: Faults) -> None:
    """Add connections that end at each stage of an exchange."""
    add = faults.add
    faults.group = "cut"
    add("accept-closed", "closed when made", _UNREAD, opening=close)
    add("accept-reset", "reset when made", _UNREAD, opening=reset, fast=True)
    add("head-closed", "closed before the body was read", LOST, midway=close)
    add("head-reset", "reset before the body was read", LOST, midway=reset, fast=True)
    add("request-closed", "closed instead of an answer", LOST, script=close, fast=True)
    add("request-reset", "reset instead of an answer", LOST, script=reset, fast=True)
    for name, what, data in (
        ("status", "in the status line", b"HTTP/1.1 20"),
        ("headers", "in a header", b"HTTP/1.1 200 OK\r\nContent-Le"),
        ("continue", "after 100 Continue", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ):
        for end in (close, reset):
            how = "closed" if end is close else "reset"
            script = cut(data, then=end)
            add(f"{name}-{how}", f"{how} {what}", LOST, script=script)
    for share, where in ((0.0, "before"), (0.5, "within"), (0.99, "a byte before end")):
        for end in (close, reset):
            how = "closed" if end is close else "reset"
            add(
                f"body-{where.split(maxsplit=1)[0]}-{how}",
                f"{how} {where} the body",
                LOST,
                script=begun(share, then=end),
                fast=share == 0.5,
            )
    add(
        "tls-body-cut",
        "TLS, cut within the body without notice",
        LOST,
        script=begun(0.5, then=reset),
        scheme="https",
        certificate="good",
    )
    faults.group = "keep-alive"
    add(
        "idle-closed",
        "the server closes the idle connection",
        always(FINE),
        script=close,
        warm=True,
        fast=True,
    )
    add(
        "idle-reset",
        "the server resets the idle connection",
        always(FINE),
        script=reset,
        warm=True,
    )
    add(
        "kept-closed",
        "the kept connection is closed as the next request comes",
        _RACE,
        again=close,
        warm=True,
        fast=True,
    )
    add(
        "kept-reset",
        "the kept connection is reset as the next request comes",
        _RACE,
        again=reset,
        warm=True,
    )


def stalling(faults: Faults) -> None:
    """Add what takes longer than anybody waits."""
    faults.group = "stall"
    for name, what, script in (
        ("silence", "no answer", stall),
        ("status-stalls", "half a status line", cut(b"HTTP/1.1 2", then=stall)),
        (
            "headers-stall",
            "half the headers",
            cut(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n", then=stall),
        ),
        ("body-stalls", "half the body", begun(0.5, then=stall)),
        ("body-never", "no byte of the body", begun(0.0, then=stall)),
        (
            "continue-stalls",
            "100 Continue, then nothing",
            cut(b"HTTP/1.1 100 Continue\r\n\r\n", then=stall),
        ),
        ("drip-body", "a byte of the answer now and then", drip_body),
        (
            "drip-continue",
            "100 Continue for ever",
            drip(b"HTTP/1.1 100 Continue\r\n\r\n"),
        ),
        ("drip-chunks", "chunks for ever", drip_chunks),
        ("drip-headers", "headers for ever", drip_headers),
    ):
        faults.add(
            name, what, LATE, script=script, stalls=True, fast=name == "body-stalls"
        )


async def drip_headers(talk: Talk) -> None:
    """Say headers, one at a time."""
    await talk.say(b"HTTP/1.1 200 OK\r\n")
    await drip(b"X-Padding: none\r\n")(talk)


async def drip_chunks(talk: Talk) -> None:
    """Say chunks of spaces, one at a time."""
    await talk.answer(b"1\r\n \r\n", Content_Length="", Transfer_Encoding="chunked")
    await drip(b"1\r\n \r\n")(talk)
