"""The webhook subscriptions that Linq keeps in the sandbox.

`LinqState` puts them in and takes them out, past the API and its refusals.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from ..messages import Document
from .bodies import EVENT_TYPES

_encode: Final = msgspec.json.Encoder().encode


class WebhookSubscriptions:
    """Rows by id, in the order they were made, as the API answers them.

    Ids and secrets come from a counter, so that two runs of one script agree.

    Args:
        clock: gives Unix seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._made = 0
        self._rows: dict[str, Document] = {}
        self._encoded: bytes | None = None

    def insert(
        self, fields: Document, *, key: str | None = None, at: float | None = None
    ) -> Document:
        """Add a subscription made at *at* (Unix seconds, now if None); return it.

        Raises:
            ValueError: when its id is taken.
        """
        self._made += 1
        key = key or str(uuid5(NAMESPACE_URL, f"subscription/{self._made}"))
        if key in self._rows:
            raise ValueError(f"id {key} is taken")
        time = iso_time(self._clock() if at is None else at)
        row = {"id": key, **fields, "created_at": time, "updated_at": time}
        self._rows[key] = row
        self._encoded = None
        return dict(row)

    def change(self, key: str, changes: Document) -> Document:
        """Write *changes* into the subscription and return it."""
        row = self._rows[key]
        row.update(changes, updated_at=iso_time(self._clock()))
        self._encoded = None
        return dict(row)

    def remove(self, key: str) -> Document:
        """Take the subscription out and return it.

        Raises:
            KeyError: when there is none with that id.
        """
        self._encoded = None
        return self._rows.pop(key)

    def get(self, key: str) -> Document | None:
        """Return the subscription with id *key*, or None."""
        return self._rows.get(key)

    def find(self, target_url: str) -> str | None:
        """Return the id of the first subscription to *target_url*, or None."""
        rows = self._rows.items()
        found = (key for key, row in rows if row["target_url"] == target_url)
        return next(found, None)

    def uses(self, target_url: str, *, other_than: str | None) -> bool:
        """Say whether another subscription delivers to *target_url*."""
        return any(
            row["target_url"] == target_url and key != other_than
            for key, row in self._rows.items()
        )

    def encoded(self) -> bytes:
        """Return the JSON of the whole list, kept until something changes."""
        if self._encoded is None:
            self._encoded = _encode({"subscriptions": list(self._rows.values())})
        return self._encoded


def signing_secret(key: str) -> str:
    """Return the secret of the subscription with id *key*: `whsec_` and base64."""
    # From the id, so that it need not be kept; the real one is random, and shown once.
    digest = hashlib.sha256(f"sandbox signing secret {key}".encode()).digest()
    return f"whsec_{base64.b64encode(digest).decode()}"


def iso_time(moment: float) -> str:
    """Return *moment* (Unix seconds) as ISO 8601 in UTC with a Z."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


SAMPLE_URL: Final = "https://hooks.example.com/linq"
SAMPLE_NUMBER: Final = "+12025550101"
_REPUTATION_URL: Final = (
    "https://docs.linqapp.com/channel/imessage/guides/phone-numbers/phone-reputation"
)


class LinqState:
    """The webhook subscriptions and phone numbers of the one Linq account there is.

    Attributes:
        linq_event_types: what Linq says that it offers; change it to have it lag.

    Args:
        clock: gives Unix seconds, for times that are not given.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.webhook_subscriptions: WebhookSubscriptions = WebhookSubscriptions(clock)
        self.linq_phone_numbers: dict[str, Document] = {}
        self.linq_event_types: list[str] = list(EVENT_TYPES)

    def add_linq_subscription(
        self,
        target_url: str = SAMPLE_URL,
        subscribed_events: Sequence[str] = ("message.received",),
        *,
        phone_numbers: Sequence[str] | None = None,
        is_active: bool = True,
        routing_key_header: str | None = None,
        routing_id_header: str | None = None,
        created_at: float | None = None,
        id: str | None = None,  # noqa: A002
    ) -> Document:
        """Add a Linq webhook subscription."""
        fields = {
            "target_url": target_url,
            "subscribed_events": list(subscribed_events),
            "phone_numbers": None if phone_numbers is None else list(phone_numbers),
            "is_active": is_active,
            "routing_key_header": routing_key_header,
            "routing_id_header": routing_id_header,
        }
        return self.webhook_subscriptions.insert(fields, key=id, at=created_at)

    def linq_signing_secret(self, target_url: str) -> str | None:
        """Return the signing secret of the subscription with that target, if any."""
        key = self.webhook_subscriptions.find(target_url)
        return None if key is None else signing_secret(key)

    def remove_linq_subscription(self, subscription_id: str) -> None:
        """Take a Linq webhook subscription out."""
        self.webhook_subscriptions.remove(subscription_id)

    def add_linq_phone_number(
        self,
        phone_number: str = SAMPLE_NUMBER,
        *,
        line_type: str | None = "iMessage",
        forwarding_number: str | None = None,
        reputation: str = "HEALTHY",
        id: str | None = None,  # noqa: A002
    ) -> Document:
        """Add a phone number of the Linq account."""
        key = id or str(uuid5(NAMESPACE_URL, f"phone number/{phone_number}"))
        if key in self.linq_phone_numbers:
            raise ValueError(f"id {key} is taken")
        row = {
            "id": key,
            "phone_number": phone_number,
            "line_type": line_type,
            "forwarding_number": forwarding_number,
            "reputation": {"status": reputation, "doc_url": _REPUTATION_URL},
        }
        self.linq_phone_numbers[key] = row
        return dict(row)

    def remove_linq_phone_number(self, phone_number_id: str) -> None:
        """Take a phone number of the Linq account out."""
        del self.linq_phone_numbers[phone_number_id]
