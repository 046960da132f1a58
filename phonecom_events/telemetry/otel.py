"""Spans and metrics of OpenTelemetry, by its conventions for HTTP.

https://opentelemetry.io/docs/specs/semconv/http/, of which ``url.full``, ``url.path``
and ``url.query`` are left out on purpose: they hold ids, filters by phone number, and a
receiver's secret.

Only opentelemetry-api is needed, and imported when an `OpenTelemetry` is made.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from types import MappingProxyType, TracebackType
from typing import Any, Final, Protocol

from ..version import __version__
from .instruments import Instruments
from .protocol import EventName, Operation

Attributes = dict[str, str | int | float]

_SCOPE: Final = "phonecom_events"
# Whatever else strangers send, so that they cannot make up attributes.
_METHODS: Final = frozenset(
    ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
)
_NO_FAILURE: Final = frozenset(("CancelledError", "GeneratorExit"))
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_SPAN_EVENTS: Final = {"limiter.leave": "rate_limit.wait", "retry": "retry"}


class TracerProvider(Protocol):
    """Give tracers, as ``opentelemetry.trace.TracerProvider`` does."""

    def get_tracer(
        self,
        instrumenting_module_name: str,
        instrumenting_library_version: str | None = None,
    ) -> Any:
        """Return a tracer."""
        ...


class MeterProvider(Protocol):
    """Give meters, as ``opentelemetry.metrics.MeterProvider`` does."""

    def get_meter(self, name: str, version: str | None = None) -> Any:
        """Return a meter."""
        ...


class OpenTelemetry:
    """Make spans and metrics of what clients and receivers do.

    Each call and each scan is a span, each attempt a client span below it, each
    delivery a server span. Waits and pages are events. No attribute holds a token, a
    body, a query, an id or a phone number, and no message of an error is kept.

    Args:
        tracer_provider, meter_provider: None for the global ones.
        propagate: send W3C ``traceparent`` and ``tracestate`` along with requests.

    Raises:
        ImportError: opentelemetry-api is not installed.
    """

    def __init__(
        self,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        propagate: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        self.api: _Api = _Api()
        traces, metrics = self.api.trace, _module("metrics")
        self._tracer = (tracer_provider or traces.get_tracer_provider()).get_tracer(
            _SCOPE, __version__
        )
        meter = (meter_provider or metrics.get_meter_provider()).get_meter(
            _SCOPE, __version__
        )
        self.instruments: Instruments = Instruments(meter, metrics.Observation)
        self._propagator: Any = None
        if propagate:
            # And not the global one, which may send baggage of the user's, too.
            module = _module("trace.propagation.tracecontext")
            self._propagator = module.TraceContextTextMapPropagator()
        self._known: dict[Operation, tuple[str, Any, Attributes]] = {}

    def begin(self, operation: Operation, /) -> OpenTelemetrySpan:
        """Start a span below the current one."""
        known = self._known.get(operation)
        if known is None:
            known = _described(operation, self.api)
            # A delivery's method is a stranger's; resends are few, but have no bound.
            if operation.kind != "delivery" and not operation.resend_count:
                self._known[operation] = known
        name, kind, attributes = known
        span = self._tracer.start_span(name, kind=kind, attributes=attributes)
        if operation.resend_count:
            # Of the span alone: no series of a metric is meant to have it.
            span.set_attribute("http.request.resend_count", operation.resend_count)
        return OpenTelemetrySpan(self, operation, span, attributes)

    def decode_failed(self, *, vendor: str, expected: str) -> None:
        """Count it, and add an event to the current span."""
        attributes = {
            "phonecom_events.vendor": vendor,
            "phonecom_events.expected": expected,
        }
        self.instruments.decode_failures.add(1, attributes)
        self.api.trace.get_current_span().add_event("decode_failure", attributes)

    def headers(self) -> Mapping[str, str]:
        """Return the headers that name the current span, if they are to be sent."""
        if self._propagator is None:
            return _NO_HEADERS
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier

    def __repr__(self) -> str:
        return f"{type(self).__name__}(propagate={self._propagator is not None})"


class OpenTelemetrySpan:
    """Tell one span and the instruments what becomes of an operation."""

    def __init__(
        self,
        telemetry: OpenTelemetry,
        operation: Operation,
        span: Any,
        attributes: Attributes,
    ) -> None:
        self._telemetry = telemetry
        self._operation = operation
        self._span = span
        self._attributes = attributes
        self._began = time.perf_counter()
        self._pages = 0
        self._rows = 0

    @property
    def headers(self) -> Mapping[str, str]:
        """The context to propagate, if any is."""
        return self._telemetry.headers()

    def active(self) -> AbstractContextManager[object]:
        """Make it the current span."""
        return _Active(self._telemetry.api, self._span)

    def event(self, name: EventName, /, **facts: str | float) -> None:
        """Add an event to the span, at the time when it began, and count it."""
        if name == "page":
            self._pages += 1
            self._rows += int(facts["rows"])
            self._span.add_event("page", facts)
            return
        instruments, host = self._telemetry.instruments, self._operation.host
        if name == "limiter.enter":
            instruments.queue(host, 1)
            return
        seconds = float(facts["seconds"])
        if name == "limiter.leave":
            instruments.queue(host, -1)
            if seconds <= 0:
                return
            instruments.throttled(host, seconds)
        else:
            instruments.retried(host, str(facts["reason"]), seconds)
        began = time.time_ns() - int(seconds * 1e9)
        self._span.add_event(_SPAN_EVENTS[name], facts, began)

    def end(self, *, status: int | None = None, error: str | None = None) -> None:
        """End the span, and note how long an attempt took."""
        span, kind = self._span, self._operation.kind
        ended: Attributes = {}
        if status is not None:
            ended["http.response.status_code"] = status
            # For a server the fault of a client is no error.
            if status >= (500 if kind == "delivery" else 400):
                error = str(status)
        if error is not None:
            ended["error.type"] = error
            if error not in _NO_FAILURE:
                span.set_status(self._telemetry.api.error)
        if kind == "attempt":
            taken = time.perf_counter() - self._began
            self._telemetry.instruments.duration.record(
                taken, {**self._attributes, **ended}
            )
        elif kind == "scan":
            ended["phonecom_events.scan.pages"] = self._pages
            ended["phonecom_events.scan.rows"] = self._rows
        if ended:
            span.set_attributes(ended)
        span.end()


class _Api:
    """What of opentelemetry-api is needed all the time."""

    def __init__(self) -> None:
        self.context: Any = _module("context")
        self.trace: Any = _module("trace")
        kinds = self.trace.SpanKind
        self.kinds: Final = {
            "call": kinds.INTERNAL,
            "scan": kinds.INTERNAL,
            "attempt": kinds.CLIENT,
            "delivery": kinds.SERVER,
        }
        self.error: Any = self.trace.Status(self.trace.StatusCode.ERROR)


class _Active:
    """Make a span current, in the task that it is entered in."""

    def __init__(self, api: _Api, span: Any) -> None:
        self._api = api
        self._context = api.trace.set_span_in_context(span)
        self._token: Any = None

    def __enter__(self) -> None:
        self._token = self._api.context.attach(self._context)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A call that is thrown away with its loop ends in any context, for which
        # `detach` would log an error.
        if self._api.context.get_current() is self._context:
            self._api.context.detach(self._token)


def _described(operation: Operation, api: _Api) -> tuple[str, Any, Attributes]:
    """Return the name, the kind and the attributes of an operation's span."""
    method = operation.method if operation.method in _METHODS else "_OTHER"
    kind = api.kinds[operation.kind]
    if operation.kind == "delivery":
        attributes: Attributes = {
            "http.request.method": method,
            "phonecom_events.vendor": operation.vendor,
        }
        return operation.name, kind, attributes
    if operation.kind != "attempt":
        # What else there is to say is said by their attempts.
        return operation.name, kind, {}
    attributes = {
        "http.request.method": method,
        "server.address": operation.host,
        "server.port": operation.port,
        "url.template": operation.template,
    }
    return f"{method} {operation.template}", kind, attributes


def _module(name: str) -> Any:
    try:
        return import_module(f"opentelemetry.{name}")
    except ImportError:
        problem = (
            "OpenTelemetry needs opentelemetry-api: python -m pip install"
            " 'phonecom-events[otel]'"
        )
    raise ImportError(problem, name="opentelemetry")
