"""Sending over aiohttp, and the life of its sessions.

aiohttp's own exceptions never leave this module, because they and their frames
hold the request's headers, and so the token: every failure is turned into a
value first and raised outside the ``except`` block, so that nothing is chained.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable
from functools import lru_cache
from typing import Any, Final

import aiohttp
from aiohttp import hdrs
from msgspec import Struct
from yarl import URL

from ..clock import CLOCK
from ..errors import (
    DeadlineExceeded,
    PhonecomEventsError,
    SessionClosed,
    TransportError,
)
from ..http import Request, Response, Secret
from .body import read_body
from .failures import proxy_refused, translate
from .protocol import closed_during
from .proxy import Proxy
from .sessions import (
    KEEP_ALIVE,
    KEEP_ALIVE_UNSAFE,
    Guard,
    hold_session,
    keep_from_resending,
    proxy_headers,
)
from .slots import Slots

CONNECT_TIMEOUT: Final = 10.0
MAX_BODY: Final = 32 * 1024 * 1024
MAX_CONNECTIONS: Final = 100
_ENCODINGS: Final[dict[str, str]] = {hdrs.ACCEPT_ENCODING: "gzip"}
_UNSAFE: Final = ("POST", "PATCH")


class _Loop(Struct):
    """What belongs to one event loop.

    Attributes:
        holder: what closes the session; None if that is the caller's.
        guarded: whether each request has to be kept from being sent twice.
        own_auth: whether the session sends a token of its own.
        unsafe: the same for POST and PATCH, which have a session of their own; itself
            if that is the caller's; None until there is one.
    """

    session: aiohttp.ClientSession
    holder: AsyncGenerator[aiohttp.ClientSession, None] | None
    slots: Slots
    guarded: bool
    own_auth: bool = False
    unsafe: _Loop | None = None


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
        state = self._loops.get(asyncio.get_running_loop()) or await self._begin()
        slots = state.slots
        if slots.free:
            slots.free -= 1
        else:
            await slots.wait()
        try:
            self._refuse_if_closed()
            if request.method in _UNSAFE:
                state = state.unsafe or await self._begin_unsafe(state)
            outcome = await self._attempt(state, request)
        finally:
            slots.give_back()
        if isinstance(outcome, Response):
            return outcome
        if self._closed and isinstance(outcome, TransportError):
            outcome = closed_during(request)
        raise outcome

    async def aclose(self) -> None:
        """Close the running loop's sessions; a caller's own is left open."""
        self._closed = True
        state = self._loops.pop(asyncio.get_running_loop(), None)
        for each in (state, state.unsafe) if state is not None else ():
            if each is not None and each.holder is not None:
                await each.holder.aclose()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise SessionClosed("the client is closed; make a new one")
        if self._given is not None and self._given.closed:
            raise SessionClosed("the aiohttp session given as http_session is closed")

    async def _begin(self) -> _Loop:
        """Make what belongs to the running loop."""
        for other in [other for other in self._loops if other.is_closed()]:
            del self._loops[other]
        slots = Slots(self._max_connections)
        if self._given is not None:
            own_auth = self._given.trust_env or getattr(self._given, "auth", None)
            state = _Loop(
                self._given, None, slots, guarded=True, own_auth=bool(own_auth)
            )
            state.unsafe = state
        else:
            state = await self._hold(slots, KEEP_ALIVE)
        self._loops[asyncio.get_running_loop()] = state
        return state

    async def _begin_unsafe(self, state: _Loop) -> _Loop:
        # Nothing in it waits, so no other task can make another meanwhile.
        state.unsafe = await self._hold(state.slots, KEEP_ALIVE_UNSAFE)
        return state.unsafe

    async def _hold(self, slots: Slots, keep_alive: float) -> _Loop:
        holder = hold_session(self._ssl_context, keep_alive)
        session = await anext(holder)
        guarded = not keep_from_resending(session) or self._proxy is not None
        return _Loop(session, holder, slots, guarded=guarded)

    async def _attempt(
        self, state: _Loop, request: Request
    ) -> Response | PhonecomEventsError:
        """Return the answer, or what went wrong, as a value."""
        patience = _patience(request)
        if patience.total is not None and patience.total <= 0:
            return DeadlineExceeded(
                f"no time was left to send {request.method} {request.path}"
            )
        try:
            answer = await self._asked(state, request, patience)
            try:
                if answer.status == 407 and self._proxy and answer.url.scheme == "http":
                    # Without a tunnel a proxy answers in place of the server; this is
                    # what no server says (RFC 9110, section 15.5.8).
                    return proxy_refused(request, 407, self._proxy)
                body = await read_body(answer, self._max_body)
            finally:
                # An answer that was read whole has given its connection back, and to
                # release it by `async with` takes as long as making its model.
                if request.body is not None or not answer.closed:
                    answer.release()
                    await answer.wait_for_close()
            return Response(
                status=answer.status,
                headers={name.lower(): v for name, v in answer.headers.items()},
                body=body,
            )
        except PhonecomEventsError as error:
            return error.with_traceback(None)
        except BaseException as error:
            failure = translate(error.with_traceback(None), request, self._proxy)
            if failure is None:
                # A cancel, rid of aiohttp's frames, which hold the header.
                raise
            return failure

    def _asked(
        self, state: _Loop, request: Request, patience: aiohttp.ClientTimeout
    ) -> Awaitable[aiohttp.ClientResponse]:
        """Send it as it is awaited."""
        # Only what a session would do otherwise: aiohttp passes each name on twice.
        given: dict[str, Any] = {}
        if state.holder is None:
            given.update(raise_for_status=False, auto_decompress=False)
        if self._proxy is not None:
            given.update(
                proxy=self._proxy_url, proxy_headers=proxy_headers(self._proxy)
            )
        if state.guarded:
            given["middlewares"] = (Guard(request, self._proxy),)
        return state.session.request(
            request.method,
            URL(request.url, encoded=True),
            data=request.body,
            headers=_headers(request, own_auth=state.own_auth),
            timeout=patience,
            allow_redirects=False,
            **given,
        )

    def __repr__(self) -> str:
        return f"<AiohttpTransport {'closed' if self._closed else 'open'}>"


def _headers(request: Request, *, own_auth: bool) -> dict[str, str]:
    if request.authorization is None or own_auth:
        # aiohttp refuses this header beside the session's own `auth`, or one
        # from .netrc; there, `Guard` sets it.
        return {**request.headers, **_ENCODINGS}
    return {**request.headers, **_ENCODINGS, **_authorization(request.authorization)}


def _authorization(secret: Secret) -> dict[str, str]:
    return {hdrs.AUTHORIZATION: f"Bearer {secret.reveal()}"}


def _patience(request: Request) -> aiohttp.ClientTimeout:
    if request.deadline is None:
        return _client_timeout(request.timeout)
    left = request.deadline - CLOCK.monotonic()
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
