"""Sending over aiohttp, and the life of its sessions.

aiohttp's own exceptions never leave this module, because they and their frames
hold the request's headers, and so the token: every failure is turned into a
value first and raised outside the ``except`` block, so that nothing is chained.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator
from functools import lru_cache
from typing import Final, Protocol

import aiohttp
from msgspec import Struct
from yarl import URL

from ..errors import (
    DeadlineExceeded,
    PhonecomEventsError,
    SessionClosed,
    TransportError,
)
from ..http import Request, Response, Secret
from .body import read_body
from .failures import closed_during, proxy_refused, translate
from .proxy import Proxy
from .sessions import KEEP_ALIVE_UNSAFE, Guard, hold_session, proxy_headers

CONNECT_TIMEOUT: Final = 10.0
MAX_BODY: Final = 32 * 1024 * 1024
MAX_CONNECTIONS: Final = 100
_UNSAFE: Final = ("POST", "PATCH")


class Transport(Protocol):
    """Send a request and return the whole answer, whatever its status."""

    async def send(self, request: Request) -> Response:
        """Make one attempt; raise `TransportError` if no answer came."""
        ...

    async def aclose(self) -> None:
        """Release what is held; sending afterwards raises `SessionClosed`."""
        ...


class _Loop(Struct):
    """What belongs to one event loop.

    Attributes:
        unsafe: the session of POST and PATCH; None until there is one.
        holders: what closes the sessions that are ours.
    """

    session: aiohttp.ClientSession
    slots: asyncio.Semaphore
    unsafe: aiohttp.ClientSession | None = None
    holders: list[AsyncGenerator[aiohttp.ClientSession, None]] = []


class AiohttpTransport:
    """Send over aiohttp, with sessions made lazily for each event loop.

    POST and PATCH have a session of their own, which keeps connections for no longer
    than `KEEP_ALIVE_UNSAFE`: on one that the server is about to close, it could not be
    told whether they took effect.

    Args:
        http_session: a session of the caller's; it is used and never closed.
            Its own client middlewares are not run (see `Guard`). It chooses by itself
            which connections to use again, for POST and PATCH too; a connector with
            ``keepalive_timeout=0.1`` or ``force_close=True`` is as good as our own.
        proxy: what to go through; not for a session of the caller's, which has
            its own, and its own certificates.
        ssl_context: what to trust; None for what the system trusts.
        max_body: most bytes of a 2xx body, after decompression.
        max_connections: most requests under way at once, for each event loop.
    """

    def __init__(
        self,
        *,
        http_session: aiohttp.ClientSession | None = None,
        proxy: Proxy | None = None,
        ssl_context: ssl.SSLContext | None = None,
        max_body: int = MAX_BODY,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._given = http_session
        self._proxy = proxy
        self._proxy_url = None if proxy is None else URL(proxy.url)
        self._ssl_context = ssl_context
        self._max_body = max_body
        self._max_connections = max_connections
        self._loops: dict[asyncio.AbstractEventLoop, _Loop] = {}
        self._closed = False

    async def send(self, request: Request) -> Response:
        """Make one attempt and read the whole answer.

        Raises:
            ConnectFailed: nothing was sent.
            RequestTimedOut, ConnectionLost: sent, but no whole answer came.
            DecodeError: a 2xx answer that is too large or wrongly compressed.
            DeadlineExceeded: no time was left to send it.
            SessionClosed: the transport is closed, or was while waiting.
        """
        self._refuse_if_closed()
        state = await self._on_this_loop()
        async with state.slots:
            self._refuse_if_closed()
            session = state.session
            if request.method in _UNSAFE:
                session = state.unsafe or await self._hold_unsafe(state)
            outcome = await self._attempt(session, request)
        if isinstance(outcome, Response):
            return outcome
        if self._closed and isinstance(outcome, TransportError):
            outcome = closed_during(request)
        raise outcome

    async def aclose(self) -> None:
        """Close the running loop's session; a caller's own is left open."""
        self._closed = True
        state = self._loops.pop(asyncio.get_running_loop(), None)
        if state is not None:
            for holder in state.holders:
                await holder.aclose()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise SessionClosed("the client is closed; make a new one")
        if self._given is not None and self._given.closed:
            raise SessionClosed("the aiohttp session given as http_session is closed")

    async def _on_this_loop(self) -> _Loop:
        loop = asyncio.get_running_loop()
        state = self._loops.get(loop)
        if state is None:
            for other in [other for other in self._loops if other.is_closed()]:
                del self._loops[other]
            slots = asyncio.Semaphore(self._max_connections)
            if self._given is not None:
                state = _Loop(self._given, slots, unsafe=self._given)
            else:
                holder = hold_session(self._ssl_context)
                state = _Loop(await anext(holder), slots, holders=[holder])
            self._loops[loop] = state
        return state

    async def _hold_unsafe(self, state: _Loop) -> aiohttp.ClientSession:
        holder = hold_session(self._ssl_context, reuse=KEEP_ALIVE_UNSAFE)
        # Nothing in it waits, so no other task can make another meanwhile.
        state.unsafe = await anext(holder)
        state.holders.append(holder)
        return state.unsafe

    async def _attempt(
        self, session: aiohttp.ClientSession, request: Request
    ) -> Response | PhonecomEventsError:
        """Return the answer, or what went wrong, as a value."""
        patience = _patience(request)
        if patience.total is not None and patience.total <= 0:
            return DeadlineExceeded(
                f"no time was left to send {request.method} {request.path}"
            )
        try:
            return await self._exchange(session, request, patience)
        except PhonecomEventsError as error:
            return error.with_traceback(None)
        except BaseException as error:
            failure = translate(error.with_traceback(None), request, self._proxy)
            if failure is None:
                # A cancel, rid of aiohttp's frames, which hold the header.
                raise
            return failure

    async def _exchange(
        self,
        session: aiohttp.ClientSession,
        request: Request,
        patience: aiohttp.ClientTimeout,
    ) -> Response:
        async with session.request(
            request.method,
            URL(request.url, encoded=True),
            data=request.body,
            headers=_headers(request, session),
            timeout=patience,
            allow_redirects=False,
            raise_for_status=False,
            auto_decompress=False,
            proxy=self._proxy_url,
            proxy_headers=None if self._proxy is None else proxy_headers(self._proxy),
            middlewares=(Guard(request, self._proxy),),
        ) as answer:
            if answer.status == 407 and self._proxy and answer.url.scheme == "http":
                # Without a tunnel a proxy answers in place of the server; this is
                # what no server says (RFC 9110, section 15.5.8).
                raise proxy_refused(request, 407, self._proxy)
            return Response(
                status=answer.status,
                headers={name.lower(): text for name, text in answer.headers.items()},
                body=await read_body(answer, self._max_body),
            )

    def __repr__(self) -> str:
        return f"<AiohttpTransport {'closed' if self._closed else 'open'}>"


def _headers(request: Request, session: aiohttp.ClientSession) -> dict[str, str]:
    headers = {**request.headers, "Accept-Encoding": "gzip"}
    own_auth = getattr(session, "auth", None) or session.trust_env
    if request.authorization is None or own_auth:
        # aiohttp refuses this header beside the session's own `auth`, or one
        # from .netrc; there, `Guard` sets it.
        return headers
    return headers | _authorization(request.authorization)


def _authorization(secret: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret.reveal()}"}


def _patience(request: Request) -> aiohttp.ClientTimeout:
    if request.deadline is None:
        return _client_timeout(request.timeout)
    left = request.deadline - time.monotonic()
    return _client_timeout(
        left if request.timeout is None else min(request.timeout, left)
    )


@lru_cache
def _client_timeout(total: float | None) -> aiohttp.ClientTimeout:
    # A connect timeout below the total one tells "never sent" from "no answer".
    connect = CONNECT_TIMEOUT if total is None else min(CONNECT_TIMEOUT, 0.9 * total)
    return aiohttp.ClientTimeout(
        total=total,
        connect=connect,
        # aiohttp rounds timeouts over this up to whole seconds.
        ceil_threshold=float("inf"),
    )
