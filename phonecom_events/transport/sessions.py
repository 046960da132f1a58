"""How aiohttp's session is made, kept and guarded, so that it does what we say.

aiohttp resends by itself, keeps cookies, and does not tell whether a failure came
before or after a request was sent; here it does none of that.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from typing import Any, TypeAlias

import aiohttp

from ..http import Request
from .failures import NotConnected, translate
from .proxy import Proxy

HttpSession: TypeAlias = aiohttp.ClientSession


async def hold_session(
    ssl_context: ssl.SSLContext | None,
) -> AsyncGenerator[aiohttp.ClientSession, None]:
    """Keep a session open until closed, or until its loop shuts down.

    asyncio.run() closes the async generators of its loop, and so this session,
    even where nobody closed the client.
    """
    async with aiohttp.ClientSession(
        # `send` bounds the requests under way; a wait for a free connection
        # here would run against the connect timeout.
        connector=_Connector(limit=0, ssl=True if ssl_context is None else ssl_context),
        cookie_jar=aiohttp.DummyCookieJar(),
        # Not the environment's proxies: .netrc would come with them.
        trust_env=False,
    ) as session:
        yield session


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

    async def _get(self, key: Any, traces: Any) -> Any:
        # What came while nobody asked would be taken for the answer to the next
        # request; aiohttp looks for it only when it puts a connection away.
        for protocol, _ in tuple(self._conns.get(key, ())):
            if protocol.should_close:
                protocol.close()
        return await super()._get(key, traces)


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
