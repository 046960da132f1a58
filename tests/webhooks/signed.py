"""A signed delivery, and who verifies it."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from phonecom_events.errors import WebhookError
from phonecom_events.webhooks import Headers, ReplayGuard, Verifier, signed_headers

from .samples import NOW, SECRET

BODY = b'{"event_type": "message.received"}'
SIGNED = signed_headers(SECRET, BODY, webhook_id="msg_1", timestamp=NOW)


def verifier(
    *secrets: str, now: float = NOW, legacy: bool = False, guard: bool = False
) -> Verifier:
    return Verifier(
        *(secrets or (SECRET,)),
        legacy=legacy,
        replays=ReplayGuard() if guard else None,
        clock=lambda: now,
    )


def legacy_headers(key: bytes, body: bytes = BODY) -> dict[str, str]:
    digest = hmac.new(key, f"{NOW}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Webhook-Timestamp": str(NOW), "X-Webhook-Signature": digest}


def refusal(headers: Headers, body: bytes = BODY, by: Verifier | None = None) -> str:
    with pytest.raises(WebhookError) as caught:
        (by or verifier()).verify(body, headers)
    assert caught.value.__cause__ is None
    return str(caught.value)
