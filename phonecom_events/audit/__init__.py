"""The bulk audit: read listeners and what they hang on, and say what is wrong.

Reading (`reader`), looking (`checks`) and telling (`report`) are apart: a check is
a pure function on a snapshot, and knows neither clients nor formats.
"""

from .advice import advice
from .audited import Audited
from .baseline import Baseline
from .comparison import Comparison
from .findings import Finding, Place, Severity
from .report import AuditReport, exit_code
from .run import audit
from .selection import Selection, checks_like, every_check
from .snapshot import AccountSnapshot, HeardListener, LinqSnapshot, Reading
from .stream import AuditStream
from .terms import Terms

__all__ = [
    "AccountSnapshot",
    "AuditReport",
    "AuditStream",
    "Audited",
    "Baseline",
    "Comparison",
    "Finding",
    "HeardListener",
    "LinqSnapshot",
    "Place",
    "Reading",
    "Selection",
    "Severity",
    "Terms",
    "advice",
    "audit",
    "checks_like",
    "every_check",
    "exit_code",
]
