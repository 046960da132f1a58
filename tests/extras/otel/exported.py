"""OpenTelemetry's SDK, with what it would export in memory."""

from __future__ import annotations

import json
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from phonecom_events.telemetry import OpenTelemetry


class Exported:
    """Hold providers of one's own, and read what came of them."""

    def __init__(self, **options: Any) -> None:
        self._spans = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self._reader = InMemoryMetricReader()
        self.telemetry = OpenTelemetry(
            self.tracers, MeterProvider([self._reader]), **options
        )

    @property
    def spans(self) -> list[ReadableSpan]:
        """All spans that have ended, by their beginning."""
        return sorted(self._spans.get_finished_spans(), key=lambda s: s.start_time or 0)

    @property
    def metrics(self) -> dict[str, list[Any]]:
        """The points of each metric."""
        data = self._reader.get_metrics_data()
        return {
            metric.name: list(metric.data.data_points)
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }

    @property
    def text(self) -> str:
        """All of it, as text."""
        spans = [json.loads(span.to_json()) for span in self.spans]
        for span in spans:  # both are random, and so may hold anything
            del span["context"], span["parent_id"]
            del span["start_time"], span["end_time"], span["resource"]
            for event in span["events"]:
                del event["timestamp"]
                event["attributes"].pop("seconds", None)
        points = [dict(p.attributes) for ps in self.metrics.values() for p in ps]
        return json.dumps([spans, points])
