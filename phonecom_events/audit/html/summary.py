"""The top of the page: what the audit comes to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..findings import Severity
from .digest import Digest
from .markup import Markup, element
from .wording import counted, enumerated

MEANINGS: Final = {
    Severity.ERROR: "events are lost or exposed",
    Severity.WARNING: "soon may be, or nobody would hear of it",
    Severity.INFO: "worth a look; may well be meant",
}


def summary(digest: Digest, *, complete: bool) -> Markup:
    """Say it in one sentence, and in numbers."""
    tone = "good" if complete and _is_clean(digest) else ""
    return element(
        "section",
        element("h2", "Summary", id="summary"),
        None if complete else _interrupted(),
        _gaps(digest),
        element("p", _verdict(digest), class_=f"verdict {tone}".rstrip()),
        element("ul", _tiles(digest), class_="tiles"),
        aria_labelledby="summary",
    )


def pill(severity: Severity) -> Markup:
    """Name a severity in its colour."""
    return element("span", str(severity), class_=f"pill {severity}")


def _is_clean(digest: Digest) -> bool:
    """Tell whether all was seen, and nothing found."""
    looked = digest.accounts > 0 or digest.linq
    return looked and not digest.counts.total() and not digest.gaps.seen


def _interrupted() -> Markup:
    return element(
        "p",
        element("strong", "This audit was interrupted."),
        " What was found by then is here; accounts that were not done are not.",
        class_="banner",
    )


def _verdict(digest: Digest) -> str:
    if not digest.counts.total():
        looked = [counted(digest.accounts, "accounts")] if digest.accounts else []
        looked += ["Linq"] if digest.linq else []
        return (
            f"Nothing was {f'found in {enumerated(looked)}' if looked else 'audited'}."
        )
    found = enumerated(
        [
            counted(digest.counts[severity], f"{severity}s")
            for severity in Severity
            if digest.counts[severity]
        ]
    )
    if not digest.accounts:
        return f"{found} in Linq."
    where = f"{digest.bad_accounts:,} of {counted(digest.accounts, 'accounts')}"
    return f"{found} in {where}{' and in Linq' if digest.bad_linq else ''}."


def _gaps(digest: Digest) -> Markup | None:
    """Say before anything else that something is missing."""
    if not digest.gaps.seen:
        return None
    lost = sum(count.lost for count in digest.readings.values())
    doubtful = sum(count.unproven for count in digest.readings.values())
    parts = [f"{counted(lost, 'lists')} could not be read"] if lost else []
    if doubtful:
        parts.append(f"{counted(doubtful, 'lists')} cannot be proven complete")
    return element(
        "p",
        element("strong", "This audit has gaps."),
        f" {enumerated(parts)}: ",
        element("a", "see what was read", href="#read"),
        ".",
        class_="banner",
    )


def _tiles(digest: Digest) -> Iterator[Markup]:
    for severity in Severity:
        label = f"{severity}s".capitalize()
        yield _tile(
            digest.counts[severity], label, MEANINGS[severity], tone=str(severity)
        )
    clean = digest.accounts - digest.bad_accounts
    yield _tile(digest.accounts, "Accounts", f"{clean:,} without findings")
    listeners = digest.statistics.total.listeners
    requests = sum(count.requests for count in digest.readings.values())
    yield _tile(listeners, "Listeners", f"read in {counted(requests, 'requests')}")


def _tile(number: int, label: str, note: str, tone: str = "") -> Markup:
    return element(
        "li",
        element("span", f"{number:,}", class_="number"),
        element("span", label, class_="name"),
        element("span", note, class_="note"),
        class_=f"tile {tone if number else 'none'}".rstrip(),
    )


def check_link(check_id: str) -> Markup:
    """Lead to what the page says about a check."""
    return element("a", check_id, href=f"#{check_id}", class_="check-id")
