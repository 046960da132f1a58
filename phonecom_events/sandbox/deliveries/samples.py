"""The types that there are samples of, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Literal, TypeAlias

from attrs import frozen

from . import linq, phonecom

Vendor: TypeAlias = Literal["phonecom", "linq"]


@frozen(kw_only=True)
class Sample:
    """Name an event that can be sent.

    Attributes:
        event_type: a data type of Phone.com's, or ``test`` for what comes before the
            first event; or an event type of Linq's.
        vendor: whose it is.
        documented: whether the vendor says which members its data has.
    """

    event_type: str
    vendor: Vendor
    documented: bool


def every_sample() -> Iterator[Sample]:
    """Return all there are, Phone.com's first; no two have one type."""
    for data_type in (*phonecom.DATA_TYPES, phonecom.TEST):
        yield Sample(event_type=data_type, vendor="phonecom", documented=True)
    for event_type in linq.EVENT_TYPES:
        yield Sample(
            event_type=event_type,
            vendor="linq",
            documented=linq.is_documented(event_type),
        )


def sample_of(event_type: str, vendor: Vendor | None = None) -> Sample:
    """Return the sample of a type.

    Args:
        event_type: of it.
        vendor: whose it has to be; None for either.

    Raises:
        ValueError: there is none; the message names types that look like it.
    """
    known = {
        sample.event_type: sample
        for sample in every_sample()
        if vendor in (None, sample.vendor)
    }
    if event_type in known:
        return known[event_type]
    close = get_close_matches(event_type, known)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    raise ValueError(f"there is no sample of the type {event_type!r}{hint}")
