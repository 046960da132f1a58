"""What each failure of aiohttp or the system means: was anything sent, or not?

The table is searched from the top, so a class stands before its bases. What comes
before the request's first byte is a failure to connect, and may be tried again;
what comes after it may have taken effect.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import aiohttp
from msgspec import Struct

from ..errors import (
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    InvalidArgument,
    PhonecomEventsError,
    ProxyFailed,
    RequestTimedOut,
)
from ..http import Request, host_and_port, split_url
from .proxy import Proxy
from .reasons import reason

# Not every system has EAI_NODATA: a name without an address.
_NO_SUCH_HOST: Final = {
    socket.EAI_NONAME,
    getattr(socket, "EAI_NODATA", socket.EAI_NONAME),
}
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


class NotConnected(Exception):
    """Carry a failure that came before the request's first byte was sent."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class _Sending(Struct, frozen=True, kw_only=True):
    """Say what was under way, in words for messages.

    Attributes:
        call: method and path.
        server: host and port of the base URL.
        tls: whether TLS is spoken with it.
        proxy: what it is asked through; None also if only a caller's session knows.
    """

    call: str
    server: str
    tls: bool
    proxy: Proxy | None

    def cannot(self) -> str:
        through = f" through the proxy {self.proxy.name}" if self.proxy else ""
        return f"cannot connect to {self.server}{through} for {self.call}"


def translate(
    error: BaseException, request: Request, proxy: Proxy | None = None
) -> PhonecomEventsError | None:
    """Turn a failure of aiohttp or the system into ours; None for any other.

    Args:
        error: what was caught.
        request: what was to be sent.
        proxy: what through; None for no proxy, or that of a caller's session.
    """
    if isinstance(error, NotConnected):
        at = _sending(request, proxy)
        if isinstance(error.error, aiohttp.ClientHttpProxyError):
            return _refused(error.error.status, at)
        return _connect_failed(error.error, at)
    for kind, build in _FAILURES:
        if isinstance(error, kind):
            return build(error, _sending(request, proxy))
    return None


def proxy_refused(request: Request, status: int, proxy: Proxy | None) -> ProxyFailed:
    """Report that the proxy answered *request* by itself, and let nothing through."""
    return _refused(status, _sending(request, proxy))


def _sending(request: Request, proxy: Proxy | None) -> _Sending:
    url = split_url(request.url)
    return _Sending(
        call=f"{request.method} {request.path}",
        server=host_and_port(url) if url is not None else "a host that is none",
        tls=url is not None and url.scheme == "https",
        proxy=proxy,
    )


def _connect_failed(error: BaseException, at: _Sending) -> PhonecomEventsError:
    failed = _not_connected(error, at)
    cause = getattr(error, "os_error", error)
    # Not EAI_AGAIN: a resolver that does not answer may do so in a second.
    failed.unknown_host = isinstance(cause, socket.gaierror) and (
        cause.errno in _NO_SUCH_HOST
    )
    return failed


def _not_connected(error: BaseException, at: _Sending) -> ConnectFailed:
    if at.proxy is not None:
        if not isinstance(error, aiohttp.ClientConnectorError):
            # Only what is said over an open connection fails so, which is CONNECT.
            return _proxy_failed(error, at, " instead of answering CONNECT")
        if at.proxy.is_at(error.host, error.port):
            return _proxy_failed(error, at)
    during = " during the TLS handshake" if at.tls else ""
    return ConnectFailed(f"{at.cannot()}: {reason(error, 'the server', during)}")


def _proxy_failed(error: BaseException, at: _Sending, when: str = "") -> ProxyFailed:
    return ProxyFailed(
        f"{at.cannot()}: {reason(error, 'the proxy', when)}",
        proxy=at.proxy.name if at.proxy is not None else "",
    )


def _refused(status: int, at: _Sending) -> ProxyFailed:
    said = f"{status} {_PHRASES.get(status, '')}".rstrip()
    advice = ""
    if status == 407 and at.proxy is not None and at.proxy.authorization is not None:
        advice = "; it does not take the user and password of its URL"
    elif status == 407:
        advice = "; it wants a user and a password, as in http://user:password@host"
    return ProxyFailed(
        f"{at.cannot()}: the proxy answered {said}{advice}",
        proxy=at.proxy.name if at.proxy is not None else "",
        status=status,
    )


def _connect_refused(error: BaseException, at: _Sending) -> PhonecomEventsError:
    return _refused(getattr(error, "status", 0), at)


def _connect_timeout(_: BaseException, at: _Sending) -> PhonecomEventsError:
    handshake = ", TLS handshake included" if at.tls else ""
    return ConnectTimeout(f"{at.cannot()}: no connection in time{handshake}")


def _invalid_url(_: BaseException, at: _Sending) -> PhonecomEventsError:
    return InvalidArgument(f"the URL for {at.call} is not valid; check the base URL")


def _timed_out(_: BaseException, at: _Sending) -> PhonecomEventsError:
    return RequestTimedOut(
        f"{at.call} was sent to {at.server}, but no whole answer came in time"
    )


def _lost(error: BaseException, at: _Sending) -> PhonecomEventsError:
    hint = "" if at.tls else "; if it speaks TLS, the URL must begin with https://"
    ended = isinstance(error, aiohttp.ServerDisconnectedError)
    return ConnectionLost(
        f"the connection was lost before the whole answer to {at.call} from {at.server}:"
        f" {reason(error, 'the server')}{hint if ended else ''}"
    )


_FAILURES: Final[
    tuple[
        tuple[
            type[BaseException],
            Callable[[BaseException, _Sending], PhonecomEventsError],
        ],
        ...,
    ]
] = (
    (aiohttp.InvalidURL, _invalid_url),
    (UnicodeError, _invalid_url),
    (aiohttp.ConnectionTimeoutError, _connect_timeout),
    (aiohttp.ClientProxyConnectionError, _proxy_failed),
    (aiohttp.ClientConnectorError, _connect_failed),
    (aiohttp.ClientSSLError, _connect_failed),
    (aiohttp.ClientConnectorCertificateError, _connect_failed),
    (aiohttp.ClientHttpProxyError, _connect_refused),
    (aiohttp.ServerFingerprintMismatch, _connect_failed),
    (TimeoutError, _timed_out),
    (aiohttp.ClientError, _lost),
    (OSError, _lost),
)
