"""The chain that every request goes through, and its two smallest links.

A middleware is ``async (request, call_next) -> response``: it may change the
request (by `Request.replace`, so that it stays the same attempt), answer by itself,
call on more than once, or change the response. It sees answers of any status as
responses; typed errors are raised after the chain.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from inspect import isawaitable

from msgspec import structs

from .errors import ConnectFailed, InvalidArgument, PhonecomEventsError
from .http import Request, Response, Secret

Handler = Callable[[Request], Awaitable[Response]]
Middleware = Callable[[Request, Handler], Awaitable[Response]]
TokenProvider = Callable[[], Awaitable[str]]

_log = logging.getLogger("phonecom_events")


def compose(middlewares: Iterable[Middleware], handler: Handler) -> Handler:
    """Wrap *handler* so that the first middleware is the outermost."""
    for middleware in reversed(tuple(middlewares)):
        handler = _link(middleware, handler)
    return handler


def _link(middleware: Middleware, call_next: Handler) -> Handler:
    return lambda request: middleware(request, call_next)


def checked(middleware: Middleware) -> Middleware:
    """Refuse what a user's middleware returns, if that is no response.

    Most often it is None: ``return`` was forgotten before ``await call_next(…)``.
    """

    async def check(request: Request, call_next: Handler) -> Response:
        returned: object = middleware(request, call_next)
        if isawaitable(returned):
            returned = await returned
            if isinstance(returned, Response):
                return returned
        name = getattr(middleware, "__qualname__", type(middleware).__qualname__)
        what = "None" if returned is None else type(returned).__name__
        raise InvalidArgument(
            f"the middleware {name} returned {what}; it must be async, and return a"
            " Response, as in: return await call_next(request)"
        )

    return check


class Credential:
    """Hold a token, or ask an async callable for one when it is needed.

    The callable is asked at first use; its answer is kept until `drop`. Calls
    that need it at the same time share one question.
    """

    def __init__(self, source: str | TokenProvider, *, name: str) -> None:
        self._name = name
        self._provider = source if callable(source) else None
        self._secret = None if callable(source) else Secret(source)
        self._question: asyncio.Future[Secret] | None = None

    def check(self) -> None:
        """Raise `InvalidArgument` for a token that no header could carry."""
        if self._secret is not None:
            self._secret.check(self._name)

    @property
    def renewable(self) -> bool:
        """Whether a fresh token can be asked for after a 401."""
        return self._provider is not None

    @property
    def held(self) -> Secret | None:
        """The token, if there is one yet."""
        return self._secret

    def drop(self, secret: Secret | None) -> None:
        """Forget *secret*, unless it has been replaced already."""
        if self.renewable and self._secret == secret:
            self._secret = None

    async def get(self) -> Secret:
        """Return the token, asking for it if there is none.

        Raises whatever the callable raises, or `InvalidArgument` for an answer
        that is no token.
        """
        while self._secret is None:
            question = self._question
            if question is None or question.get_loop() is not _running_loop():
                return await self._ask()
            # wait() neither cancels the shared question when this caller is
            # cancelled, nor cancels this caller when the asking one is.
            await asyncio.wait([question])
            if not question.cancelled():
                return question.result()
        return self._secret

    async def _ask(self) -> Secret:
        assert self._provider is not None
        self._question = question = _running_loop().create_future()
        try:
            secret = Secret(await self._provider())
            secret.check(f"the answer of the {self._name} callable")
        except Exception as error:
            question.set_exception(error)
            question.exception()  # seen, even if nobody shares the question
            raise
        else:
            self._secret = secret
            question.set_result(secret)
            return secret
        finally:
            # Without an answer, whoever shares the question wakes up and asks anew.
            question.cancel()
            if self._question is question:
                self._question = None

    def __repr__(self) -> str:
        return f"<Credential {self._name}>"


def _running_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


class BearerAuth:
    """Attach the token to each attempt, and keep it out of what comes back."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    async def __call__(self, request: Request, call_next: Handler) -> Response:
        """Send *request* with the token; after a 401, have the token forgotten."""
        secret = self._credential.held
        if secret is None:
            secret = await self._credential.get()
        # Not by `replace` of the request itself: each attempt would pay for that call.
        response = await call_next(structs.replace(request, authorization=secret))
        if response.status == 401:
            self._credential.drop(secret)
        # Only what is not 2xx is quoted in errors, and so needs masking.
        return response if response.ok else response.replace(secret=secret)


# The last two links are plain functions that hand the next one's awaitable on: every
# coroutine between a call and the socket is woken up with each piece of the answer.
def note_begun(request: Request, call_next: Handler) -> Awaitable[Response]:
    """Note that an attempt is now handed to what sends; the last of the chain.

    A token that took long to come, or a process that was stopped, may have used up
    the time of a permit that a server leases. Nothing was sent then.
    """
    if request.attempt.permitted_until < time.monotonic():
        raise ConnectFailed(
            f"{request.method} {request.path} was not sent: its permit from the"
            " limiter had expired"
        )
    request.attempt.begun = True
    return call_next(request)


def log_requests(request: Request, call_next: Handler) -> Awaitable[Response]:
    """Log each attempt at DEBUG: method, path, outcome and milliseconds.

    Neither the query (it may hold phone numbers) nor any header is logged.
    """
    if not _log.isEnabledFor(logging.DEBUG):
        return call_next(request)
    return _logged(request, call_next)


async def _logged(request: Request, call_next: Handler) -> Response:
    started = time.perf_counter()
    outcome = "cancelled"
    try:
        response = await call_next(request)
        outcome = str(response.status)
        return response
    except PhonecomEventsError as error:
        outcome = type(error).__name__
        raise
    finally:
        elapsed = (time.perf_counter() - started) * 1000
        _log.debug("%s %s: %s, %.0f ms", request.method, request.path, outcome, elapsed)
