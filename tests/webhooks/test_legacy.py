"""The older form of signatures: taken where asked for, and no easier to forge."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime

import pytest

from phonecom_events.webhooks import Verifier

from .samples import NOW, SECRET
from .signed import BODY, legacy_headers, refusal, verifier

SENT_AT = datetime.fromtimestamp(NOW, UTC)


@pytest.mark.parametrize(
    "key", [SECRET.encode(), b64decode(SECRET.removeprefix("whsec_"))]
)
def test_takes_the_legacy_form_if_asked_to(key: bytes) -> None:
    """The older headers count where they are asked for, keyed either way."""
    headers = legacy_headers(key)
    upper = {name: value.upper() for name, value in headers.items()}

    assert verifier(legacy=True).verify(BODY, headers).id is None
    assert verifier(legacy=True).verify(BODY, upper).id is None
    assert "not signed" in refusal(headers)


@pytest.mark.parametrize(
    "change",
    [
        {"X-Webhook-Signature": "0" * 64},
        {"X-Webhook-Signature": "zz"},
        {"X-Webhook-Signature": "v1,abc"},
        {"X-Webhook-Signature": ""},
        {"X-Webhook-Timestamp": str(NOW + 1)},
        {"X-Webhook-Timestamp": str(NOW - 1000)},
        {"X-Webhook-Timestamp": "nan"},
    ],
)
def test_the_legacy_form_is_no_easier_to_forge(change: dict[str, str]) -> None:
    """A changed signature or timestamp is refused in the older form too."""
    refusal({**legacy_headers(SECRET.encode()), **change}, by=verifier(legacy=True))


@pytest.mark.parametrize(("off", "word"), [(301, "stale"), (-301, "future")])
def test_the_legacy_form_must_be_fresh_too(off: int, word: str) -> None:
    """A genuine delivery in the older form is refused where it is not fresh."""
    headers = legacy_headers(SECRET.encode())
    late = verifier(now=NOW + off, legacy=True)

    assert word in refusal(headers, by=late)
    assert verifier(legacy=True).verify(BODY, headers).sent_at == SENT_AT


def test_the_same_legacy_delivery_over_and_over_is_no_sign_of_a_wrong_clock() -> None:
    """Only different deliveries, told by their signatures, make a clock suspect."""
    late = verifier(now=NOW + 400, legacy=True)
    one, two, three = (
        (body, legacy_headers(SECRET.encode(), body)) for body in (b"1", b"2", b"3")
    )
    for body, headers in (one, one, one, two):
        assert "suspected" not in refusal(headers, body, by=late)

    assert "suspected" in refusal(three[1], three[0], by=late)


def test_takes_no_legacy_form_unasked() -> None:
    """A verifier takes the newer form alone unless it is told otherwise."""
    strict = Verifier(SECRET, clock=lambda: NOW)

    assert "not signed" in refusal(legacy_headers(SECRET.encode()), by=strict)


def test_the_legacy_form_does_not_rescue_the_newer_one() -> None:
    """A delivery with any of the newer headers is held to all of them."""
    both = {**legacy_headers(SECRET.encode()), "webhook-id": "msg_1"}

    assert "webhook-timestamp" in refusal(both, by=verifier(legacy=True))


def test_refuses_a_replay_in_the_legacy_form() -> None:
    """Without an id, the guard goes by the signature."""
    guarded = verifier(legacy=True, guard=True)
    guarded.verify(BODY, legacy_headers(SECRET.encode()))

    assert "replay" in refusal(legacy_headers(SECRET.encode()), by=guarded)
