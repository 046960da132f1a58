"""What an audit finds: how bad it is, where, why, and what to do about it.

Also what to do about an error of this package, which is what a finding says where
something could not be read.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import asdict, replace

from ..errors import (
    Conflict,
    ConnectFailed,
    DeadlineExceeded,
    DecodeError,
    Forbidden,
    HistoryUnavailable,
    InboxUnavailable,
    InvalidArgument,
    LimiterUnavailable,
    NotFound,
    OutcomeUnknown,
    PaginationError,
    PhonecomEventsError,
    ProxyFailed,
    RateLimited,
    Redirected,
    ServerError,
    SessionClosed,
    TransportError,
    Unauthorized,
    WebhookError,
)
from .acceptance import Acceptance
from .masking import masked

_FALLBACK: Final = "Change what the server objects to."

# The first class that fits, so the narrower ones come first.
_ADVICE: Final[tuple[tuple[type[PhonecomEventsError], str], ...]] = (
    (Unauthorized, "Check the token: it is wrong, expired, or another service's."),
    (Forbidden, "Use a token that may do this: an account owner's may do all."),
    (NotFound, "Check the id, and that the token's account is the one that has it."),
    (Conflict, "Remove what still uses it first."),
    (RateLimited, "Try again when the server allows it, or ask for less at once."),
    (Redirected, "Check the base URL: the server points to another."),
    (ServerError, "Try again later; the fault is at the server's end."),
    (LimiterUnavailable, "Check the Redis that keeps the rate limits."),
    (ProxyFailed, "Check the proxy, and the user and password that it wants."),
    (ConnectFailed, "Check the base URL and the network."),
    (TransportError, "Check the network, and try again."),
    (DeadlineExceeded, "Try again with more time."),
    (DecodeError, "Check that the base URL is the API's; if so, report this answer."),
    (PaginationError, "Try again while fewer rows are created and deleted."),
    (HistoryUnavailable, "Check its URL, and that it may be written to."),
    (OutcomeUnknown, "Look whether it was done before you repeat it."),
    (InvalidArgument, "Change the argument that it names."),
    (SessionClosed, "Make the call while the client is open."),
    (WebhookError, "Refuse the delivery; if genuine ones fail too, check the secret."),
    (InboxUnavailable, "Let the vendor send it again, and look at the inbox's disk."),
)


def advice(error: PhonecomEventsError) -> str:
    """Say what to do about *error*."""
    for kind, text in _ADVICE:
        if isinstance(error, kind):
            return text
    return _FALLBACK


class Severity(StrEnum):
    """Say how bad a finding is; members are listed worst first."""

    ERROR = "error"
    """Events are lost or exposed, or could not be looked at."""

    WARNING = "warning"
    """They soon will be, or somebody may not hear of it."""

    INFO = "info"
    """Worth a look; may well be meant."""

    @property
    def rank(self) -> int:
        """Its place from the worst, which is 0."""
        return _RANKS[self]

    def reaches(self, threshold: Severity) -> bool:
        """Tell whether it is as bad as *threshold*, or worse."""
        return self.rank <= threshold.rank


_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


# A large account can have more findings than all else in a process has objects, and
# each full collection of garbage would stop the event loop to go through them. They
# cannot be part of a cycle, so it need not know of them: `gc=False`.
class Place(Struct, frozen=True, kw_only=True, gc=False):
    """Say what a finding is about.

    Attributes:
        kind: what it is, such as ``listener`` or ``webhook_subscription``.
        id: its id; None where the kind says it all.
        account: the voip id of its account; None at Linq.
        extension: the extension it belongs to; None for the whole account.
    """

    kind: str
    id: int | str | None = None
    account: int | None = None
    extension: int | None = None

    @property
    def label(self) -> str:
        """Its name within its account, such as ``listener 1001``."""
        kind = self.kind.replace("_", " ")
        name = kind if self.id is None else f"{kind} {self.id}"
        return name if self.extension is None else f"{name} (ext. {self.extension})"

    @property
    def target(self) -> str:
        """Its name as a fingerprint ends, such as ``listener:1001``."""
        return self.kind if self.id in {None, ""} else f"{self.kind}:{self.id}"

    def __str__(self) -> str:
        if self.account is None or self.kind == "account":
            return self.label
        return f"account {self.account}, {self.label}"

    @property
    def sort_key(self) -> tuple[int, str, int, str]:
        """Order by account, then kind, then id; ids that are text come as text."""
        # Phone.com's ids are numbers, Linq's texts: Python compares no two of them.
        number = self.id if isinstance(self.id, int) else 0
        text = self.id if isinstance(self.id, str) else ""
        return (self.account or 0, self.kind, number, text)


class Finding(Struct, frozen=True, kw_only=True, gc=False):
    """Report one thing that is wrong, or worth a look.

    Attributes:
        id: of the check that found it, such as ``PC101``; it never changes.
        severity: how bad it is.
        title: what is wrong, the same for every finding of the check.
        where: what it is about.
        why: the facts that it rests on.
        what_to_do: the way out.
        accepted: why it does not count, if somebody has accepted it.
    """

    id: str
    severity: Severity
    title: str
    where: Place
    why: str
    what_to_do: str
    accepted: Acceptance | None = None

    @property
    def sort_key(self) -> tuple[int, str, tuple[int, str, int, str]]:
        """Order worst first, then by check, then by place."""
        return (self.severity.rank, self.id, self.where.sort_key)

    @property
    def fingerprint(self) -> str:
        """What stays the same from one audit to the next: the check and the place.

        Reasons do not, as they count days and name other rows.
        """
        where = self.where
        account = "" if where.account is None else where.account
        item = "" if where.id is None else where.id
        return f"{self.id}:{account}:{where.kind}:{item}"

    def masked(self) -> Finding:
        """Return it with phone numbers and parts of URLs hidden; see `masking`."""
        return replace(self, why=masked(self.why))

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, fit for JSON."""
        plain = {
            **asdict(self),
            "where": asdict(self.where),
            "severity": str(self.severity),
            "fingerprint": self.fingerprint,
        }
        accepted = plain.pop("accepted")
        return plain if accepted is None else {**plain, "accepted": accepted.to_dict()}
