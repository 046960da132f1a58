"""The events that Linq delivers to webhook subscriptions."""

from .event import WebhookEvent, WebhookPayload, parse_event
from .handles import Chat, ChatHealth, Direction, Handle
from .messages import (
    EditedMessage,
    EditedPart,
    Effect,
    FailedMessage,
    Message,
    Part,
    ReplyTo,
)
from .reactions import Reaction, Sticker

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
