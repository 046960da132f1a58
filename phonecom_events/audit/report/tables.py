"""What an audit found as tables for a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ...display import html
from ...display.words import counted
from ..findings import Finding, Severity
from ..masking import masked
from ..snapshot import Reading

_WORST_SHOWN: Final = 10


def in_words(findings: Iterable[Finding]) -> str:
    """Count findings by severity, such as ``1 error, 0 warnings, 3 infos``."""
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(counted(counts[each], str(each)) for each in Severity)


def severities_table(counts: Mapping[Severity, int]) -> str:
    """Write how many findings there are of each severity, as HTML."""
    return html.pairs({str(each): f"{count:,}" for each, count in counts.items()})


def worst_table(findings: Sequence[Finding]) -> str:
    """Write the first findings, which are the worst, as HTML."""
    if not findings:
        return html.paragraph("No findings.")
    worst = findings[:_WORST_SHOWN]
    rows = ((str(f.severity), f.id, f.title, f.where, f.why) for f in worst)
    parts = [html.prose_table(("severity", "check", "title", "where", "why"), rows)]
    if len(findings) > len(worst):
        more = f"… and {len(findings) - len(worst):,} more, in .findings"
        parts.append(html.paragraph(more, muted=True))
    return "".join(parts)


def readings_table(readings: Iterable[Reading[Any]]) -> str:
    """Write how each listing went, as HTML."""
    rows = (
        (
            reading.resource.replace("_", " "),
            f"{reading.report.items:,}",
            "yes" if reading.every_row else "no",
            _doubt(reading),
        )
        for reading in readings
    )
    return html.prose_table(("listing", "items", "all seen", "why not"), rows)


def unread(
    readings: Iterable[tuple[int | None, Reading[Any]]],
) -> Iterator[tuple[str, str, str]]:
    """Yield whose listing could not be read, which, and why."""
    for account, reading in readings:
        error = reading.error or reading.refused
        if error is not None:
            whose = "Linq" if account is None else str(account)
            yield whose, reading.resource.replace("_", " "), masked(str(error))


def _doubt(reading: Reading[Any]) -> str:
    error = reading.error or reading.refused
    if error is not None:
        return masked(str(error))
    odd = reading.report.odd_row_count
    return counted(odd, "odd row") if odd else reading.report.reason
