"""The bulk audit: read listeners and what they hang on, and say what is wrong.

`reading`, `checks` and `report` are apart: a check is a pure function on a snapshot,
and knows neither clients nor formats. What reads, and so needs clients, is imported
when it is asked for: explaining a check does without.
"""

from typing import TYPE_CHECKING

from ..lazy import late_names
from .acceptance import Acceptance
from .checks.selection import Selection, checks_like, every_check
from .findings import Finding, Place, Severity, advice
from .options import AuditOptions
from .reading.listing import RowsRead
from .report.audited import Audited
from .report.baseline import Baseline
from .report.report import AuditReport, Comparison, exit_code
from .snapshot import (
    AccountSnapshot,
    CallbackRow,
    Delivery,
    HeardListener,
    LinqSnapshot,
    ProfileRow,
    Reading,
)

if TYPE_CHECKING:
    from .resume.file import ResumeFile
    from .run import audit
    from .stream import AuditStream
else:
    __getattr__ = late_names(
        globals(),
        {
            "run": ("audit",),
            "stream": ("AuditStream",),
            "resume.file": ("ResumeFile",),
        },
    )

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "Acceptance",
    "AccountSnapshot",
    "AuditOptions",
    "AuditReport",
    "AuditStream",
    "Audited",
    "Baseline",
    "CallbackRow",
    "Comparison",
    "Delivery",
    "Finding",
    "HeardListener",
    "LinqSnapshot",
    "Place",
    "ProfileRow",
    "Reading",
    "ResumeFile",
    "RowsRead",
    "Selection",
    "Severity",
    "advice",
    "audit",
    "checks_like",
    "every_check",
    "exit_code",
]
