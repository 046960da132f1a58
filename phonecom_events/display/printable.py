"""Text that strangers chose, as a terminal or a page may show it."""

from __future__ import annotations


def printable(text: str) -> str:
    """Spell out what could move the cursor, hide text, or turn it round."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
