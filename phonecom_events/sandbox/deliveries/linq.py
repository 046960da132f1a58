"""Linq's events, in the form of 2026-02-03.

The vendor's Python SDK (linq-python 0.65) has the members of most of them; of calls,
polls, chat backgrounds and the like it has the names of the types alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from ..linq.bodies import EVENT_TYPES
from ..messages import Document
from .phonecom import NewId

VERSION: Final = "2026-02-03"
_CUSTOMER: Final = "+12025550101"
_OWN: Final = "+12025550102"
_CHAT: Final = "5b0e8a1c-6a1d-4b5e-9f43-1f0a6f6a2c11"
_PARTNER: Final = "3f6d5c2b-8e1a-4f7d-a0c4-9b2e7d1f8a55"


class Maker:
    """Make the data of events that happen at one moment.

    Args:
        now: an aware time.
        new_id: makes an id that is given once.
    """

    def __init__(self, now: datetime, new_id: NewId) -> None:
        self._now = now
        self.new_id = new_id

    def ago(self, seconds: float = 0.0) -> str:
        """Return the time so many seconds before, as Linq writes it."""
        time = self._now - timedelta(seconds=seconds)
        return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"

    def handle(self, number: str = _CUSTOMER) -> Document:
        """Return one who takes part in a chat."""
        return {
            "id": f"handle-{number[1:]}",
            "handle": number,
            "service": "iMessage",
            "joined_at": self.ago(86_400),
            "left_at": None,
            "is_me": number == _OWN,
            "status": "active",
        }

    def chat(self) -> Document:
        """Return the chat that all of it happens in."""
        return {
            "id": _CHAT,
            "is_group": False,
            "owner_handle": self.handle(_OWN),
            "health_status": {
                "status": "HEALTHY",
                "updated_at": self.ago(3_600),
                "doc_url": "https://docs.linqapp.com",
            },
        }


def event(event_type: str, now: datetime, new_id: NewId) -> Document:
    """Return an event of *event_type* that happens now; see `Maker`."""
    make = Maker(now, new_id)
    return {
        "api_version": "v3",
        "webhook_version": VERSION,
        "event_type": event_type,
        "event_id": new_id(),
        "created_at": make.ago(),
        "trace_id": new_id().replace("-", ""),
        "partner_id": _PARTNER,
        "data": _maker(event_type)(event_type, make),
    }


def _message(event_type: str, make: Maker) -> Document:
    inbound = event_type == "message.received"
    stages = ("message.sent", "message.delivered", "message.read")
    stage = stages.index(event_type) if event_type in stages else 1
    return {
        "id": make.new_id(),
        "chat": make.chat(),
        "direction": "inbound" if inbound else "outbound",
        "parts": [{"type": "text", "value": "Can I come at nine instead of ten?"}],
        "sender_handle": make.handle(_CUSTOMER if inbound else _OWN),
        "service": "iMessage",
        "preferred_service": "iMessage",
        "sent_at": make.ago(2),
        "delivered_at": make.ago(1) if stage >= 1 else None,
        "read_at": make.ago() if stage >= 2 else None,
        "effect": None,
        "reply_to": None,
        "idempotency_key": None,
    }


def _failed(_: str, make: Maker) -> Document:
    return {
        "chat_id": _CHAT,
        "message_id": make.new_id(),
        "code": 4001,
        "reason": "Message could not be delivered",
        "failed_at": make.ago(),
        "service": "SMS",
        "preferred_service": "iMessage",
    }


def _edited(_: str, make: Maker) -> Document:
    return {
        "id": make.new_id(),
        "chat": make.chat(),
        "direction": "inbound",
        "edited_at": make.ago(),
        "part": {"index": 0, "text": "Can I come at half past nine?"},
        "sender_handle": make.handle(),
    }


def _reaction(_: str, make: Maker) -> Document:
    return {
        "chat_id": _CHAT,
        "message_id": make.new_id(),
        "part_index": 0,
        "reaction_type": "love",
        "is_from_me": False,
        # Deprecated, but still sent beside `from_handle`.
        "from": _CUSTOMER,
        "from_handle": make.handle(),
        "reacted_at": make.ago(),
        "service": "iMessage",
    }


def _participant(event_type: str, make: Maker) -> Document:
    when = "added_at" if event_type.endswith("added") else "removed_at"
    person = make.handle("+12025550103")
    return {
        "chat_id": _CHAT,
        "handle": person["handle"],
        "participant": person,
        when: make.ago(),
    }


def _chat_created(_: str, make: Maker) -> Document:
    chat = make.chat()
    return {
        "id": _CHAT,
        "display_name": None,
        "handles": [make.handle(_OWN), make.handle()],
        "health_status": chat["health_status"],
        "is_group": False,
        "service": "iMessage",
        "updated_at": make.ago(),
    }


def _group_updated(event_type: str, make: Maker) -> Document:
    is_name = "name" in event_type
    return {
        "chat_id": _CHAT,
        "old_value": "Orders" if is_name else None,
        "new_value": "Orders, North" if is_name else "https://example.com/icon.png",
        "changed_by_handle": make.handle(),
        "updated_at": make.ago(),
    }


def _group_update_failed(_: str, make: Maker) -> Document:
    return {"chat_id": _CHAT, "error_code": 4001, "failed_at": make.ago()}


def _typing(_: str, make: Maker) -> Document:
    return {"chat_id": _CHAT, "actor_handle": make.handle()}


def _number_status(_: str, make: Maker) -> Document:
    return {
        "phone_number": _OWN,
        "previous_status": "ACTIVE",
        "new_status": "FLAGGED",
        "previous_reputation": "HEALTHY",
        "new_reputation": "AT_RISK",
        "changed_at": make.ago(),
    }


def _number(_: str, make: Maker) -> Document:
    return {"phone_number": _OWN, "changed_at": make.ago()}


def _location(_: str, make: Maker) -> Document:
    return {
        "chat_id": _CHAT,
        "shared_by": make.handle(),
        "shared_with": [make.handle(_OWN)],
        "began_at": make.ago(60),
        "ends_at": make.ago(-3_600),
    }


def _contact_card(_: str, make: Maker) -> Document:
    return {
        "first_name": "Pat",
        "last_name": "Example",
        "owner_handle": make.handle(_OWN),
        "sender_handle": make.handle(),
        "media_url": None,
    }


def _payment(event_type: str, make: Maker) -> Document:
    return {
        "id": make.new_id(),
        "amount": 2_500,
        "currency": "usd",
        "status": event_type.rpartition(".")[2],
        "checkout_url": "https://example.com/checkout",
        "metadata": {},
        "created_at": make.ago(),
    }


def _of_the_account(event_type: str, make: Maker) -> Document:
    return {
        "actor": {"type": "team_member", "id": make.new_id()},
        "occurred_at": make.ago(),
        "origin": "dashboard",
        "summary": event_type.replace(".", " ").replace("_", " "),
        "change": {"from": None, "to": None},
    }


def _undocumented(_: str, make: Maker) -> Document:
    return {"id": make.new_id(), "chat_id": _CHAT, "occurred_at": make.ago()}


Make = Callable[[str, Maker], Document]

# The longest beginning that fits counts.
_MAKERS: Final[Mapping[str, Make]] = {
    "": _undocumented,
    "message.": _message,
    "message.failed": _failed,
    "message.edited": _edited,
    "reaction.": _reaction,
    "participant.": _participant,
    "chat.created": _chat_created,
    "chat.group_name_updated": _group_updated,
    "chat.group_icon_updated": _group_updated,
    "chat.group_name_update_failed": _group_update_failed,
    "chat.group_icon_update_failed": _group_update_failed,
    "chat.typing_indicator.": _typing,
    "phone_number.status_updated": _number_status,
    "phone_number.assigned": _number,
    "phone_number.released": _number,
    "location.sharing.": _location,
    "contact_card.received": _contact_card,
    "payment.": _payment,
    "connection.": _payment,
    "environment.": _of_the_account,
    "api_token.": _of_the_account,
    "webhook_subscription.": _of_the_account,
    "team_member.": _of_the_account,
    "zero_day_retention.": _of_the_account,
}


def _maker(event_type: str) -> Make:
    fitting = (start for start in _MAKERS if event_type.startswith(start))
    return _MAKERS[max(fitting, key=len)]


def is_documented(event_type: str) -> bool:
    """Tell whether the vendor says which members the data has."""
    return _maker(event_type) is not _undocumented


__all__ = ["EVENT_TYPES", "VERSION", "event", "is_documented"]
