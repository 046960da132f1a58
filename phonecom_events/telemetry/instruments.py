"""The metrics of OpenTelemetry; those of HTTP by its conventions, others by our name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .protocol import EventName, Operation

# https://opentelemetry.io/docs/specs/semconv/http/http-metrics/, in seconds.
_BOUNDARIES: Final = (
    *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25),
    *(0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
)


class Instruments:
    """Hold the instruments of one meter.

    Attributes:
        duration: how long attempts took.
        decode_failures: answers that are not as documented.
    """

    def __init__(self, meter: Any) -> None:
        self.duration: Any = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BOUNDARIES,
        )
        self.decode_failures: Any = meter.create_counter(
            "phonecom_events.decode_failures",
            unit="{answer}",
            description="Answers that are not as documented.",
        )
        self._retries = meter.create_counter(
            "phonecom_events.retries",
            unit="{retry}",
            description="Attempts after the first one of a call.",
        )
        self._throttled = meter.create_counter(
            "phonecom_events.throttled",
            unit="s",
            description="Time spent waiting for rate limits, and after a 429.",
        )
        self._queue = meter.create_up_down_counter(
            "phonecom_events.limiter.queue",
            unit="{request}",
            description="Requests that wait for a permit of the limiter.",
        )

    def note(
        self,
        name: EventName,
        operation: Operation,
        seconds: float,
        facts: Mapping[str, str | float],
    ) -> None:
        """Count an event."""
        if name == "page":
            return
        where = {"server.address": operation.host}
        if name == "retry":
            reason = facts["reason"]
            self._retries.add(1, {**where, "phonecom_events.reason": reason})
            if reason == "429":
                self._throttled.add(seconds, where)
        else:
            self._queue.add(1 if name == "limiter.enter" else -1, where)
            if seconds:
                self._throttled.add(seconds, where)
