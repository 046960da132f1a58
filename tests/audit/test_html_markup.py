"""HTML that is escaped by construction."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from phonecom_events.audit.html.markup import Markup, breakable, element


class Reader(HTMLParser):
    """Collect what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    """Read HTML to its end."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@given(st.text(max_size=200))
@example("</p><script>alert(1)</script>")
@example("&lt;b&gt; &amp;amp; <!-- ]]>")
@example("\" onclick='alert(1)'")
def test_text_stays_text(text: str) -> None:
    """Whatever is put into an element or an attribute comes out as it was."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    seen = read(element("p", text, title=text))
    assert seen.tags == ["p"]
    assert seen.text == shown
    assert seen.attributes == [("title", shown)]


@given(st.text(max_size=200))
def test_breakable_text_stays_text(text: str) -> None:
    """It has places to break, and nothing else is added."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    seen = read(element("p", breakable(text)))
    assert seen.text == shown
    assert seen.tags == ["p", *["wbr"] * text.count(".")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\x00", "a\\nb\\x00"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\ud800", "\\ud800"),
        ("東京 é", "東京 é"),
        ("x" * 1_001, "x" * 1_000 + "…"),
    ],
)
def test_text_that_hides_something_is_shown(text: str, shown: str) -> None:
    """Controls, marks of direction and broken characters are spelled out."""
    html = element("p", text)
    assert html == f"<p>{shown}</p>"
    assert html.encode()


def test_children_come_in_any_form() -> None:
    """Markup is kept, lists are joined, None is left out."""
    inner = element("b", "x")
    html = element("p", "a ", inner, None, [inner, " & ", inner], Markup("<hr>"))
    assert html == "<p>a <b>x</b><b>x</b> &amp; <b>x</b><hr></p>"


def test_attributes_are_written_by_their_kind() -> None:
    """True has no value, None and False are not there, numbers are short."""
    html = element(
        "input", class_="a", aria_label="b", x=1.5, on=True, off=False, no=None
    )
    assert html == '<input class="a" aria-label="b" x="1.5" on>'
