"""What was read, what is not proven to be whole, and what could not be read."""

from __future__ import annotations

from typing import Final

from .digest import Digest
from .markup import Markup, element
from .parts import Gap, ReadingCount
from .wording import counted, enumerated

_WHOLE: Final = (
    "Every list was read to its end, and is proven whole: each row that existed"
    " throughout was seen exactly once, whatever was created or deleted meanwhile."
)
_HEADS: Final = ("Lists", "Items", "Requests", "Waited", "Not proven", "Not read")


def reading(digest: Digest) -> Markup:
    """Show how reading went, and every gap that is known."""
    heading = element("h2", "What was read", id="read")
    if not digest.readings:
        nothing = element("p", "Nothing was read.", class_="card")
        return element("section", heading, nothing, aria_labelledby="read")
    head = [element("th", name, scope="col", class_="figure") for name in _HEADS]
    rows = [_row(name, count) for name, count in sorted(digest.readings.items())]
    table = element(
        "table",
        element("thead", element("tr", element("th", "Resource", scope="col"), head)),
        element("tbody", rows),
    )
    return element(
        "section",
        heading,
        element(
            "div",
            None if digest.gaps.seen else element("p", _WHOLE),
            element(
                "div",
                table,
                class_="wide",
                role="region",
                tabindex="0",
                aria_label="Lists by resource",
            ),
            _gaps(digest) if digest.gaps.seen else None,
            class_="card",
        ),
        aria_labelledby="read",
    )


def _row(name: str, count: ReadingCount) -> Markup:
    figures = (
        *(f"{count.listings:,}", f"{count.items:,}", f"{count.requests:,}"),
        *(f"{count.waited:,.1f} s", f"{count.unproven:,}", f"{count.lost:,}"),
    )
    return element(
        "tr",
        element("th", name.replace("_", " ").capitalize(), scope="row"),
        [element("td", figure, class_="figure") for figure in figures],
    )


def _gaps(digest: Digest) -> Markup:
    more = digest.gaps.seen - len(digest.gaps)
    return element(
        "div",
        element("h3", "Gaps"),
        element("ul", [_gap(gap) for gap in digest.gaps]),
        element("p", f"and {counted(more, 'more gaps')}", class_="more")
        if more
        else None,
        class_="gaps",
    )


def _gap(gap: Gap) -> Markup:
    name = "Linq" if gap.account is None else f"Account {gap.account}"
    resources = enumerated([each.replace("_", " ") for each in gap.resources])
    verdict = "could not be read" if gap.lost else "not proven complete"
    return element(
        "li",
        element("span", f"{name}, {resources}: {verdict}", class_="where"),
        element("span", gap.reason, class_="why"),
    )
