"""Linq's partner API: webhook subscriptions, and the events that they deliver."""

from .client import BASE_URL, LinqClient
from .event_types import NEWER_EVENT_TYPES, REMOVED_EVENT_TYPES, WebhookEventType
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
