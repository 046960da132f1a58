"""How the page writes numbers, names and sentences: the filters of its templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from ..findings import Severity
from .digest import Digest, by_check

_LONGEST: Final = 1_000


def printable(value: Any) -> Any:
    """Cut a text that is too long, and spell out what would hide or turn round text.

    Anything else, such as a number, comes back as it is; so does markup, which is a
    string too.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    text: str = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def counted(number: int, plural: str) -> str:
    """Write a number of things; every plural here ends in s."""
    return f"{number:,} {plural.removesuffix('s') if number == 1 else plural}"


def enumerated(texts: Sequence[str]) -> str:
    """Write a list as a part of a sentence."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def moment(time: datetime) -> str:
    """Write an aware time for people, in UTC."""
    time = time.astimezone(UTC)
    return f"{time.day} {time:%B %Y, %H:%M} UTC"


def verdict(digest: Digest) -> str:
    """Say in one sentence what was found, and where."""
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


def gaps(digest: Digest) -> str:
    """Count what is missing, or may be, as a part of a sentence."""
    lost = sum(count.lost for count in digest.readings.values())
    doubtful = sum(count.unproven for count in digest.readings.values())
    parts = [f"{counted(lost, 'lists')} could not be read"] if lost else []
    if doubtful:
        parts.append(f"{counted(doubtful, 'lists')} cannot be proven complete")
    return enumerated(parts)


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "by_check": by_check,
    "counted": counted,
    "enumerated": enumerated,
    "gaps": gaps,
    "moment": moment,
    "percent": "{:.2f}%".format,
    "pixels": "{:.1f}".format,
    "printable": printable,
    "seconds": "{:,.1f} s".format,
    "thousands": "{:,}".format,
    "verdict": verdict,
}
"""By the names that templates call them."""
