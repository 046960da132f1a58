"""What an audit measures by and tells, checked before any request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from attrs import Attribute, field, frozen

from ..errors import InvalidArgument

EXPIRING_WITHIN: Final = timedelta(days=30)


def _aware(_: object, attribute: Attribute[Any], value: object) -> None:
    # A tzinfo alone proves nothing: its utcoffset may still be None.
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise InvalidArgument(f"{attribute.name} must be an aware datetime")


def _not_negative(_: object, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, timedelta) or value < timedelta():
        raise InvalidArgument(f"{attribute.name} must be a timedelta of 0 or more")


@frozen(kw_only=True)
class AuditOptions:
    """Hold what checks measure by, and how much of it is told.

    Attributes:
        now: the moment that expiry is measured at, aware.
        expiring_within: how long before its end a listener expires "soon".
        show: tell phone numbers and whole URLs; without it they are masked.

    Raises:
        InvalidArgument: when built with anything else.
    """

    now: datetime = field(validator=_aware, factory=lambda: datetime.now(UTC))
    expiring_within: timedelta = field(default=EXPIRING_WITHIN, validator=_not_negative)
    show: bool = False
