"""What people are told to do about errors."""

from __future__ import annotations

import pytest

from phonecom_events import errors
from phonecom_events.audit import advice


def make(kind: type[errors.PhonecomEventsError]) -> errors.PhonecomEventsError:
    """Make an error of any class."""
    if issubclass(kind, errors.ResponseError):
        return kind("what happened", status=400, method="GET", path="/")
    if issubclass(kind, errors.OutcomeUnknown):
        cause = errors.TransportError("cut")
        return kind("what happened", method="POST", path="/", error=cause)
    return kind("what happened")


EVERY = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.PhonecomEventsError)
]


@pytest.mark.parametrize("kind", EVERY)
def test_every_error_has_a_way_out(kind: type[errors.PhonecomEventsError]) -> None:
    """Whatever goes wrong, there is a whole sentence of advice."""
    assert advice(make(kind)).endswith(".")


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (errors.Unauthorized, "token"),
        (errors.Forbidden, "owner"),
        (errors.NotFound, "id"),
        (errors.RateLimited, "allows"),
        (errors.ConnectTimeout, "base URL"),
        (errors.ProxyFailed, "proxy"),
        (errors.ConnectionLost, "network"),
        (errors.ServerError, "later"),
        (errors.OutcomeUnknown, "Look"),
        (errors.InvalidArgument, "argument"),
        (errors.SessionClosed, "open"),
        (errors.WebhookError, "secret"),
        (errors.InboxUnavailable, "disk"),
    ],
)
def test_the_narrowest_class_decides(
    kind: type[errors.PhonecomEventsError], word: str
) -> None:
    """A subclass gets its own advice, not that of its base."""
    assert word in advice(make(kind))
