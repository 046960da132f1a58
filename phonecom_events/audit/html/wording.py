"""How the page writes numbers and names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime


def counted(number: int, plural: str) -> str:
    """Write a number of things; every plural here ends in s."""
    noun = plural.removesuffix("s") if number == 1 else plural
    return f"{number:,} {noun.replace('_', ' ')}"


def enumerated(texts: Sequence[str]) -> str:
    """Write a list as a part of a sentence."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def moment(time: datetime) -> str:
    """Write an aware time for people, in UTC."""
    time = time.astimezone(UTC)
    return f"{time.day} {time:%B %Y, %H:%M} UTC"
