"""Signatures of deliveries: https://www.standardwebhooks.com, and Linq's older form.

A key is derived from its `Secret` in the expression that uses it, so that no
frame of an exception holds it.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Final

from ..errors import InvalidArgument
from ..http import Secret

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
_PREFIX: Final = "whsec_"


def signed_headers(
    secret: str | Secret, body: bytes, *, webhook_id: str, timestamp: int
) -> dict[str, str]:
    """Sign a delivery as Linq does; for tests of your own receiver.

    Args:
        secret: as shown when the subscription was created: ``whsec_…``.
        timestamp: Unix seconds.

    Raises:
        InvalidArgument: the secret is not base64.
    """
    held = hold(secret)
    del secret
    check(held)
    return {
        ID: webhook_id,
        TIMESTAMP: str(timestamp),
        SIGNATURE: signature(held, webhook_id, str(timestamp), body),
    }


def hold(secret: str | Secret) -> Secret:
    """Put a secret where no repr and no traceback shows it; never raise."""
    return secret if isinstance(secret, Secret) else Secret(secret)


def check(secret: Secret) -> None:
    """Raise `InvalidArgument` unless the secret is base64, prefix aside."""
    if not _is_key(secret):
        raise InvalidArgument(
            "a signing secret must be a base64 string, usually one that starts"
            f" with {_PREFIX}; is this one whole, and without spaces?"
        )


def signature(secret: Secret, webhook_id: str, timestamp: str, body: bytes) -> str:
    """Return ``v1,`` and the base64 HMAC-SHA256 of id, timestamp and body."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()


def legacy_signatures(secret: Secret, timestamp: str, body: bytes) -> tuple[str, str]:
    """Return both hex HMAC-SHA256 that the older form may have.

    Linq's older page keys it with the text of the secret; whether the decoded
    key was ever used is not clear, so either counts.
    """
    signed = f"{timestamp}.".encode() + body
    return (
        hmac.new(secret.reveal().encode(), signed, hashlib.sha256).hexdigest(),
        hmac.new(_key(secret), signed, hashlib.sha256).hexdigest(),
    )


def any_equal(expected: Iterable[str], offered: Iterable[str]) -> bool:
    """Compare all with all, in a time that does not tell which ones are near."""
    offers = [offer.encode() for offer in offered]
    equal = False
    for one in expected:
        for offer in offers:
            equal |= hmac.compare_digest(one.encode(), offer)
    return equal


def _key(secret: Secret) -> bytes:
    text = secret.reveal().removeprefix(_PREFIX)
    return b64decode(text + "=" * (-len(text) % 4), validate=True)


def _is_key(secret: Secret) -> bool:
    try:
        return len(_key(secret)) > 0
    except ValueError:
        return False
