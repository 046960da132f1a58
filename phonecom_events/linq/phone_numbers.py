"""The phone numbers that Linq has assigned to the API key's owner.

https://docs.linqapp.com (phone numbers). There is an older ``/v3/phonenumbers``, most
fields of which are always null.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from attrs import frozen

from ..display.shown import Shown
from .listing import UnpagedResource

T = TypeVar("T")


class LineType(StrEnum):
    """Name a kind of line; RCS ones send RCS and SMS, but never iMessage."""

    IMESSAGE = "iMessage"
    RCS = "RCS"


class ReputationStatus(StrEnum):
    """Name how well messages from a line arrive."""

    HEALTHY = "HEALTHY"
    AT_RISK = "AT_RISK"
    CRITICAL = "CRITICAL"


@frozen(kw_only=True)
class Reputation(Shown):
    """Describe the reputation of a line, which Linq calls a beta.

    Attributes:
        status: a member of `ReputationStatus`, or a string for one not known here.
        doc_url: what Linq says about it.
    """

    status: ReputationStatus | str
    doc_url: str | None = None


@frozen(kw_only=True)
class PhoneNumber(Shown):
    """Describe a phone number of the account.

    Attributes:
        id: text of any form.
        phone_number: E.164.
        line_type: a member of `LineType`, or a string for one not known here.
        forwarding_number: E.164, where calls to it go; None for nowhere.
        reputation: None where the answer has none.
    """

    id: str
    phone_number: str
    line_type: LineType | str | None = None
    forwarding_number: str | None = None
    reputation: Reputation | None = None


@frozen(kw_only=True)
class _Listing(Generic[T]):
    phone_numbers: tuple[T, ...]


class PhoneNumbers(UnpagedResource[PhoneNumber]):
    """List the phone numbers of the API key's owner."""

    model = PhoneNumber
    collection = "phone_numbers"
    answer = _Listing
    rows = "phone_numbers"
