"""What earlier audits came to, for whoever shows a report beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

from ..findings import Severity


@frozen(kw_only=True)
class EarlierRun:
    """Say what an earlier audit found.

    Attributes:
        at: the moment that it measured at.
        counts: how many findings of each severity.
    """

    at: datetime
    counts: Mapping[Severity, int]
