"""What is written for people: consoles, notes of one line, text made safe."""

from __future__ import annotations

import sys

from rich.console import Console


def console(*, stderr: bool = False) -> Console:
    """Make a console that prints text as it is.

    Colours are left out where the stream is no terminal, and under NO_COLOR.
    """
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def note(text: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(f"phonecom-events: {printable(text)}\n")


def printable(text: str) -> str:
    """Escape what could move the cursor or hide text; servers choose their words."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
