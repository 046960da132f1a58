"""The report of an earlier audit, read back from its JSON form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from attrs import frozen

from ...errors import InvalidArgument
from ..findings import Finding, Place, Severity
from .report import SCHEMA, AuditReport, Comparison


@frozen(kw_only=True)
class Baseline:
    """Hold what an earlier audit found, to compare another one with.

    Attributes:
        audited_at: the moment that it measured at, aware.
        findings: by their fingerprints; masked, also if they were shown then.
    """

    audited_at: datetime
    findings: Mapping[str, Finding]

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Read a report in its JSON form; what it has more than that is ignored.

        Raises:
            InvalidArgument: it is none, or of another schema.
        """
        try:
            plain = json.loads(text)
        # RecursionError: what is nested a thousand deep is no report either.
        except (ValueError, RecursionError):
            raise InvalidArgument("it is not JSON") from None
        schema = plain.get("schema") if isinstance(plain, dict) else None
        if schema is None:
            raise InvalidArgument("it is no report of an audit")
        if schema != SCHEMA:
            raise InvalidArgument(
                f"it is a report of schema {schema!r}, and this version reads {SCHEMA}"
            )
        try:
            findings = [_finding(each) for each in plain["findings"]]
            moment = datetime.fromisoformat(plain["audited_at"])
        except (AttributeError, KeyError, TypeError, ValueError):
            raise InvalidArgument("it is a report that has been damaged") from None
        if moment.utcoffset() is None:
            raise InvalidArgument("it is a report that has been damaged")
        return cls(
            audited_at=moment, findings={each.fingerprint: each for each in findings}
        )

    def compare(self, report: AuditReport) -> Comparison:
        """Say how the findings of *report* differ from these."""
        found = {finding.fingerprint for finding in report.findings}
        unsettled, unchecked = {}, {}
        for part in report.audited:
            if part.whole:
                unsettled[part.account] = part.unsettled
                unchecked[part.account] = part.unchecked

        def looked_for(finding: Finding) -> bool:
            account = finding.where.account
            return (
                account in unsettled
                and finding.id not in unsettled[account]
                and finding.where.target not in unchecked[account]
                and report.selection.has(finding.id)
            )

        gone = sorted(
            (each for each in self.findings.values() if each.fingerprint not in found),
            key=lambda finding: finding.sort_key,
        )
        known = self.findings.keys()
        return Comparison(
            baseline_at=self.audited_at,
            new=tuple(f for f in report.findings if f.fingerprint not in known),
            unchanged=tuple(f for f in report.findings if f.fingerprint in known),
            fixed=tuple(finding for finding in gone if looked_for(finding)),
            unknown=tuple(finding for finding in gone if not looked_for(finding)),
        )


def _finding(plain: Any) -> Finding:
    where = plain["where"]
    return Finding(
        id=_typed(plain["id"], str),
        severity=Severity(plain["severity"]),
        title=_typed(plain["title"], str),
        where=Place(
            kind=_typed(where["kind"], str),
            id=_typed(where["id"], int, str, type(None)),
            account=_typed(where["account"], int, type(None)),
            extension=_typed(where["extension"], int, type(None)),
        ),
        why=_typed(plain["why"], str),
        what_to_do=_typed(plain["what_to_do"], str),
    ).masked()


def _typed(value: Any, *types: type[Any]) -> Any:
    if type(value) not in types:
        raise TypeError
    if isinstance(value, str):
        value.encode()  # half a character could be read, and never be written
    return value
