"""The charts: severity by account, ages and ends of listeners, targets by host."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from ...display.words import counted
from ..findings import Severity
from ..report.digest import Digest
from ..report.earlier import EarlierRun
from ..report.statistics import ENDS, MAX_HOSTS, Statistics, Way
from ..report.wording import enumerated
from .charts import Bars, Column, Histogram, Row
from .filters import moment

_ROWS: Final = 10
_SEVERITIES: Final = {str(severity): f"{severity}s" for severity in Severity}

_AGE_LABELS: Final = (
    ("within", "7 days"),
    ("8-30", "days"),
    ("1-3", "months"),
    ("3-6", "months"),
    ("6-12", "months"),
    ("1-2", "years"),
    ("over", "2 years"),
)
_END_LABELS: Final = (
    ("expired",),
    ("within", "7 days"),
    ("8-30", "days"),
    ("31-90", "days"),
    ("91-365", "days"),
    ("later",),
    ("never",),
)
_QUIET: Final = ("plain", "plain")
_WAYS: Final = {
    Way.HTTPS: "https",
    Way.HTTP: "plain http",
    Way.MAIL: "mail",
    Way.APPLICATION: "application",
    Way.LINQ: "Linq",
}


def trend(
    digest: Digest, now: datetime, earlier: Sequence[EarlierRun]
) -> Iterator[Bars]:
    """Make the chart of earlier audits and this one, if there are any."""
    if not earlier:
        return
    runs = [*earlier, EarlierRun(at=now, counts=digest.counts)]
    rows = [
        Row(
            label=moment(run.at),
            counts={str(each): run.counts.get(each, 0) for each in Severity},
        )
        for run in runs
    ]
    yield Bars(
        title="Findings by audit",
        head="Audit",
        tones=_SEVERITIES,
        figures={tone: name.capitalize() for tone, name in _SEVERITIES.items()},
        rows=rows,
        remark="The last is this one; earlier ones are those of the history.",
    )


def bars(digest: Digest) -> Iterator[Bars]:
    """Choose the charts of bars that there is something to show in."""
    if digest.counts.total():
        yield _by_account(digest)
    if digest.counts.total():
        yield _by_check(digest)
    yield from _targets(digest.statistics.total)


def histograms(total: Statistics, expiring_within: timedelta) -> Iterator[Histogram]:
    """Choose the histograms that there is something to show in."""
    if any(total.ages):
        yield _ages(total)
    if any(total.ends):
        yield _ends(total, expiring_within)


def _by_account(digest: Digest) -> Bars:
    rows = [
        Row(
            label="Linq" if part.account is None else str(part.account),
            counts=dict(zip(_SEVERITIES, part.counts, strict=True)),
        )
        for part in islice(digest.parts, _ROWS)
        if any(part.counts)
    ]
    more = digest.bad_accounts + digest.bad_linq - len(rows)
    return Bars(
        title="Findings by account",
        head="Account",
        tones=_SEVERITIES,
        figures={tone: name.capitalize() for tone, name in _SEVERITIES.items()},
        rows=rows,
        more=f"and {counted(more, 'more account')} with findings" if more else "",
        remark="The worst first: by errors, then by warnings, then by infos.",
    )


def _by_check(digest: Digest) -> Bars:
    ranked = sorted(
        (check for check in digest.checks.values() if check.findings),
        key=lambda check: (-check.findings, check.id),
    )
    rows = [
        Row(
            label=check.title,
            note=check.id,
            href=f"#{check.id}",
            counts={str(check.severity): check.findings},
        )
        for check in ranked[:_ROWS]
    ]
    more = len(ranked) - len(rows)
    return Bars(
        title="Findings by check",
        head="Check",
        tones=_SEVERITIES,
        figures={"": "Findings"},
        rows=rows,
        more=f"and {counted(more, 'more check')} that found something" if more else "",
    )


def _targets(total: Statistics) -> Iterator[Bars]:
    hosts: dict[str, Counter[Way]] = defaultdict(Counter)
    lost: Counter[Way] = Counter()
    for target, count in total.targets.items():
        if target.way in _WAYS:
            hosts[target.name or "(no host)"][target.way] += count
        else:
            lost[target.way] += count
    if not hosts:
        return
    ranked = sorted(hosts.items(), key=lambda each: (-each[1].total(), each[0]))
    rows = [_host_row(name, ways) for name, ways in ranked[:_ROWS]]
    more = len(ranked) - len(rows)
    yield Bars(
        title="Where events go, by host",
        head="Host",
        tones={f"way-{way}": name for way, name in _WAYS.items()},
        figures={"": "Senders"},
        rows=rows,
        more=f"and {counted(more, 'more host')}" if more else "",
        remark=_targets_remark(lost, total.elsewhere),
    )


def _host_row(name: str, ways: Counter[Way]) -> Row:
    used = [way for way in _WAYS if ways[way]]
    note = ", ".join(
        _WAYS[way] if len(used) == 1 else f"{_WAYS[way]} {ways[way]:,}" for way in used
    )
    return Row(label=name, note=note, counts={f"way-{way}": ways[way] for way in used})


def _targets_remark(lost: Counter[Way], elsewhere: int) -> str:
    """Say what is counted, and what has no host."""
    parts = ["Listeners that have not expired, and active subscriptions at Linq."]
    left_out = {
        "whose callback is missing or disabled": lost[Way.NOWHERE],
        "whose callback was not read, or is of an unknown kind": lost[Way.UNKNOWN],
        f"to hosts beyond the first {MAX_HOSTS:,}": elsewhere,
    }
    texts = [f"{count:,} {which}" for which, count in left_out.items() if count]
    if texts:
        parts.append(f"Not shown: {enumerated(texts)}.")
    return " ".join(parts)


def _ages(total: Statistics) -> Histogram:
    columns = [
        Column(label=label, count=count)
        for label, count in zip(_AGE_LABELS, total.ages, strict=True)
    ]
    return Histogram(
        name="ages",
        title="Listeners by age",
        columns=columns,
        remark="Since they were created.",
    )


def _ends(total: Statistics, expiring_within: timedelta) -> Histogram:
    soon = [bound <= expiring_within for bound in ENDS[1:]]
    tones = ["error", *("warning" if each else "plain" for each in soon), *_QUIET]
    columns = [
        Column(label=label, count=count, tone=tone)
        for label, count, tone in zip(_END_LABELS, total.ends, tones, strict=True)
    ]
    days = counted(expiring_within.days, "day")
    return Histogram(
        name="ends",
        title="Listeners by expiry",
        columns=columns,
        remark=f"Until they expire; a listener expires soon if that is within {days}.",
    )
