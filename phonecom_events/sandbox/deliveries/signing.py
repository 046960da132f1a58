"""Signing as Linq does: Standard Webhooks, and the older headers beside them.

https://www.standardwebhooks.com; the older ones are from Linq's earlier page on
webhooks, whose sample keys them with the text of the secret.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from typing import Final

_PREFIX: Final = "whsec_"
_SUBSCRIPTION: Final = "8a2f5b0e-91c4-4f7f-8a53-6d1c0b7e2f19"


def check_secret(secret: str) -> None:
    """Raise `ValueError` for what is no signing secret; its text does not show it."""
    try:
        usable = bool(_key(secret))
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("a signing secret must be base64, usually after whsec_")


def signed_headers(
    secret: str, body: bytes, *, webhook_id: str, timestamp: int, event_type: str
) -> dict[str, str]:
    """Return the headers of a delivery.

    Args:
        secret: as shown when the subscription was created.
        body: as it will be sent.
        webhook_id: the same whenever the delivery is sent again.
        timestamp: Unix seconds.
        event_type: for the older headers.
    """
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    older = f"{timestamp}.".encode() + body
    signature = b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
        "X-Webhook-Event": event_type,
        "X-Webhook-Subscription-ID": _SUBSCRIPTION,
        "X-Webhook-Timestamp": str(timestamp),
        "X-Webhook-Signature": hmac.new(
            secret.encode(), older, hashlib.sha256
        ).hexdigest(),
    }


def _key(secret: str) -> bytes:
    text = secret.removeprefix(_PREFIX)
    # Padding is often lost in copying, and carries nothing.
    return b64decode(text + "=" * (-len(text) % 4), validate=True)
