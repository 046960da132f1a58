"""Signatures of deliveries, and the headers that carry them.

The form is that of https://www.standardwebhooks.com, and Linq's older one. Headers
are read as if an enemy had sent them. A key is derived from its `Secret` in the
expression that uses it, so that no frame of an exception holds it.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from ..errors import InvalidArgument, WebhookError
from ..http import Secret

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
_PREFIX: Final = "whsec_"

Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]]
"""A mapping, a multidict, or pairs as ASGI has them; names in any case."""

# No header of a delivery comes near, even with a dozen signatures in it; what is
# compared with every secret must have a bound.
_MAX_LENGTH: Final = 4096
_Pairs: TypeAlias = tuple[tuple[str, object], ...]


class HeaderLines:
    """Hold headers so that one can be asked for by its lower-case name."""

    def __init__(self, headers: Headers) -> None:
        self._pairs = _pairs(headers)

    def values(self, name: str) -> list[object]:
        """Return every value that was sent by that name, unchecked."""
        return [value for key, value in self._pairs if key == name]

    def get(self, name: str) -> str | None:
        """Return the value of a header, or None if it was not sent.

        Raises:
            WebhookError: it was sent twice, so that two readers could disagree;
                or it is too long, or not printable ASCII.
        """
        values = self.values(name)
        if len(values) > 1:
            raise WebhookError(f"the header {name} comes more than once")
        return _text(name, values[0]) if values else None

    def require(self, name: str) -> str:
        """Return the value of a header; raise `WebhookError` if there is none."""
        value = self.get(name)
        if not value:
            raise WebhookError(f"the header {name} is missing or empty")
        return value


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
    held = as_secret(secret)
    # This frame is part of the traceback of what check_key raises.
    del secret
    check_key(held)
    return {
        ID: webhook_id,
        TIMESTAMP: str(timestamp),
        SIGNATURE: sign(held, webhook_id, str(timestamp), body),
    }


def as_secret(secret: str | Secret) -> Secret:
    """Put a secret where no repr and no traceback shows it; never raise."""
    return secret if isinstance(secret, Secret) else Secret(secret)


def check_key(secret: Secret) -> None:
    """Raise `InvalidArgument` unless the secret is base64, prefix aside."""
    if not _is_key(secret):
        raise InvalidArgument(
            "a signing secret must be a base64 string, usually one that starts"
            f" with {_PREFIX}; is this one whole, and without spaces?"
        )


def sign(secret: Secret, webhook_id: str, timestamp: str, body: bytes) -> str:
    """Return ``v1,`` and the base64 HMAC-SHA256 of id, timestamp and body."""
    # Bytes are joined, not formatted: the f-string in the vendor's own sample
    # signs "b'…'", and a body need not be UTF-8.
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
    # The padding is often lost when a secret is copied, and carries nothing.
    return b64decode(text + "=" * (-len(text) % 4), validate=True)


def _is_key(secret: Secret) -> bool:
    try:
        return bool(_key(secret))
    except ValueError:
        return False


def _pairs(headers: Headers) -> _Pairs:
    items: Any = getattr(headers, "items", None)
    try:
        source: Iterable[Any] = headers if items is None else items()
        pairs = [(_name(name), value) for name, value in source]
    except (TypeError, ValueError):
        pairs = None
    if pairs is None:
        raise WebhookError("the headers are neither a mapping nor pairs")
    return tuple((name, value) for name, value in pairs if name is not None)


def _name(name: object) -> str | None:
    if isinstance(name, bytes):
        name = name.decode("latin-1")
    return name.lower() if isinstance(name, str) else None


def _text(name: str, value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        raise WebhookError(f"the header {name} is not text")
    if len(value) > _MAX_LENGTH:
        raise WebhookError(f"the header {name} is longer than {_MAX_LENGTH} characters")
    if not (value.isascii() and value.isprintable()):
        raise WebhookError(f"the header {name} is not printable ASCII")
    return value
