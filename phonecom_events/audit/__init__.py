"""The bulk audit: read listeners and what they hang on, and say what is wrong.

Reading (`reader`), looking (`checks`) and telling (`report`) are apart: a check is
a pure function on a snapshot, and knows neither clients nor formats.
"""

from .advice import advice
from .findings import Finding, Place, Severity
from .report import AuditReport
from .run import audit
from .snapshot import AccountSnapshot, LinqSnapshot, Reading
from .stream import Audited, AuditStream
from .terms import Terms

__all__ = [
    "AccountSnapshot",
    "AuditReport",
    "AuditStream",
    "Audited",
    "Finding",
    "LinqSnapshot",
    "Place",
    "Reading",
    "Severity",
    "Terms",
    "advice",
    "audit",
]
