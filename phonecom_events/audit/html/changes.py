"""What is new since an earlier audit, and what is gone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from ..findings import Finding
from ..report.report import Comparison
from .markup import Markup, element
from .summary import pill
from .wording import counted, moment

_SHOWN: Final = 100


def changes(since: Comparison) -> Markup:
    """Count what has changed, and list the first of it."""
    numbers = [
        f"{len(since.new):,} new",
        f"{len(since.fixed):,} fixed",
        f"{len(since.unchanged):,} unchanged",
    ]
    if since.unknown:
        numbers.append(f"{len(since.unknown):,} not looked for this time")
    return element(
        "section",
        element("h2", f"Since {moment(since.baseline_at)}", id="changes"),
        element(
            "div",
            element("p", f"{', '.join(numbers)}."),
            _list("New", since.new),
            _list("Fixed", since.fixed),
            class_="card changes",
        ),
        aria_labelledby="changes",
    )


def _list(name: str, findings: Sequence[Finding]) -> Markup | None:
    if not findings:
        return None
    shown = findings[:_SHOWN]
    more = len(findings) - len(shown)
    return element(
        "details",
        element("summary", element("h3", f"{name} ({len(findings):,})")),
        [
            _check(list(same))
            for _, same in groupby(shown, key=lambda finding: finding.id)
        ],
        element("p", f"and {counted(more, 'more findings')}", class_="more")
        if more
        else None,
    )


def _check(findings: Sequence[Finding]) -> Markup:
    first = findings[0]
    return element(
        "div",
        element(
            "h4",
            pill(first.severity),
            element("span", first.title, class_="title"),
            element("span", first.id, class_="check-id"),
        ),
        element("p", "; ".join(str(finding.where) for finding in findings)),
        class_=f"group {first.severity}",
    )
