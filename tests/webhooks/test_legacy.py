"""The older form of signatures: taken where asked for, and no easier to forge."""

from __future__ import annotations

from base64 import b64decode

import pytest

from .samples import NOW, SECRET
from .signed import BODY, legacy_headers, refusal, verifier


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


def test_the_legacy_form_does_not_rescue_the_newer_one() -> None:
    """A delivery with any of the newer headers is held to all of them."""
    both = {**legacy_headers(SECRET.encode()), "webhook-id": "msg_1"}

    assert "webhook-timestamp" in refusal(both, by=verifier(legacy=True))


def test_refuses_a_replay_in_the_legacy_form() -> None:
    """Without an id, the guard goes by the signature."""
    guarded = verifier(legacy=True, guard=True)
    guarded.verify(BODY, legacy_headers(SECRET.encode()))

    assert "replay" in refusal(legacy_headers(SECRET.encode()), by=guarded)
