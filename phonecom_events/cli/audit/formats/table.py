"""An audit's report for people: by account, the worst first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from textwrap import wrap
from typing import Final

from attrs import evolve
from rich.text import Text

from ....audit import Audited, AuditReport, Comparison, Finding, Severity
from ....audit.checks.check import moment
from ....audit.report.digest import by_check
from ....display.printable import printable
from ...output.streams import console
from .output import not_found

_STYLES: Final = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.INFO: "cyan",
}
_ACCEPTED: Final = "green"
_SHOWN: Final = 10
# A label beyond this leaves too little room beside it.
_LABEL_WIDTH: Final = 36
_NARROWEST: Final = 40
_INDENT: Final = "    "


def table_writer() -> Callable[[AuditReport, Comparison | None], None]:
    """Return what writes a table; the audit takes as long as from here to there."""
    started = time.monotonic()

    def write(report: AuditReport, since: Comparison | None) -> None:
        write_table(report, seconds=time.monotonic() - started, since=since)

    return write


def write_table(
    report: AuditReport, *, seconds: float, since: Comparison | None = None
) -> None:
    """Write the report to stdout, as wide as the terminal.

    Args:
        report: what to write.
        seconds: how long the audit took.
        since: a comparison with an earlier audit: only what is new and what is
            fixed is written, and what is not is counted.
    """
    out = console()
    width = max(out.width, _NARROWEST)
    parts = report.audited
    if since is not None:
        parts = tuple(_only_new(part, since) for part in parts)
    for part in sorted(parts, key=_worst_first):
        if part.findings:
            for line in (*_part(part, width), Text()):
                out.print(line, soft_wrap=True)
    new = "" if since is None else "new "
    end = [*_clean(parts, width, f"Nothing {new}found in")]
    if since is not None:
        end += [*_fixed(since, width), *_change(since, width)]
    for line in (*end, *_summary(report, seconds, width)):
        out.print(line, soft_wrap=True)


def _only_new(part: Audited, since: Comparison) -> Audited:
    new = tuple(each for each in part.findings if since.status(each) == "new")
    return evolve(part, findings=new)


def _worst_first(part: Audited) -> tuple[object, ...]:
    counts = [
        -sum(each.severity is severity and not each.accepted for each in part.findings)
        for severity in Severity
    ]
    return (*counts, part.account is None, part.account)


def _part(part: Audited, width: int) -> Iterator[Text]:
    items = (
        _count(reading.report.items, reading.resource) for reading in part.readings
    )
    heading = Text(_name(part), style="bold")
    yield heading.append(f"  {', '.join(items)}", style="not bold dim")
    accepted = [finding for finding in part.findings if finding.accepted]
    others = [finding for finding in part.findings if not finding.accepted]
    for same in by_check([*others, *accepted]):
        yield Text()
        yield from _check(same, width)


def _check(findings: Sequence[Finding], width: int) -> Iterator[Text]:
    """Write what one check found in one account; a long list is cut short."""
    first = findings[0]
    heading = Text("  ")
    if first.accepted:
        heading.append("ACCEPTED", style=_ACCEPTED)
    else:
        heading.append(first.severity.upper(), style=_STYLES[first.severity])
    yield heading.append(f" {first.id}  {first.title}")
    for line in _places(findings[:_SHOWN], width):
        yield Text(line)
    more = len(findings) - _SHOWN
    if more > 0:
        yield Text(f"{_INDENT}… and {more:,} more; CSV and JSON have them all")
    ways_out = (str(each.accepted or each.what_to_do) for each in findings)
    for way_out in dict.fromkeys(ways_out):
        for line in _wrapped(f"{_INDENT}→ ", way_out, width):
            yield Text(line, style="dim")


def _places(findings: Sequence[Finding], width: int) -> Iterator[str]:
    """Lay out places and reasons, side by side if there is room."""
    labels = [printable(finding.where.label) for finding in findings]
    longest = max(map(len, labels))
    for label, finding in zip(labels, findings, strict=True):
        if longest <= _LABEL_WIDTH:
            start = f"{_INDENT}{label:<{longest}}  "
        else:
            yield f"{_INDENT}{label}"
            start = f"{_INDENT}  "
        yield from _wrapped(start, finding.why, width)


def _clean(parts: Sequence[Audited], width: int, told: str) -> Iterator[Text]:
    clean = [part.account for part in parts if not part.findings]
    accounts = [str(account) for account in clean if account is not None]
    if accounts:
        start = f"{told} {_count(len(accounts), 'accounts')}: "
        for line in _wrapped(start, _cut(accounts), width):
            yield Text(line)
    if None in clean:
        yield Text(f"{told} Linq")
    if clean:
        yield Text()


def _fixed(since: Comparison, width: int) -> Iterator[Text]:
    """Write what is gone, by check; a long list is cut short."""
    by_check = sorted(since.fixed, key=lambda finding: finding.id)
    for (check, title), same in groupby(by_check, lambda each: (each.id, each.title)):
        yield Text(f"FIXED {check}  {title}", style="green")
        places = [str(finding.where) for finding in same]
        for line in _wrapped(_INDENT, _cut(places, "; "), width):
            yield Text(line)
        yield Text()


def _change(since: Comparison, width: int) -> Iterator[Text]:
    unknown = len(since.unknown)
    not_told = f", {unknown:,} not looked for" if unknown else ""
    told = (
        f"{len(since.new):,} new, {len(since.fixed):,} fixed,"
        f" {len(since.unchanged):,} unchanged{not_told} since"
        f" {moment(since.baseline_at)}."
    )
    for line in wrap(told, width):
        yield Text(line, style="bold")


def _summary(report: AuditReport, seconds: float, width: int) -> Iterator[Text]:
    found = ", ".join(
        _count(count, f"{severity}s") for severity, count in report.counts.items()
    )
    if report.accepted:
        found += f", and {len(report.accepted):,} accepted"
    items = ", ".join(_count(count, name) for name, count in report.items.items())
    items = items or "nothing"
    accounts = _count(len(report.accounts), "accounts")
    requests = _count(report.requests, "requests")
    told = f"{found}. Read {items} of {accounts} in {requests} and {seconds:.2f} s."
    for line in wrap(told, width):
        yield Text(line, style="bold")
    for part in report.audited:
        for check_id, why in part.undecided.items():
            if report.selection.has(check_id):
                yield from map(Text, _wrapped(f"{check_id} cannot tell: ", why, width))
    for entry in report.unmatched:
        yield from map(Text, _wrapped("", not_found(entry), width))
    if not report.complete:
        yield Text("Incomplete: the audit was interrupted.", style="bold red")


def _name(part: Audited) -> str:
    return "Linq" if part.account is None else f"Account {part.account}"


def _count(number: int, plural: str) -> str:
    """Write a number of things; every plural here ends in s."""
    noun = plural.removesuffix("s") if number == 1 else plural
    return f"{number:,} {noun.replace('_', ' ')}"


def _cut(names: Sequence[str], between: str = ", ") -> str:
    """Write the first of many names, and how many more there are."""
    more = len(names) - _SHOWN
    shown = between.join(names[:_SHOWN])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _wrapped(start: str, text: str, width: int) -> list[str]:
    """Break a text into lines that hang under its start; words stay whole."""
    return wrap(
        printable(text),
        width,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
