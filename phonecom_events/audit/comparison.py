"""What is new since an earlier audit, and what is gone."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from attrs import frozen

from ..converter import iso_8601
from .findings import Finding

Status = Literal["new", "unchanged"]


@frozen(kw_only=True)
class Comparison:
    """Say how the findings of an audit differ from those of an earlier one.

    Attributes:
        baseline_at: the moment that the earlier one measured at.
        new: findings that the earlier one had not, worst first.
        unchanged: findings that it had.
        fixed: findings of it that were looked for again, and are gone.
        unknown: findings of it that were not looked for: their account or their
            check was left out this time, or the account could not be read.
    """

    baseline_at: datetime
    new: tuple[Finding, ...] = ()
    unchanged: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    unknown: tuple[Finding, ...] = ()

    def status(self, finding: Finding) -> Status:
        """Tell whether a finding of this audit is new."""
        return "new" if finding.fingerprint in self._new else "unchanged"

    def to_dict(self) -> dict[str, Any]:
        """Return what is not in the findings of the report, fit for JSON."""
        return {
            "audited_at": iso_8601(self.baseline_at),
            "new": len(self.new),
            "unchanged": len(self.unchanged),
            "unknown": len(self.unknown),
            "fixed": [finding.to_dict() for finding in self.fixed],
        }

    @cached_property
    def _new(self) -> frozenset[str]:
        return frozenset(finding.fingerprint for finding in self.new)
