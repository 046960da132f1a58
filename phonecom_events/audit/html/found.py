"""The findings by account, the worst first, with what to do about each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..findings import Finding, Severity
from .digest import Digest
from .markup import Markup, element
from .parts import Group, Part
from .summary import check_link, pill
from .wording import counted

_MOST_FINDINGS: Final = 3_000
_OPEN_FINDINGS: Final = 60
# A longer name of a place leaves too little room beside it.
_SHORT: Final = 30


def found(digest: Digest) -> Markup:
    """Show the findings of the worst accounts, and the numbers of the others."""
    whole = _fitting(digest)
    rest = list(digest.parts)[len(whole) :]
    others = digest.parts.seen - len(whole)
    return element(
        "section",
        element("h2", "Findings", id="findings"),
        _switches() if whole else element("p", "There are none.", class_="card"),
        _parts(whole),
        _rest(rest, others) if others else None,
        class_="found",
        aria_labelledby="findings",
    )


def _fitting(digest: Digest) -> list[Part]:
    """Return the worst accounts, as many as the page has room for."""
    parts: list[Part] = []
    shown = 0
    for part in digest.whole:
        shown += sum(len(group.findings) for group in part.groups)
        if parts and shown > _MOST_FINDINGS:
            break
        parts.append(part)
    return parts


def _parts(parts: Sequence[Part]) -> Iterator[Markup]:
    """Show each account; the first few are open, the worst one always."""
    shown = 0
    for part in parts:
        yield _part(part, opened=shown < _OPEN_FINDINGS)
        shown += sum(len(group.findings) for group in part.groups)


def _part(part: Part, *, opened: bool) -> Markup:
    badges = [
        element("span", counted(count, f"{severity}s"), class_=f"badge {severity}")
        for severity, count in zip(Severity, part.counts, strict=True)
        if count
    ]
    return element(
        "details",
        element(
            "summary",
            element("h3", part.name),
            element("span", badges, class_="badges"),
        ),
        [_group(group) for group in part.groups],
        class_="part",
        open=opened,
    )


def _group(group: Group) -> Markup:
    first = group.findings[0]
    more = None
    if group.more:
        text = f"and {group.more:,} more; JSON and CSV have them all"
        more = element("p", text, class_="more")
    ways_out = dict.fromkeys(finding.what_to_do for finding in group.findings)
    return element(
        "div",
        element(
            "h4",
            pill(first.severity),
            element("span", first.title, class_="title"),
            check_link(first.id),
        ),
        element("ul", _reasons(group.findings)),
        more,
        [element("p", way_out, class_="way-out") for way_out in ways_out],
        class_=f"group {first.severity}",
    )


def _reasons(findings: Sequence[Finding]) -> Iterator[Markup]:
    """List what was found; what has the same reason stands together."""
    places: dict[str, list[str]] = {}
    for finding in findings:
        places.setdefault(finding.why, []).append(finding.where.label)
    for why, labels in places.items():
        where = ", ".join(labels)
        yield element(
            "li",
            element("span", where, class_="where"),
            element("span", why, class_="why"),
            class_="long" if len(where) > _SHORT else None,
        )


def _switches() -> Markup:
    """Let findings be hidden by severity; the style sheet does it."""
    boxes = [
        element(
            "label",
            element("input", type="checkbox", id=f"show-{severity}", checked=True),
            f"{severity}s",
        )
        for severity in Severity
    ]
    return element("fieldset", element("legend", "Show"), boxes, class_="switches")


def _rest(parts: Sequence[Part], others: int) -> Markup:
    head = [
        element("th", f"{severity}s".capitalize(), scope="col", class_="figure")
        for severity in Severity
    ]
    rows = [
        element(
            "tr",
            element("th", part.name, scope="row"),
            [element("td", f"{count:,}", class_="figure") for count in part.counts],
        )
        for part in parts
    ]
    more = others - len(parts)
    return element(
        "details",
        element(
            "summary",
            element("h3", f"{counted(others, 'accounts')} with fewer findings"),
        ),
        element(
            "table",
            element(
                "thead", element("tr", element("th", "Account", scope="col"), head)
            ),
            element("tbody", rows),
        ),
        element("p", f"and {counted(more, 'more accounts')}", class_="more")
        if more
        else None,
        class_="part rest",
    )
