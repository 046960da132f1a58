"""How calls end when their client is closed in the middle of them."""

from __future__ import annotations

import asyncio
from typing import Final

from .errors import SessionClosed
from .http import Request, Response
from .middleware import Handler

# Rounds of the event loop that a cancel takes to reach the innermost await.
_ROUNDS: Final = 3


class Lifetime:
    """Run calls until the end, and end those that are under way then.

    A call may be waiting anywhere: for a rate limit, between attempts, for a
    connection or an answer. So it is cancelled, as by a timeout that has run out,
    and reported as `SessionClosed`.
    """

    def __init__(self) -> None:
        self._ended = False
        self._calls: dict[asyncio.Timeout, asyncio.AbstractEventLoop] = {}

    async def run(self, handler: Handler, request: Request) -> Response:
        """Return what *handler* does; `SessionClosed` if the end comes first."""
        if self._ended:
            raise SessionClosed("the client is closed; make a new one")
        scope = asyncio.timeout(None)
        self._calls[scope] = asyncio.get_running_loop()
        try:
            async with scope:
                return await handler(request)
        except TimeoutError:
            if not (self._ended and scope.expired()):
                raise
        finally:
            del self._calls[scope]
        raise SessionClosed(
            f"the client was closed during {request.method} {request.path};"
            " whether the request took effect is not known"
        )

    async def end(self) -> None:
        """End the calls under way on the running loop, and refuse new ones."""
        self._ended = True
        loop = asyncio.get_running_loop()
        for scope, its_loop in tuple(self._calls.items()):
            if its_loop is loop:
                scope.reschedule(loop.time())
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
