"""The event types of Linq's webhooks that are known here.

Linq adds about one a month, so this is an open set: an unknown one is a plain
string wherever an event type can stand. Linq's own list is known to lag: the vendor's
sample of it has fewer types than its SDK. https://docs.linqapp.com (webhook events)
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


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


NEWER_EVENT_TYPES: Final = frozenset(
    {
        "api_token.activated",
        "api_token.created",
        "api_token.deleted",
        "api_token.expired",
        "api_token.expiry_scheduled",
        "api_token.renamed",
        "chat.background_update_failed",
        "chat.background_updated",
        "connection.created",
        "connection.revoked",
        "contact_card.created",
        "contact_card.deleted",
        "contact_card.received",
        "contact_card.updated",
        "environment.created",
        "environment.deleted",
        "environment.line_moved",
        "environment.renamed",
        "location.sharing.started",
        "location.sharing.stopped",
        "payment.authorized",
        "payment.canceled",
        "payment.declined",
        "payment.expired",
        "payment.succeeded",
        "phone_number.assigned",
        "phone_number.forwarding_updated",
        "phone_number.released",
        "poll.delivered",
        "poll.failed",
        "poll.reaction.added",
        "poll.read",
        "poll.received",
        "poll.sent",
        "poll.updated",
        "poll.vote.added",
        "poll.vote.removed",
        "team_member.added",
        "team_member.signed_in",
        "team_member.signed_out",
        "webhook_subscription.created",
        "webhook_subscription.deleted",
        "webhook_subscription.disabled",
        "webhook_subscription.enabled",
        "webhook_subscription.events.updated",
        "webhook_subscription.phone_numbers.updated",
        "webhook_subscription.routing_headers_cleared",
        "webhook_subscription.routing_headers_set",
        "webhook_subscription.target_url_changed",
        "zero_day_retention.updated",
    }
)
"""Types that Linq added since; they are plain strings wherever they stand."""

REMOVED_EVENT_TYPES: Final = frozenset({"message.opt_in", "message.opt_out"})
"""Types that Linq once had (until April 2026); no event has them any more."""
