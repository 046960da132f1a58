"""Linq's partner API: webhook subscriptions, and the events that they deliver.

What only some programs need is imported when it is first asked for.
"""

from typing import TYPE_CHECKING

from ..lazy import late_names
from .scope import BASE_URL

if TYPE_CHECKING:
    from .client import LinqClient
    from .event_types import (
        NEWER_EVENT_TYPES,
        REMOVED_EVENT_TYPES,
        WebhookEventType,
    )
    from .phone_numbers import (
        LineType,
        PhoneNumber,
        PhoneNumbers,
        Reputation,
        ReputationStatus,
    )
    from .webhook_events import WebhookEvents
    from .webhook_subscriptions import (
        CreatedWebhookSubscription,
        WebhookSubscription,
        WebhookSubscriptions,
    )
else:
    __getattr__ = late_names(
        globals(),
        {
            "client": ("LinqClient",),
            "event_types": (
                "NEWER_EVENT_TYPES",
                "REMOVED_EVENT_TYPES",
                "WebhookEventType",
            ),
            "phone_numbers": (
                "LineType",
                "PhoneNumber",
                "PhoneNumbers",
                "Reputation",
                "ReputationStatus",
            ),
            "webhook_events": ("WebhookEvents",),
            "webhook_subscriptions": (
                "CreatedWebhookSubscription",
                "WebhookSubscription",
                "WebhookSubscriptions",
            ),
        },
    )

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "BASE_URL",
    "NEWER_EVENT_TYPES",
    "REMOVED_EVENT_TYPES",
    "CreatedWebhookSubscription",
    "LineType",
    "LinqClient",
    "PhoneNumber",
    "PhoneNumbers",
    "Reputation",
    "ReputationStatus",
    "WebhookEventType",
    "WebhookEvents",
    "WebhookSubscription",
    "WebhookSubscriptions",
]
