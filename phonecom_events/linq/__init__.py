"""Linq's partner API: its webhook subscriptions."""

from .client import BASE_URL, LinqClient
from .event_types import WebhookEventType
from .webhook_subscriptions import (
    CreatedWebhookSubscription,
    WebhookSubscription,
    WebhookSubscriptions,
)

__all__ = [
    "BASE_URL",
    "CreatedWebhookSubscription",
    "LinqClient",
    "WebhookEventType",
    "WebhookSubscription",
    "WebhookSubscriptions",
]
