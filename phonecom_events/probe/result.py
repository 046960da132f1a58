"""What became of asking a receiver."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import field, frozen

# The documented test of a new callback takes these two, and nothing else:
# https://github.com/phonedotcom/events-integration-doc (callbacks)
_WELL: Final = (200, 201)


@frozen(kw_only=True)
class ProbeResult:
    """Say what a receiver answered, or why it did not.

    Attributes:
        asked: whether it was tried at all.
        status: of the answer; None if there was none.
        seconds: from looking up the name to the end of the answer, or of its first
            64 KiB; None if there was none.
        address: what was connected to; None if nothing was.
        location: where a redirect leads, as it was sent; it may hold a secret.
        certificate_ends: when the certificate that was shown expires, in UTC, also if
            it could not be verified; None where none was read.
        verified: whether the certificate is trusted; None without TLS, and where it
            did not come to that.
        withheld: names of headers that events have and the probe had not.
        problem: why it is not well, without any part of the URL but its host; empty if
            it is.
    """

    asked: bool = True
    status: int | None = None
    seconds: float | None = None
    address: str | None = None
    location: str | None = field(default=None, repr=False)
    certificate_ends: datetime | None = None
    verified: bool | None = None
    withheld: tuple[str, ...] = ()
    problem: str = ""

    @property
    def well(self) -> bool:
        """Whether Phone.com would accept it: 200 or 201, and nothing went wrong."""
        return self.status in _WELL and not self.problem

    @property
    def redirects(self) -> bool:
        """Whether it names another URL instead of taking the event."""
        return self.status is not None and 300 <= self.status < 400

    @property
    def withheld_matters(self) -> bool:
        """Whether the answer may be about a header that only Phone.com can send."""
        return self.status in {401, 403} and bool(self.withheld)


def why_not_well(status: int, withheld: tuple[str, ...] = ()) -> str:
    """Say what is wrong with an answer's status; empty if nothing is."""
    if status in _WELL:
        return ""
    if 300 <= status < 400:
        return f"it answered {status}, a redirect, which nobody follows"
    told = f"it answered {status}, and 200 or 201 is expected"
    if status in {401, 403} and withheld:
        names = ", ".join(withheld)
        return f"{told}; it was asked without {names}, whose value is not known here"
    return told
