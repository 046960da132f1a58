"""The checks of what listeners hear."""

from __future__ import annotations

import pytest

from phonecom_events.audit.checks.listeners import (
    api_errors_below,
    never_matching,
    silent,
)

from .builders import NOW, account, found, ids, listener


def tags(*texts: str) -> tuple[tuple[str, ...], ...]:
    """Make subscriptions of tags separated by blanks."""
    return tuple(tuple(sorted(set(text.split()))) for text in texts)


def test_a_listener_without_subscriptions_is_found() -> None:
    """None at all is found; not known is not, nor is one that has expired."""
    rows = [
        listener(id=1, subscriptions=()),
        listener(id=2, subscriptions=None),
        listener(id=3, subscriptions=(), expires_at=NOW),
        listener(id=4),
    ]
    assert ids(found(silent, account(rows))) == [1]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["call inbound"], None),
        (["call", "message"], None),
        (["call message"], "call and message"),
        (["call message", "call message"], "call and message"),
        (
            ["call", "inbound outbound", "call message"],
            "call and message; or both inbound and outbound",
        ),
    ],
)
def test_a_listener_is_told_once_with_all_that_never_matches(
    texts: list[str], told: str | None
) -> None:
    """Subscriptions are looked at one by one, and a listener is one finding."""
    findings = found(never_matching, account([listener(subscriptions=tags(*texts))]))
    assert [f.why for f in findings] == (
        [] if told is None else [f"no event is tagged with both {told}"]
    )


def test_what_is_over_or_unknown_is_left_alone() -> None:
    """An expired listener hears nothing anyway, and what was not read is not judged."""
    rows = [
        listener(subscriptions=tags("call message"), expires_at=NOW, extension_id=5),
        listener(subscriptions=None, extension_id=5),
    ]
    assert found(never_matching, account(rows)) == []
    assert found(api_errors_below, account(rows)) == []


@pytest.mark.parametrize(
    ("texts", "extension", "told"),
    [
        (["api-error"], 501, "api-error"),
        (["call", "api-error-trusted"], 501, "api-error-trusted"),
        (["api-error api-error-trusted"], 501, "api-error, api-error-trusted"),
        (["api-error"], None, None),
        (["call"], 501, None),
    ],
)
def test_api_errors_are_heard_by_listeners_of_accounts(
    texts: list[str], extension: int | None, told: str | None
) -> None:
    """Below account level each such tag is told; at account level none is."""
    row = listener(subscriptions=tags(*texts), extension_id=extension)
    findings = found(api_errors_below, account([row]))
    assert [f.why for f in findings] == (
        [] if told is None else [f"it belongs to an extension and asks for {told}"]
    )
