"""Against the reference library: what it signs verifies, what is changed does not."""

from __future__ import annotations

import random
import string
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from phonecom_events.errors import PhonecomEventsError, WebhookError
from phonecom_events.webhooks import Verifier, signed_headers

from .samples import NOW, SECRET

MUTATIONS = 10_000


def signed_by_reference(body: str, webhook_id: str) -> dict[str, str]:
    moment = datetime.fromtimestamp(NOW, UTC)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(NOW),
        "webhook-signature": Webhook(SECRET).sign(webhook_id, moment, body),
    }


def changed(rng: random.Random, text: str) -> str:
    """Return *text* with one character replaced, added, removed or moved."""
    alphabet = string.printable + "\u00e9\udcff\x00\U0001f600"
    at = rng.randrange(len(text) + 1)
    match rng.randrange(5):
        case 0:
            return text[:at] + rng.choice(alphabet) + text[at:]
        case 1:
            return text[:at] + text[at + 1 :]
        case 2:
            return text[:at]
        case 3:
            return text[at:] + text[:at]
        case _:
            return text[:at] + rng.choice(alphabet) + text[at + 1 :]


def mutant(
    rng: random.Random, body: str, headers: dict[str, str]
) -> tuple[bytes, dict[str, str]]:
    """Change the body or one of the headers, in a way that matters."""
    name = rng.choice(["body", *headers])
    if name == "body":
        other = changed(rng, body)
        return other.encode(errors="surrogateescape"), headers
    return body.encode(), {**headers, name: changed(rng, headers[name])}


def same(headers: dict[str, str], other: dict[str, str]) -> bool:
    """Whether *other* says the same, space around signatures aside."""
    signature = headers["webhook-signature"]
    unsigned = {**other, "webhook-signature": signature}
    return unsigned == headers and signature in other["webhook-signature"].split(" ")


@pytest.mark.parametrize(
    "body", ["{}", "", '{"text": "caf\u00e9 \U0001f600"}', "x" * 9000]
)
def test_verifies_what_the_reference_signs(body: str) -> None:
    """A delivery signed by the reference library is genuine."""
    headers = signed_by_reference(body, "msg_1")
    verifier = Verifier(SECRET, clock=lambda: NOW)

    assert verifier.verify(body.encode(), headers).id == "msg_1"


def test_signs_what_the_reference_verifies() -> None:
    """A delivery signed here is genuine to the reference library."""
    now = int(datetime.now(UTC).timestamp())
    headers = signed_headers(SECRET, b'{"a": 1}', webhook_id="msg_1", timestamp=now)

    assert Webhook(SECRET).verify(b'{"a": 1}', headers) == {"a": 1}


def test_verifies_none_of_ten_thousand_mutants() -> None:
    """One changed character anywhere is refused, and never by another error."""
    rng = random.Random(20260203)
    body = '{"event_type": "message.received", "data": {"text": "caf\u00e9"}}'
    headers = signed_by_reference(body, "msg_2b7f")
    verifier = Verifier(SECRET, clock=lambda: NOW)
    refused = 0
    while refused < MUTATIONS:
        other_body, other_headers = mutant(rng, body, headers)
        if other_body == body.encode() and same(headers, other_headers):
            assert verifier.verify(other_body, other_headers).id == "msg_2b7f"
            continue
        with pytest.raises(PhonecomEventsError) as caught:
            verifier.verify(other_body, other_headers)
        assert type(caught.value) is WebhookError
        refused += 1
