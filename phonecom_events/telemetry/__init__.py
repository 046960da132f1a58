"""Telling what clients and receivers do, while they do it.

`Telemetry` is the seam: whatever has its two methods can be given to clients and
receivers as ``telemetry=``. `OpenTelemetry` makes spans and metrics of what it is told
(extra ``otel``). Without one nothing of this is imported, and nothing is told.
"""

from typing import TYPE_CHECKING

from ..lazy import late_names
from .protocol import EventName, Kind, Operation, Span, Telemetry

if TYPE_CHECKING:
    from .otel import OpenTelemetry
else:
    __getattr__ = late_names(globals(), {"otel": ("OpenTelemetry",)})

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "EventName",
    "Kind",
    "OpenTelemetry",
    "Operation",
    "Span",
    "Telemetry",
]
