"""Telling of a client's calls and attempts; made only for a client with a telemetry.

A call and its attempts run in one task, or in tasks made there, so that a context
variable leads from one to the other, past the user's middlewares.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from time import perf_counter
from types import TracebackType
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import urlsplit

from msgspec import Struct, structs

from ..errors import InvalidArgument
from ..http import USUAL_PORTS, Request, Response
from ..middleware import Handler
from .protocol import Kind, Operation, Span, Telemetry

P = TypeVar("P")

_VERBS: Final = {
    "GET": "get",
    "POST": "create",
    "PUT": "update",
    "PATCH": "update",
    "DELETE": "delete",
}


class Page(NamedTuple):
    """Say which call is not one of its own, but a page of a scan."""

    owner: CallTelemetry
    endpoint: str
    span: Span


class _Call(Struct, eq=False):
    """What is known of a call, over all its attempts.

    Attributes:
        span: of the call, or of the scan that it is a page of.
        sent: how many attempts were handed to what sends.
        ended: when the last one ended, on `perf_counter`; 0 before that.
        reason: what it ended with.
    """

    span: Span
    sent: int = 0
    ended: float = 0.0
    reason: str = ""


current: Final[ContextVar[_Call | Page | None]] = ContextVar(
    "phonecom_events_call", default=None
)


class CallTelemetry:
    """Tell a telemetry of the calls of one client.

    Args:
        telemetry: what is told.
        vendor: whose API it is.
        base_url: of the API.

    Raises:
        InvalidArgument: that is no telemetry.
    """

    def __init__(self, telemetry: Telemetry, *, vendor: str, base_url: str) -> None:
        check_telemetry(telemetry)
        url = urlsplit(base_url)
        self.telemetry: Telemetry = telemetry
        self._vendor = vendor
        self._host = url.hostname or ""
        self._port = url.port or USUAL_PORTS[url.scheme]
        self._operations: dict[tuple[Kind, str, str], Operation] = {}

    def operation(self, kind: Kind, method: str, endpoint: str) -> Operation:
        """Say what begins; there are no more of them than templates of paths."""
        key = kind, method, endpoint
        operation = self._operations.get(key)
        if operation is None:
            operation = self._operations[key] = Operation(
                kind=kind,
                name=call_name(self._vendor, method, endpoint),
                vendor=self._vendor,
                method=method,
                template=endpoint,
                host=self._host,
                port=self._port,
            )
        return operation

    def call(self, method: str, endpoint: str) -> AbstractContextManager[object]:
        """Tell of a call, unless it is a page of a scan that is told of."""
        page = current.get()
        if isinstance(page, Page) and page[:2] == (self, endpoint):
            return _Within(_Call(page.span))
        return _Running(self.telemetry.begin(self.operation("call", method, endpoint)))

    @contextmanager
    def page(self, endpoint: str, span: Span) -> Iterator[None]:
        """Have the call that follows told of as a page of a scan."""
        with span.active(), _Within(Page(self, endpoint, span)):
            yield

    async def each_try(self, request: Request, call_next: Handler) -> Response:
        """Tell of a retry, when it begins; the link of the chain below the retries."""
        call = current.get()
        if not isinstance(call, _Call):
            return await call_next(request)
        if call.ended:
            waited = perf_counter() - call.ended
            call.span.event("retry", reason=call.reason, seconds=waited)
        try:
            response = await call_next(request)
        except Exception as error:
            call.reason = type(error).__name__
            raise
        else:
            call.reason = str(response.status)
            return response
        finally:
            call.ended = perf_counter()

    async def ask(
        self, acquire: Callable[[Request], Awaitable[P]], request: Request
    ) -> P:
        """Ask a limiter for a permit, and tell how long that took."""
        call = current.get()
        if not isinstance(call, _Call):
            return await acquire(request)
        entered, waited = perf_counter(), None
        call.span.event("limiter.enter")
        try:
            permit = await acquire(request)
            # What is no permit is refused by whoever asked.
            waited = getattr(permit, "queued", None)
            return permit
        finally:
            if waited is None:
                waited = perf_counter() - entered
            call.span.event("limiter.leave", seconds=waited)

    async def attempt(self, request: Request, call_next: Handler) -> Response:
        """Tell of an attempt that is sent now; the link above what sends."""
        call = current.get()
        operation = self.operation("attempt", request.method, request.endpoint)
        if isinstance(call, _Call):
            if call.sent:
                operation = structs.replace(operation, resend_count=call.sent)
            call.sent += 1
        span = self.telemetry.begin(operation)
        try:
            with span.active():
                headers = span.headers
                if headers:
                    request = request.replace(headers={**request.headers, **headers})
                response = await call_next(request)
        except BaseException as error:
            span.end(error=type(error).__name__)
            raise
        span.end(status=response.status)
        return response

    def decode_failed(self, expected: Any) -> None:
        """Tell of an answer that is not as documented."""
        name = getattr(expected, "__name__", type(expected).__name__)
        self.telemetry.decode_failed(vendor=self._vendor, expected=name)


def check_telemetry(telemetry: object) -> None:
    """Raise `InvalidArgument` unless that can be a `Telemetry`."""
    if isinstance(telemetry, type):
        raise InvalidArgument(
            f"{telemetry.__name__} is a class; give an instance of it"
        )
    methods = [getattr(telemetry, name, None) for name in ("begin", "decode_failed")]
    if not all(map(callable, methods)):
        raise InvalidArgument(
            "telemetry must have begin and decode_failed, as Telemetry says;"
            f" {type(telemetry).__name__} has not"
        )


class _Within:
    """Lead from a call, or from a scan, to what is done for it."""

    __slots__ = ("_before", "_what")

    def __init__(self, what: _Call | Page) -> None:
        self._what = what

    def __enter__(self) -> None:
        self._before = current.get()
        current.set(self._what)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Not by a token, which another context refuses: a call that is thrown away
        # with its loop ends in whichever context the garbage collector runs in.
        if current.get() is self._what:
            current.set(self._before)


class _Running(_Within):
    """Have the span of a call active, and end it; a generator would cost thrice that."""

    __slots__ = ("_active", "_span")

    def __init__(self, span: Span) -> None:
        super().__init__(_Call(span))
        self._span = span
        self._active = span.active()

    def __enter__(self) -> None:
        self._active.__enter__()
        super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, traceback)
        self._active.__exit__(kind, error, traceback)
        self._span.end(error=None if kind is None else kind.__name__)


def call_name(vendor: str, method: str, endpoint: str) -> str:
    """Name a call by its method and template, such as ``phonecom.listeners.get``."""
    parts = endpoint.strip("/").split("/")
    of_item = parts[-1] == "{id}"
    if len(parts) > 2 and parts[-2] == "{id}":
        # A listing that belongs to an item, as the health of a callback does.
        collection, verb = parts[-3], parts[-1]
    elif of_item:
        collection, verb = parts[-2], _VERBS.get(method, method.lower())
    else:
        listing = method == "GET"
        collection = parts[-1]
        verb = "list" if listing else _VERBS.get(method, method.lower())
    return f"{vendor}.{collection}.{verb}".replace("-", "_")
