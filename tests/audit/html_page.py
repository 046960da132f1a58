"""An HTML page taken apart, and what it is made from."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from phonecom_events.audit import Audited, Finding, Place, Severity
from phonecom_events.audit.html import Digest, html_page
from phonecom_events.audit.report.statistics import Statistics

from .builders import PROVEN, TERMS, reading

_VOID = {"meta", "input", "wbr"}


class Page(HTMLParser):
    """Take a page apart.

    Attributes:
        tags: the names of its elements, in order.
        attributes: of all elements.
        text: what stands between them, with blanks as they come.
        unbalanced: end tags that do not fit, and elements without one.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.parts: list[str] = []
        self.unbalanced: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.unbalanced += self._open

    @property
    def text(self) -> str:
        """All text, with one blank between pieces."""
        return " ".join(" ".join(self.parts).split())

    def values(self, name: str) -> list[str]:
        """Return the values that an attribute has anywhere."""
        return [value or "" for each, value in self.attributes if each == name]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unbalanced.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.parts.append(data)


def finding(number: int = 1, **fields: Any) -> Finding:
    """Make a finding about a listener."""
    usual = {
        "id": "PC101",
        "severity": Severity.ERROR,
        "title": "Listener has expired",
        "where": Place(kind="listener", id=number, account=1000001),
        "why": f"expired {number} days ago",
        "what_to_do": "Delete it.",
    }
    return Finding(**{**usual, **fields})


def audited(account: int | None, *findings: Finding, **fields: Any) -> Audited:
    """Make what became of an account: read whole, and with these findings."""
    readings = (reading("listeners", report=PROVEN),)
    usual = {"readings": readings, "statistics": Statistics()}
    return Audited(account=account, findings=findings, **{**usual, **fields})


def page(*parts: Audited, **more: Any) -> Page:
    """Write a page about what became of accounts."""
    digest = Digest()
    for part in parts:
        digest.add(part)
    return Page(html_page(digest, TERMS, **more))
