"""Telemetry: what OpenTelemetry's SDK adds to a call of one attempt.

The SDK records the call, the attempt and all metrics, and exports to nothing. First the
answer is there at once, which leaves nothing else to be timed; then it comes over
loopback, where every piece of code finds the caches cold, and takes two to three times
as long, with telemetry or without.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)

from phonecom_events import Listener, PhoneComClient, Request, Response
from phonecom_events.middleware import Credential
from phonecom_events.phonecom.client import problem
from phonecom_events.ratelimit import InProcessLimiter
from phonecom_events.ratelimit.middleware import RateLimitMiddleware
from phonecom_events.retry import DEFAULT_RETRY
from phonecom_events.session import Session
from phonecom_events.telemetry import OpenTelemetry
from phonecom_events.telemetry.calls import CallTelemetry

from .outcome import Measure, Outcome, show_all
from .process import served
from .samples import ACCOUNT, WIDE_LIMITS, listener
from .server import LISTENERS
from .timing import Times, in_turn_async

_NONE: Final = "without telemetry"
_API: Final = "OpenTelemetry's API alone"
_SDK: Final = "OpenTelemetry's SDK"
_GETS: Final = 20
_BASE_URL: Final = "https://example.org"
_TEMPLATE: Final = "/accounts/{voip_id}/integrations/events/listeners/{id}"

Get = Callable[[], Awaitable[object]]


class NoExporter(SpanExporter):
    """Export nothing."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Forget spans."""
        del spans
        return SpanExportResult.SUCCESS


class InstantTransport:
    """Answer every request with a listener, at once."""

    def __init__(self) -> None:
        self._answer = Response(status=200, body=msgspec.json.encode(listener(1)))

    async def send(self, request: Request) -> Response:
        """Send nothing."""
        del request
        return self._answer

    async def aclose(self) -> None:
        """Close nothing."""


def _telemetries() -> Mapping[str, OpenTelemetry | None]:
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(NoExporter()))
    recording = OpenTelemetry(tracers, MeterProvider([InMemoryMetricReader()]))
    return {_NONE: None, _API: OpenTelemetry(), _SDK: recording}


def _instant(telemetry: OpenTelemetry | None) -> Get:
    told = None
    if telemetry is not None:
        told = CallTelemetry(telemetry, vendor="phonecom", base_url=_BASE_URL)
    limiter = RateLimitMiddleware(
        InProcessLimiter(WIDE_LIMITS),
        problem=problem,
        ask=None if told is None else told.ask,
    )
    session = Session(
        base_url=_BASE_URL,
        credential=Credential("made-up", name="token"),
        transport=InstantTransport(),
        problem=problem,
        user_agent="benchmark",
        retry=DEFAULT_RETRY,
        limiter=limiter,
        telemetry=told,
    )
    path = f"{LISTENERS}/1"
    return lambda: session.fetch(
        Listener, "GET", path, endpoint=_TEMPLATE, account=str(ACCOUNT)
    )


async def get_at_once(rounds: int) -> Outcome:
    """Get one listener, answered at once."""
    times = await in_turn_async(
        {name: _instant(telemetry) for name, telemetry in _telemetries().items()},
        rounds=rounds,
        each=_GETS,
    )
    measure = Measure(
        what="microseconds that the SDK adds",
        value=1e6 * (times[_SDK].least - times[_NONE].least),
        sense="at most",
        wanted=60,
    )
    return _outcome("get one listener, traced, answered at once", times, measure)


async def get_over_loopback(url: str, rounds: int) -> Outcome:
    """Get one listener, over loopback."""
    clients = {
        name: PhoneComClient(
            "made-up", base_url=url, rate_limits=WIDE_LIMITS, telemetry=telemetry
        )
        for name, telemetry in _telemetries().items()
    }
    gets = {name: _getting(client) for name, client in clients.items()}
    times = await in_turn_async(gets, rounds=rounds, each=_GETS)
    for client in clients.values():
        await client.aclose()
    return _outcome("get one listener, traced, over loopback", times)


def _getting(client: PhoneComClient) -> Get:
    listeners = client.account(ACCOUNT).listeners
    return lambda: listeners.get(1)


def _outcome(title: str, times: Mapping[str, Times], *measures: Measure) -> Outcome:
    return Outcome(title=title, times=times, base=_NONE, measures=measures)


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks telemetry")
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args(argv).rounds
    with served(listeners=1, subscriptions=1) as url:
        loopback = asyncio.run(get_over_loopback(url, rounds))
    return show_all((asyncio.run(get_at_once(rounds)), loopback))
