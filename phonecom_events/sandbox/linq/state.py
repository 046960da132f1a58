"""Put Linq rows in and take them out, past the API and its refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ..messages import Document
from .store import WebhookSubscriptions

SAMPLE_URL: Final = "https://hooks.example.com/linq"


class LinqState:
    """The webhook subscriptions of the one Linq account there is.

    Args:
        clock: gives Unix seconds, for times that are not given.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.webhook_subscriptions: WebhookSubscriptions = WebhookSubscriptions(clock)

    def add_linq_subscription(
        self,
        target_url: str = SAMPLE_URL,
        subscribed_events: Sequence[str] = ("message.received",),
        *,
        phone_numbers: Sequence[str] | None = None,
        is_active: bool = True,
        created_at: float | None = None,
        id: str | None = None,  # noqa: A002
    ) -> Document:
        """Add a Linq webhook subscription."""
        fields = {
            "target_url": target_url,
            "subscribed_events": list(subscribed_events),
            "phone_numbers": None if phone_numbers is None else list(phone_numbers),
            "is_active": is_active,
            "routing_key_header": None,
            "routing_id_header": None,
        }
        return self.webhook_subscriptions.insert(fields, key=id, at=created_at)

    def remove_linq_subscription(self, subscription_id: str) -> None:
        """Take a Linq webhook subscription out."""
        self.webhook_subscriptions.remove(subscription_id)
