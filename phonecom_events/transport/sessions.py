"""How aiohttp's session is made, kept and guarded, so that it does what we say.

aiohttp resends by itself, keeps cookies, and does not tell whether a failure came
before or after a request was sent; here it does none of that.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from http.cookies import SimpleCookie
from typing import Any, Final, TypeAlias

import aiohttp
from yarl import URL

from ..http import Request
from .failures import NotConnected, translate
from .proxy import Proxy

KEEP_ALIVE: Final = 15.0
"""Seconds; aiohttp's own default."""

KEEP_ALIVE_UNSAFE: Final = 0.1
"""Seconds for which a connection of POST and PATCH is kept.

A server closes a connection that has been idle for its limit, and of what is sent at
that moment nobody can tell whether it was read. It happens where the client's pause and
one round trip come to that limit. Commonly that is 5 s (Node, uvicorn, Apache) or more;
0.1 s is safe down to 0.3 s, at up to 0.2 s away. A burst of creates shares a connection;
any other create pays for one more connect: a round trip, with TLS two or three.
"""

HttpSession: TypeAlias = aiohttp.ClientSession


async def hold_session(
    ssl_context: ssl.SSLContext | None, keep_alive: float
) -> AsyncGenerator[aiohttp.ClientSession, None]:
    """Keep a session open until closed, or until its loop shuts down.

    asyncio.run() closes the async generators of its loop, and so this session,
    even where nobody closed the client.

    Args:
        ssl_context: what to trust; None for what the system trusts.
        keep_alive: seconds for which a connection that is not in use is kept.
    """
    async with aiohttp.ClientSession(
        # `send` bounds the requests under way; a wait for a free connection
        # here would run against the connect timeout.
        connector=_Connector(
            limit=0,
            ssl=True if ssl_context is None else ssl_context,
            keepalive_timeout=keep_alive,
        ),
        cookie_jar=_NoCookies(),
        # `read_body` does it, and stops in time.
        auto_decompress=False,
        # Not the environment's proxies: .netrc would come with them.
        trust_env=False,
    ) as session:
        yield session


def keep_from_resending(session: aiohttp.ClientSession) -> bool:
    """Have a session of ours send nothing twice by itself; tell whether it can be told.

    That is what aiohttp's own test client does, and saves each request the `Guard`,
    which takes as long as decoding the answer.
    """
    if not hasattr(session, "_retry_connection"):
        return False
    session._retry_connection = False  # noqa: SLF001 - there is no other way
    return True


class _Connector(aiohttp.TCPConnector):
    """Tell failures to connect from those of requests, whatever their class.

    A proxy that hangs up in the middle of CONNECT raises what a server does that
    hangs up in the middle of its answer. `connect` is what is public to override,
    but every request pays for that, where this is called for new connections only.
    """

    async def _create_connection(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return await super()._create_connection(*args, **kwargs)
        except TimeoutError:
            raise  # aiohttp itself knows it for one of connecting
        except (aiohttp.ClientError, OSError) as error:
            failure = NotConnected(error.with_traceback(None))
        raise failure

    def _get(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        # Not a coroutine of its own around aiohttp's: every request would pay for it.
        # What came while nobody asked would be taken for the answer to the next
        # request; aiohttp looks for it only when it puts a connection away.
        for protocol, *_ in tuple(getattr(self, "_conns", {}).get(key, ())):
            if protocol.should_close:
                protocol.close()
        return super()._get(key, *args, **kwargs)


class _NoCookies(aiohttp.DummyCookieJar):
    """Keep no cookies, and give each request the same none; aiohttp's makes them anew."""

    _none: Final[SimpleCookie] = SimpleCookie()

    def filter_cookies(self, request_url: URL) -> SimpleCookie:
        del request_url
        return self._none


class Guard:
    """Stop aiohttp from resending by itself, and set the tokens over any other.

    aiohttp sends GET, PUT and DELETE once more when a connection drops; as an
    attempt that no retry policy or rate limit sees. An exception of our own is
    not among those that make it do so. Given with each request, it replaces the
    client middlewares of the session.

    Args:
        request: what is sent.
        proxy: what through; an ``http://`` request itself shows it the password,
            where an ``https://`` one does so in its CONNECT.
    """

    def __init__(self, request: Request, proxy: Proxy | None = None) -> None:
        self._request = request
        self._proxy = proxy

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Send it, and raise what is ours if the connection breaks."""
        secret = self._request.authorization
        if secret is not None:
            request.headers["Authorization"] = f"Bearer {secret.reveal()}"
        if self._proxy is not None and not request.is_ssl():
            request.headers.update(proxy_headers(self._proxy))
        try:
            return await handler(request)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            failure = translate(error, self._request)
        assert failure is not None
        raise failure


def proxy_headers(proxy: Proxy) -> dict[str, str]:
    """Write the headers that are for the proxy; call it where they are sent."""
    if proxy.authorization is None:
        return {}
    return {"Proxy-Authorization": proxy.authorization.reveal()}
