"""The metrics of OpenTelemetry; those of HTTP by its conventions, others by our name."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

# https://opentelemetry.io/docs/specs/semconv/http/http-metrics/, in seconds.
_BOUNDARIES: Final = (
    *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25),
    *(0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
)


class Instruments:
    """Hold the instruments of one meter.

    Args:
        meter: that makes them.
        observation: the class of what an observable instrument is told.

    Attributes:
        duration: how long attempts took.
        decode_failures: answers that are not as documented.
    """

    def __init__(self, meter: Any, observation: Callable[..., Any]) -> None:
        self._observation = observation
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
        # Every attempt enters and leaves: to count that here costs a tenth of telling
        # an instrument each time.
        self._waiting: Counter[str] = Counter()
        self._lock = threading.Lock()
        meter.create_observable_up_down_counter(
            "phonecom_events.limiter.queue",
            callbacks=[self._queues],
            unit="{request}",
            description="Requests that wait for a permit of the limiter.",
        )

    def queue(self, host: str, change: int) -> None:
        """Note that a request begins to wait for a permit, or that it ends."""
        with self._lock:
            self._waiting[host] += change

    def throttled(self, host: str, seconds: float) -> None:
        """Count the time that a request has waited for."""
        self._throttled.add(seconds, {"server.address": host})

    def retried(self, host: str, reason: str, seconds: float) -> None:
        """Count a retry, and what came of a 429 as time that was waited for, too."""
        self._retries.add(1, {"server.address": host, "phonecom_events.reason": reason})
        if reason == "429":
            self.throttled(host, seconds)

    def _queues(self, _options: object) -> Iterator[Any]:
        with self._lock:
            waiting = tuple(self._waiting.items())
        for host, count in waiting:
            yield self._observation(count, {"server.address": host})
