"""Until when a certificate is valid, read from its DER form.

Python's ssl module tells the parts of a certificate only where it was verified; of one
that has expired or that nobody vouches for there are the bytes alone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18
_FORMATS: Final = {_UTC_TIME: "%y%m%d%H%M%SZ", _GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}
# RFC 5280, section 4.1.2.5.1: two digits from 50 on are of the last century. Python
# begins that at 69.
_CENTURY: Final = 2050


def ends_at(der: bytes) -> datetime | None:
    """Return the certificate's notAfter, in UTC; None for what is no certificate."""
    try:
        # RFC 5280, section 4.1: Certificate { tbsCertificate { [0] version OPTIONAL,
        # serialNumber, signature, issuer, validity { notBefore, notAfter } … } … }
        rest = _inside(_inside(der))
        tag, _, after = _element(rest)
        if tag == _VERSION:
            rest = after
        for _ in range(3):
            _, _, rest = _element(rest)
        _, _, not_after = _element(_inside(rest))
        tag, value, _ = _element(not_after)
        return _time(tag, value)
    except (IndexError, ValueError, OverflowError):
        return None


def _inside(der: bytes) -> bytes:
    """Return what is in the sequence that *der* begins with."""
    tag, value, _ = _element(der)
    if tag != _SEQUENCE:
        raise ValueError(tag)
    return value


def _element(der: bytes) -> tuple[int, bytes, bytes]:
    """Return the tag and the value of the first element, and what follows it."""
    length, start = der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start])
    end = start + length
    if end > len(der):
        raise ValueError(end)
    return der[0], der[start:end], der[end:]


def _time(tag: int, value: bytes) -> datetime | None:
    form = _FORMATS.get(tag)
    if form is None:
        return None
    time = datetime.strptime(value.decode("ascii"), form).replace(tzinfo=UTC)
    if tag == _UTC_TIME and time.year >= _CENTURY:
        return time.replace(year=time.year - 100)
    return time
