"""What the checks that found something mean, at the end of the page."""

from __future__ import annotations

from ..checks.selection import every_check
from .digest import Digest
from .markup import Markup, element
from .parts import CheckCount
from .summary import pill
from .wording import counted


def explanations(digest: Digest) -> Markup | None:
    """Explain each check that found something, by id."""
    if not digest.checks:
        return None
    texts = {check.id: check.explanation for check in every_check()}
    return element(
        "section",
        element("h2", "What the checks mean", id="checks"),
        element(
            "dl",
            [
                _explanation(check, texts.get(check.id, ""))
                for _, check in sorted(digest.checks.items())
            ],
            class_="card",
        ),
        aria_labelledby="checks",
    )


def _explanation(check: CheckCount, text: str) -> Markup:
    return element(
        "div",
        element(
            "dt",
            element("span", check.id, class_="check-id"),
            element("span", check.title, class_="title"),
            pill(check.severity),
            element("span", _count(check), class_="note"),
        ),
        element("dd", text),
        id=check.id,
    )


def _count(check: CheckCount) -> str:
    found = counted(check.findings, "findings")
    return found if check.parts == 1 else f"{found} in {check.parts:,} accounts"
