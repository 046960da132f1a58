"""The webhook subscriptions kept in the sandbox, in the order they were made."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from ..messages import Document

_encode: Final = msgspec.json.Encoder().encode


class WebhookSubscriptions:
    """Rows by id, as the API answers them.

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
    digest = hashlib.sha256(f"sandbox signing secret {key}".encode()).digest()
    return f"whsec_{base64.b64encode(digest).decode()}"


def iso_time(moment: float) -> str:
    """Return *moment* (Unix seconds) as ISO 8601 in UTC with a Z."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
