"""Findings that somebody has accepted: which they are, why, and for how long."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Self

from attrs import Attribute, field, frozen

from ..errors import InvalidArgument
from ..resources import positive_id

_PARTS: Final = "CHECK, CHECK:ACCOUNT or a whole fingerprint, CHECK:ACCOUNT:KIND:ID"


def _check(_: object, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not value:
        raise InvalidArgument(
            f"{attribute.name} must be the id of a check, or how it begins"
        )


def _account(_: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None:
        positive_id(attribute.name, value)


def _target(_: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise InvalidArgument(
            f"{attribute.name} must be a place, such as listener:1001"
        )


def _reason(_: object, attribute: Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise InvalidArgument(f"{attribute.name} must say why it is accepted")


def _until(_: object, attribute: Attribute[Any], value: object) -> None:
    # A datetime is a date too, but one whose last moment nobody could tell.
    if value is not None and (isinstance(value, datetime) or type(value) is not date):
        raise InvalidArgument(f"{attribute.name} must be a date, such as 2027-01-31")


def _upper(value: str) -> str:
    # Whatever else it is, the validator refuses.
    return value.strip().upper() if isinstance(value, str) else value


@frozen(kw_only=True)
class Acceptance:
    """Accept the findings of a check, or of several, for a reason.

    Attributes:
        check: its id, or how the ids of several begin, such as ``PC3``.
        reason: why that is well; told with each finding.
        account: the voip id of the account; None for any, and for Linq.
        target: the place, as a fingerprint ends or as tables write it: ``listener:1001``
            or ``listener 1001``; None for any.
        until: the last day of it, in UTC; None for ever. After that day the findings
            count again.

    Raises:
        InvalidArgument: when built with anything else.
    """

    check: str = field(validator=_check, converter=_upper)
    reason: str = field(validator=_reason)
    account: int | None = field(default=None, validator=_account)
    target: str | None = field(default=None, validator=_target)
    until: date | None = field(default=None, validator=_until)

    @classmethod
    def of(cls, finding: str, *, reason: str, until: date | None = None) -> Self:
        """Accept a finding by its fingerprint, or many by how theirs begin.

        Args:
            finding: such as ``PC101:1000002:listener:1001``, ``PC101:1000002`` or
                ``PC101``; at Linq ``LQ103::webhook_subscription:ID``.
            reason, until: as the class has them.

        Raises:
            InvalidArgument: it is no fingerprint.
        """
        check, _, rest = finding.partition(":")
        account, _, target = rest.partition(":")
        # By length first: Python reads no number of thousands of digits.
        if account and not (
            account.isascii() and account.isdecimal() and len(account) < 20
        ):
            raise InvalidArgument(f"{finding!r} is no finding: expected {_PARTS}")
        return cls(
            check=check,
            reason=reason,
            account=int(account) if account else None,
            # What has no id of its own ends in a colon.
            target=target.removesuffix(":") or None,
            until=until,
        )

    @property
    def label(self) -> str:
        """What it is about, such as ``PC101 of account 1000002, listener:1001``."""
        account = None if self.account is None else f"account {self.account}"
        places = ", ".join(each for each in (account, self.target) if each)
        return f"{self.check} of {places}" if places else self.check

    def __str__(self) -> str:
        until = "" if self.until is None else f" until {self.until}"
        return f"Accepted{until}: {self.reason}"

    def holds_on(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.until is None or day <= self.until

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, fit for JSON."""
        return {
            "check": self.check,
            "account": self.account,
            "target": self.target,
            "reason": self.reason,
            "until": None if self.until is None else self.until.isoformat(),
        }
