"""HTML that is escaped by construction: text becomes markup only here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

Attribute = str | int | float | bool | None

_VOID: Final = frozenset({"input", "meta"})
_LONGEST: Final = 1_000


class Markup(str):
    """Hold HTML; any other string is text, and is escaped where it is used."""

    __slots__ = ()


Child = str | Iterable[str]


def element(name: str, /, *children: Child | None, **attributes: Attribute) -> Markup:
    """Write an element.

    Args:
        name: of the element; one that never has content gets no end tag.
        children: text, markup, or several of them; None is left out.
        attributes: an underscore at the end of a name is dropped, others become
            hyphens. True is an attribute without a value; None and False are none.
    """
    start = f"{name}{''.join(_written(*each) for each in attributes.items())}"
    if name in _VOID:
        return Markup(f"<{start}>")
    content = "".join(map(_content, children))
    return Markup(f"<{start}>{content}</{name}>")


def breakable(text: str) -> Markup:
    """Let a long name be broken after its dots."""
    return Markup(_text(text).replace(".", ".<wbr>"))


def join(parts: Iterable[str]) -> Markup:
    """Put parts one after another."""
    return Markup("".join(map(_text, parts)))


def _content(child: Child | None) -> str:
    if child is None:
        return ""
    return _text(child) if isinstance(child, str) else join(child)


def _written(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = name.removesuffix("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = value if isinstance(value, str) else f"{value:g}"
    return f' {name}="{escape(_shown(text))}"'


def _text(part: str) -> str:
    return part if isinstance(part, Markup) else escape(_shown(part))


def _shown(text: str) -> str:
    """Cut text that is too long, and show what would hide or turn round text."""
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
