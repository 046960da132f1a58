"""What an audit must have been told for another to go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

_SHOWN: Final = 3
_OF_THE_FILE: Final = ("now", "by_vendor_clock")


class ResumeSettings(Struct, frozen=True, kw_only=True):
    """Hold what a report depends on, beside what is read.

    Neither a token nor how fast to read is part of it, nor what is done with the
    report: formats, baselines, what is accepted.

    Attributes:
        version: of phonecom-events: another may check otherwise.
        accounts: voip ids, in order.
        now, by_vendor_clock: as of an `AuditStream`; None for those of the file.
        expiring_within: seconds.
        phonecom, linq: base URLs; None for no Linq.
        include_subaccounts, select, ignore, show: as of an `AuditStream`.
        probe: whether receivers are asked.
        history: whether what a history keeps of an account is in the file.
    """

    version: str
    accounts: tuple[int, ...]
    now: datetime | None
    expiring_within: float
    phonecom: str
    linq: str | None
    include_subaccounts: bool
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    by_vendor_clock: bool | None
    show: bool
    probe: bool
    history: bool

    def differences(self, earlier: ResumeSettings) -> list[str]:
        """Say which settings are others than in an earlier audit, and what they were.

        Args:
            earlier: of that one.
        """
        before: Mapping[str, Any] = asdict(earlier)
        return [
            _difference(name, before[name], value)
            for name, value in asdict(self).items()
            if value != before[name] and not (value is None and name in _OF_THE_FILE)
        ]


def encode(settings: ResumeSettings) -> bytes:
    """Write settings as text."""
    return msgspec.json.encode(settings)


def decode(text: bytes) -> ResumeSettings:
    """Read what `encode` wrote.

    Raises:
        msgspec.MsgspecError: it is not that.
    """
    return msgspec.json.decode(text, type=ResumeSettings)


def _difference(name: str, before: Any, now: Any) -> str:
    if name != "accounts":
        return f"{name} (was {_told(before)}, is {_told(now)})"
    more, fewer = set(now) - set(before), set(before) - set(now)
    changes = [
        f"{sign}{_some(ids)}" for sign, ids in (("+", more), ("-", fewer)) if ids
    ]
    return f"accounts ({', '.join(changes)})"


def _some(ids: set[int]) -> str:
    first = sorted(ids)[:_SHOWN]
    more = f" and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else ""
    return f"{' '.join(map(str, first))}{more}"


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value) or "none"
    return "none" if value is None else str(value)
