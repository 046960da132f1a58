"""How the page writes numbers, names and times: the filters of its templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ...display.printable import printable as spelled_out
from ...display.words import counted
from ..report.digest import by_check
from ..report.wording import enumerated, gaps, verdict

_LONGEST: Final = 1_000


def printable(value: Any) -> Any:
    """Cut a text that is too long, and spell out what would hide or turn round text.

    Anything else, such as a number, comes back as it is; so does markup, which is a
    string too.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    text: str = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    return spelled_out(text)


def moment(time: datetime) -> str:
    """Write an aware time for people, in UTC."""
    time = time.astimezone(UTC)
    return f"{time.day} {time:%B %Y, %H:%M} UTC"


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
