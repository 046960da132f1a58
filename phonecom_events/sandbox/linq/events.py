"""The event types that Linq lists; about one a month joins them."""

from __future__ import annotations

from typing import Final

_BY_FAMILY: Final = {
    "message": ("sent", "received", "read", "delivered", "failed", "edited"),
    "reaction": ("added", "removed"),
    "participant": ("added", "removed"),
    "chat": (
        "created",
        "group_name_updated",
        "group_icon_updated",
        "group_name_update_failed",
        "group_icon_update_failed",
        "background_updated",
        "background_update_failed",
        "typing_indicator.started",
        "typing_indicator.stopped",
    ),
    "phone_number": (
        "status_updated",
        "assigned",
        "released",
        "forwarding_updated",
    ),
    "call": (
        "initiated",
        "ringing",
        "answered",
        "ended",
        "failed",
        "declined",
        "no_answer",
    ),
    "poll": (
        "received",
        "failed",
        "sent",
        "delivered",
        "read",
        "updated",
        "vote.added",
        "vote.removed",
        "reaction.added",
    ),
    "location": ("sharing.started", "sharing.stopped"),
    "payment": ("succeeded", "canceled", "expired", "declined", "authorized"),
    "connection": ("created", "revoked"),
    "contact_card": ("received", "created", "updated", "deleted"),
    "zero_day_retention": ("updated",),
    "environment": ("created", "renamed", "deleted", "line_moved"),
    "api_token": (
        "created",
        "renamed",
        "expiry_scheduled",
        "expired",
        "activated",
        "deleted",
    ),
    "webhook_subscription": (
        "created",
        "deleted",
        "target_url_changed",
        "enabled",
        "disabled",
        "events.updated",
        "phone_numbers.updated",
        "routing_headers_set",
        "routing_headers_cleared",
    ),
    "team_member": ("added", "signed_in", "signed_out"),
}

EVENT_TYPES: Final = tuple(
    f"{family}.{name}" for family, names in _BY_FAMILY.items() for name in names
)
