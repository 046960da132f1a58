"""The event types of Linq's webhooks that are known here.

Linq adds about one a month, so this is an open set: an unknown one is a plain
string wherever an event type can stand.
"""

from __future__ import annotations

from enum import StrEnum


class WebhookEventType(StrEnum):
    """Name an event that a webhook subscription can ask for."""

    MESSAGE_SENT = "message.sent"
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_READ = "message.read"
    MESSAGE_DELIVERED = "message.delivered"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_EDITED = "message.edited"
    REACTION_ADDED = "reaction.added"
    REACTION_REMOVED = "reaction.removed"
    PARTICIPANT_ADDED = "participant.added"
    PARTICIPANT_REMOVED = "participant.removed"
    CHAT_CREATED = "chat.created"
    CHAT_GROUP_NAME_UPDATED = "chat.group_name_updated"
    CHAT_GROUP_ICON_UPDATED = "chat.group_icon_updated"
    CHAT_GROUP_NAME_UPDATE_FAILED = "chat.group_name_update_failed"
    CHAT_GROUP_ICON_UPDATE_FAILED = "chat.group_icon_update_failed"
    CHAT_TYPING_INDICATOR_STARTED = "chat.typing_indicator.started"
    CHAT_TYPING_INDICATOR_STOPPED = "chat.typing_indicator.stopped"
    PHONE_NUMBER_STATUS_UPDATED = "phone_number.status_updated"
    CALL_INITIATED = "call.initiated"
    CALL_RINGING = "call.ringing"
    CALL_ANSWERED = "call.answered"
    CALL_ENDED = "call.ended"
    CALL_FAILED = "call.failed"
    CALL_DECLINED = "call.declined"
    CALL_NO_ANSWER = "call.no_answer"
