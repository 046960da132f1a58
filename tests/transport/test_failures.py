"""Failures of aiohttp and the system, as ours: was anything sent, or not?"""

from __future__ import annotations

import asyncio
import errno
import inspect
import os
import socket
import ssl
from typing import Any

import aiohttp
import pytest

from phonecom_events.errors import (
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    InvalidArgument,
    PhonecomEventsError,
    ProxyFailed,
    RequestTimedOut,
)
from phonecom_events.http import Request
from phonecom_events.transport.failures import translate

GET = Request(method="GET", url="https://api.example.org/items", path="/items")
CLIENT_ERRORS = [
    kind
    for _, kind in inspect.getmembers(aiohttp.client_exceptions, inspect.isclass)
    if issubclass(kind, aiohttp.ClientError)
]


def bare(kind: type[BaseException]) -> BaseException:
    """Make an instance whose constructor is not run."""
    return kind.__new__(kind)


@pytest.mark.parametrize("kind", CLIENT_ERRORS, ids=lambda kind: kind.__name__)
def test_no_error_of_aiohttp_escapes(kind: type[aiohttp.ClientError]) -> None:
    """Every client exception that aiohttp has becomes one of ours."""
    assert isinstance(translate(bare(kind), GET), PhonecomEventsError)


def test_walk_finds_the_exceptions() -> None:
    """The walk over aiohttp's exceptions finds those that are known to exist."""
    assert {aiohttp.ClientOSError, aiohttp.ClientPayloadError} < set(CLIENT_ERRORS)


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        (aiohttp.InvalidURL, InvalidArgument),
        (aiohttp.ClientConnectorError, ConnectFailed),
        (aiohttp.ClientConnectorDNSError, ConnectFailed),
        (aiohttp.ClientConnectorSSLError, ConnectFailed),
        (aiohttp.ClientConnectorCertificateError, ConnectFailed),
        (aiohttp.ClientProxyConnectionError, ProxyFailed),
        (aiohttp.ClientHttpProxyError, ProxyFailed),
        (aiohttp.ServerFingerprintMismatch, ConnectFailed),
        (aiohttp.ConnectionTimeoutError, ConnectTimeout),
        (aiohttp.SocketTimeoutError, RequestTimedOut),
        (aiohttp.ServerTimeoutError, RequestTimedOut),
        (TimeoutError, RequestTimedOut),
        (aiohttp.ServerDisconnectedError, ConnectionLost),
        (aiohttp.ClientOSError, ConnectionLost),
        (aiohttp.ClientPayloadError, ConnectionLost),
        (aiohttp.ClientConnectionError, ConnectionLost),
        (ConnectionResetError, ConnectionLost),
    ],
)
def test_meaning(kind: type[BaseException], ours: type[PhonecomEventsError]) -> None:
    """A failure before sending is told from one after, and each has its class."""
    assert type(translate(bare(kind), GET)) is ours


@pytest.mark.parametrize("kind", [asyncio.CancelledError, KeyboardInterrupt, TypeError])
def test_what_is_no_failure_of_sending(kind: type[BaseException]) -> None:
    """Cancels and mistakes in code are not translated."""
    assert translate(kind(), GET) is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)), "refused"),
        (socket.gaierror(socket.EAI_NONAME, "Name not known"), "no address was found"),
        (ssl.SSLCertVerificationError(1, "x"), "cannot be verified"),
    ],
)
def test_reason(error: OSError, words: str) -> None:
    """The message says in the system's words why no connection was made."""
    outer: Any = bare(aiohttp.ClientConnectorError)
    outer._os_error = error
    if isinstance(error, ssl.SSLCertVerificationError):
        error.verify_message = "self-signed"

    assert words in str(translate(outer, GET))
