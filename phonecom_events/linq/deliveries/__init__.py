"""The events that Linq delivers to webhook subscriptions."""

from .event import WebhookEvent, WebhookPayload, parse_event
from .messages import (
    Chat,
    ChatHealth,
    Direction,
    EditedMessage,
    EditedPart,
    Effect,
    FailedMessage,
    Handle,
    Message,
    Part,
    Reaction,
    ReplyTo,
    Sticker,
)

__all__ = [
    "Chat",
    "ChatHealth",
    "Direction",
    "EditedMessage",
    "EditedPart",
    "Effect",
    "FailedMessage",
    "Handle",
    "Message",
    "Part",
    "Reaction",
    "ReplyTo",
    "Sticker",
    "WebhookEvent",
    "WebhookPayload",
    "parse_event",
]
