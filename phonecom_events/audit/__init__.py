"""The bulk audit: read listeners and what they hang on, and say what is wrong.

`reading`, `checks` and `report` are apart: a check is a pure function on a snapshot,
and knows neither clients nor formats.
"""

from .checks.selection import Selection, checks_like, every_check
from .findings import Finding, Place, Severity, advice
from .options import AuditOptions
from .reading.listing import RowsRead
from .report.audited import Audited
from .report.baseline import Baseline
from .report.report import AuditReport, Comparison, exit_code
from .run import AuditStream, audit
from .snapshot import (
    AccountSnapshot,
    CallbackRow,
    Delivery,
    HeardListener,
    LinqSnapshot,
    ProfileRow,
    Reading,
)

__all__ = [
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
    "RowsRead",
    "Selection",
    "Severity",
    "advice",
    "audit",
    "checks_like",
    "every_check",
    "exit_code",
]
