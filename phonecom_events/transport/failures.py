"""What each failure of aiohttp or the system means: was anything sent, or not?

The table is searched from the top, so a class stands before its bases. Only the
kind of a failure and the system's words are kept: aiohttp's own messages and
attributes may hold the whole URL or the request's headers.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable
from typing import Final

import aiohttp

from ..errors import (
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    InvalidArgument,
    PhonecomEventsError,
    RequestTimedOut,
    SessionClosed,
)
from ..http import Request


def _connect_failed(error: BaseException, where: str) -> PhonecomEventsError:
    return ConnectFailed(f"cannot connect for {where}: {_reason(error)}")


def _connect_timeout(_: BaseException, where: str) -> PhonecomEventsError:
    return ConnectTimeout(f"cannot connect for {where}: no connection in time")


def _invalid_url(_: BaseException, where: str) -> PhonecomEventsError:
    return InvalidArgument(f"the URL for {where} is not valid; check the base URL")


def _timed_out(_: BaseException, where: str) -> PhonecomEventsError:
    return RequestTimedOut(f"{where} was sent, but no whole answer came in time")


def _lost(error: BaseException, where: str) -> PhonecomEventsError:
    return ConnectionLost(
        f"the connection was lost before the whole answer to {where}: {_reason(error)}"
    )


# A failure to connect is any before the request's first byte; what comes after may
# have taken effect. TimeoutError stands below the connect timeout, which is one.
_FAILURES: Final[
    tuple[
        tuple[type[BaseException], Callable[[BaseException, str], PhonecomEventsError]],
        ...,
    ]
] = (
    (aiohttp.InvalidURL, _invalid_url),
    (UnicodeError, _invalid_url),
    (aiohttp.ConnectionTimeoutError, _connect_timeout),
    (aiohttp.ClientConnectorError, _connect_failed),
    (aiohttp.ClientSSLError, _connect_failed),
    (aiohttp.ClientConnectorCertificateError, _connect_failed),
    (aiohttp.ClientHttpProxyError, _connect_failed),
    (aiohttp.ServerFingerprintMismatch, _connect_failed),
    (TimeoutError, _timed_out),
    (aiohttp.ClientError, _lost),
    (OSError, _lost),
)


def translate(error: BaseException, where: str) -> PhonecomEventsError | None:
    """Turn a failure of aiohttp or the system into ours; None for any other.

    Args:
        error: what was caught.
        where: method and path, for the message.
    """
    for kind, build in _FAILURES:
        if isinstance(error, kind):
            return build(error, where)
    return None


def closed_during(request: Request) -> SessionClosed:
    """Report that the client was closed while *request* was under way."""
    return SessionClosed(
        f"the client was closed during {request.method} {request.path};"
        " whether the request took effect is not known"
    )


def _reason(error: BaseException) -> str:
    cause = getattr(error, "certificate_error", getattr(error, "os_error", error))
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = getattr(cause, "verify_message", "not trusted")
        return f"certificate refused ({why})"
    if isinstance(cause, socket.gaierror):
        return f"no such host ({cause.strerror})"
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno)
    return type(cause).__name__
