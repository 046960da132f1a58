"""Findings as JUnit's XML, which CI servers show as tests.

JUnit has no specification. What is written here is what Jenkins and GitLab read alike:
https://github.com/testmoapp/junitxml and https://docs.gitlab.com/ci/testing/unit_test_reports/
A suite is an account, and a test case one finding, by a name that stays the same.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from html import escape
from typing import Final

from ....audit import Audited, AuditOptions, AuditReport, Comparison, Finding, advice
from ....audit.masking import masked
from ....audit.slices import Steps, parts
from ....converter import iso_8601
from ....display.printable import printable
from ...output.formats import INTERRUPTED
from .writer import only_new

_ROOT: Final = "phonecom-events"
# Told as the error of the account's own case, which is there with --ignore as well.
_UNREADABLE: Final = ("PC001", "LQ001")


class JunitSuites:
    """Write a suite for each account, and a failure for each finding."""

    def __init__(self, terms: AuditOptions) -> None:
        self._timestamp = iso_8601(terms.now)
        self._begun = False

    def account(self, audited: Audited) -> Steps[None]:
        """Write a suite: whether the account could be read, and what was found."""
        cases = [each for each in audited.findings if each.id not in _UNREADABLE]
        accepted = sum(each.accepted is not None for each in cases)
        self._suite(
            "Linq" if audited.account is None else f"Account {audited.account}",
            tests=1 + len(cases),
            failures=len(cases) - accepted,
            errors=int(audited.unreadable),
            skipped=accepted,
        )
        group = "linq" if audited.account is None else str(audited.account)
        _case(group, "Everything could be read", _error(audited))
        for some in parts(cases):
            for finding in some:
                name = f"{finding.id} {finding.title}: {finding.where.label}"
                _case(group, name, _outcome(finding))
            yield
        sys.stdout.write("</testsuite>\n")

    def compared(self, report: AuditReport, since: Comparison) -> None:
        """Write suites in which only what is new fails."""
        for part in only_new(report, since):
            for _ in self.account(part):
                pass

    def end(self, *, complete: bool, remarks: Sequence[str]) -> None:
        """Close the file; that there would have been more is an error of its own."""
        del remarks
        if not complete:
            self._suite("Audit", tests=1, failures=0, errors=1, skipped=0)
            error = _element("error", INTERRUPTED, kind="incomplete")
            _case("audit", "Audit is complete", error)
            sys.stdout.write("</testsuite>\n")
        self._begin()
        sys.stdout.write("</testsuites>\n")

    def _begin(self) -> None:
        # Not before there is something to write: after an error there is nothing then.
        if not self._begun:
            self._begun = True
            sys.stdout.write('<?xml version="1.0" encoding="UTF-8"?>\n')
            sys.stdout.write(f'<testsuites name="{_ROOT} audit">\n')

    def _suite(self, name: str, **counts: int) -> None:
        self._begin()
        numbers = "".join(f' {each}="{count}"' for each, count in counts.items())
        sys.stdout.write(
            f'<testsuite name="{_xml(name)}" timestamp="{self._timestamp}"{numbers}>\n'
        )


def _xml(text: str) -> str:
    # XML 1.0 has no way to write most control characters, not even escaped.
    return escape(printable(text))


def _case(group: str, name: str, outcome: str) -> None:
    sys.stdout.write(
        f'<testcase classname="{_ROOT}.{group}" name="{_xml(name)}">'
        f"{outcome}</testcase>\n"
    )


def _element(name: str, message: str, *more: str, kind: str) -> str:
    lines = "\n".join(map(_xml, (message, *more)))
    return f'<{name} message="{_xml(message)}" type="{_xml(kind)}">{lines}</{name}>'


def _outcome(finding: Finding) -> str:
    accepted = finding.accepted
    if accepted is not None:
        return f'<skipped message="{_xml(f"{accepted}: {finding.why}")}"/>'
    way_out = f"→ {finding.what_to_do}"
    fingerprint = f"Fingerprint: {finding.fingerprint}"
    return _element(
        "failure", finding.why, way_out, fingerprint, kind=str(finding.severity)
    )


def _error(audited: Audited) -> str:
    """Write why an account could not be read; nothing if it could."""
    reasons: list[str] = []
    for reading in audited.readings:
        if reading.error is not None:
            reasons += [
                f"{reading.resource}: {masked(str(reading.error))}",
                f"→ {advice(reading.error)}",
            ]
    return _element("error", *reasons, kind="unreadable") if reasons else ""
