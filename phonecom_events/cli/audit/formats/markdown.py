"""The audit as markdown, as a comment or a step's summary on a code host shows it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Final

from ....audit.checks.check import moment
from ....audit.findings import Finding, Severity
from ....audit.report.digest import Group, Part
from ....audit.report.wording import gaps, verdict
from ....display.printable import printable
from ....display.words import counted
from .output import Summary, not_found

# GitHub takes comments of 65,536 characters, and what follows needs some of them.
_MOST: Final = 60_000
_LONGEST: Final = 300
_LISTED: Final = 50
_HEAD: Final = ("Finding", "Where", "Why", "What to do")

# What markdown gives a meaning to, and what makes a link of plain text in GitHub's.
_ACTIVE: Final = re.compile(
    r"""
    [\\`*{}\[\]<>|&~$]
    | [@\#!%^] (?=\w)
    | (?<![^\W_])_ | _(?![^\W_])
    | :(?=//) | (?<=www)\.
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What mentions, issues and the like begin with: found in text whatever it is made of.
_REFERENCE: Final = re.compile(r"(?<=[@#!~%$&^])(?=\w)")
_WORD_JOINER: Final = "\u2060"


def write_markdown(summary: Summary) -> None:
    """Write the audit to stdout."""
    sys.stdout.write(markdown(summary))


def markdown(summary: Summary) -> str:
    """Return the audit as markdown; what is left out of it is counted."""
    text = "".join(_head(summary))
    tail = "".join(_tail(summary))
    room = _MOST - len(text) - len(tail)
    shown = 0
    for part, opened in summary.digest.in_full():
        section = _section(part, room, opened=opened)
        if not section:
            break
        text += section
        room -= len(section)
        shown += 1
    more = summary.digest.parts.seen - shown
    if more > 0:
        text += f"\n{counted(more, 'more account')} with findings; JSON has them all.\n"
    return text + tail


def plain(text: str) -> str:
    """Escape a text so that it is shown as it is, on one line, and means nothing else."""
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    text = _REFERENCE.sub(_WORD_JOINER, printable(text))
    return _ACTIVE.sub(lambda match: f"&#{ord(match[0])};", text)


def _head(summary: Summary) -> Iterator[str]:
    digest = summary.digest
    yield f"## Listener audit\n\n**{verdict(digest)}**\n"
    yield f"\n{counted(digest.statistics.total.listeners, 'listener')} read"
    yield f" in {counted(digest.requests, 'request')}; {moment(summary.terms.now)}.\n"
    if not summary.complete:
        yield "\n> **This audit was interrupted.** What was found by then is here.\n"
    if digest.gaps.seen:
        yield f"\n> **This audit has gaps.** {gaps(digest)}.\n"
    since = summary.since
    if since is not None:
        yield f"\nSince {moment(since.baseline_at)}: {len(since.new):,} new,"
        yield f" {len(since.fixed):,} fixed, {len(since.unchanged):,} unchanged.\n"


def _tail(summary: Summary) -> Iterator[str]:
    """Say what is no finding, and what is fixed."""
    if summary.since is not None and summary.since.fixed:
        fixed = summary.since.fixed
        yield "\n### Fixed\n\n"
        for finding in fixed[:_LISTED]:
            yield f"- {finding.id} {plain(finding.title)}: {plain(str(finding.where))}\n"
        if len(fixed) > _LISTED:
            yield f"- and {len(fixed) - _LISTED:,} more\n"
    remarks = [*map(not_found, summary.unmatched), *summary.remarks]
    if remarks:
        yield "\n### Remarks\n\n"
        for remark in remarks[:_LISTED]:
            yield f"- {plain(remark)}\n"
        if len(remarks) > _LISTED:
            yield f"- and {len(remarks) - _LISTED:,} more\n"


def _section(part: Part, room: int, *, opened: bool) -> str:
    """Write a part as a table that fits; empty if not even its first row does."""
    start = (
        f"\n<details{' open' if opened else ''}><summary>{_title(part)}</summary>\n\n"
    )
    start += _row(*_HEAD) + _row(*["---"] * len(_HEAD))
    end = "\n</details>\n"
    more = f"\nMore than fits in here; JSON has it all.\n{end}"
    text = ""
    for row in _rows(part):
        if len(start) + len(text) + len(row) + len(more) > room:
            return start + text + more if text else ""
        text += row
    return start + text + end


def _title(part: Part) -> str:
    counts = [
        counted(count, str(severity))
        for severity, count in part.by_severity.items()
        if count
    ]
    counts += [f"{part.accepted:,} accepted"] if part.accepted else []
    return f"<b>{part.name}</b>: {', '.join(counts)}"


def _rows(part: Part) -> Iterator[str]:
    for group in part.groups:
        title = f"**{_word(group.check)}** {group.check.id} {plain(group.check.title)}"
        for why, places in group.reasons.items():
            yield _row(title, plain(places), plain(why), plain(_way_out(group)))
        if group.more:
            yield _row(title, f"and {group.more:,} more", "", "")


def _word(finding: Finding) -> str:
    return "accepted" if finding.accepted else str(Severity(finding.severity))


def _way_out(group: Group) -> str:
    accepted = group.check.accepted
    return str(accepted) if accepted else " ".join(group.ways_out)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"
