"""What to do about an error of this package, in a sentence for people."""

from __future__ import annotations

from typing import Final

from ..errors import (
    Conflict,
    ConnectFailed,
    DeadlineExceeded,
    DecodeError,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    PaginationError,
    PhonecomEventsError,
    RateLimited,
    Redirected,
    ServerError,
    TransportError,
    Unauthorized,
)

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
    (ConnectFailed, "Check the base URL and the network."),
    (TransportError, "Check the network, and try again."),
    (DeadlineExceeded, "Try again with more time."),
    (DecodeError, "Check that the base URL is the API's; if so, report this answer."),
    (PaginationError, "Try again while fewer rows are created and deleted."),
    (OutcomeUnknown, "Look whether it was done before you repeat it."),
)


def advice(error: PhonecomEventsError) -> str:
    """Say what to do about *error*."""
    for kind, text in _ADVICE:
        if isinstance(error, kind):
            return text
    return _FALLBACK
