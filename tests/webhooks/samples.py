"""Events as the vendors document them, to be changed by the tests that need it."""

from __future__ import annotations

import json
from typing import Any

SECRET = "whsec_" + "bGlucS1zaWduaW5nLXNlY3JldC1mb3ItdGVzdHM="
OTHER_SECRET = "whsec_" + "YW5vdGhlci1zaWduaW5nLXNlY3JldC1mb3ItdGVzdHM="
NOW = 1_790_000_000

INBOUND_LEG: dict[str, Any] = {
    "uuid": "a-call",
    "from": {"type": "did", "id": "+12025550101"},
    "to": {"type": "did", "id": "+12025550102"},
    "is_first": True,
    "state": None,
    "completion_status": None,
}
DEVICE_LEG: dict[str, Any] = {
    "uuid": "a-leg",
    "from": {"type": "did", "id": "+12025550101"},
    "to": {
        "type": "device",
        "id": 31,
        "line": 1,
        "domain": "sip.example.org",
        "extension_id": 32,
        "extension": 500,
    },
    "is_first": False,
    "state": "completed",
    "completion_status": "cancelled",
}
PHONECOM_DATA: dict[str, dict[str, Any]] = {
    "call": {
        "uuid": "a-call",
        "direction": "inbound",
        "event_leg": DEVICE_LEG,
        "first_leg": INBOUND_LEG,
    },
    "message": {
        "uuid": "a-message",
        "direction": "inbound",
        "state": "received",
        "inbox": {"id": 7, "extension_id": None, "did": "+12025550102"},
        "from": {"type": "did", "id": "+12025550101"},
        "to": [{"type": "did", "id": "+12025550102"}],
        "type": "mms",
        "message": "See you at nine",
        "media": [
            {
                "url": "https://media.example.org/1",
                "type": "image/jpeg",
                "size": 1024,
                "filename": "door.jpg",
            }
        ],
    },
    "call-log": {"uuid": "a-call"},
    "recording": {"uuid": "a-recording", "type": "call", "size": 900, "duration": 4},
    "api-error": {
        "error": "Not found",
        "request": {"method": "GET", "url": "/v4/accounts/7/nothing", "body_size": 0},
        "response": {"status": 404, "payload": '{"@error": {}}'},
    },
}


def phonecom_event(data_type: str = "call", **changes: Any) -> dict[str, Any]:
    """Return a Phone.com event as JSON has it."""
    return {
        "uuid": "an-event",
        "version": "2.0.0",
        "listener_id": 1001,
        "context": {"type": "account", "id": 7, "voip_id": 7},
        "timestamp": NOW,
        "timestamp_ns": NOW * 10**9 + 123,
        "tags": [data_type, "inbound"],
        "data_type": data_type,
        "data_object_uuid": "an-object",
        "data": PHONECOM_DATA.get(data_type, {}),
        **changes,
    }


HANDLE: dict[str, Any] = {
    "id": "a-handle",
    "handle": "+12025550101",
    "service": "iMessage",
    "joined_at": "2026-02-01T00:00:00Z",
}
CHAT: dict[str, Any] = {
    "id": "a-chat",
    "is_group": False,
    "owner_handle": {**HANDLE, "handle": "+12025550102", "is_me": True},
    "health_status": {
        "status": "HEALTHY",
        "updated_at": "2026-02-01T00:00:00Z",
        "doc_url": "https://docs.example.org/health",
    },
}
MESSAGE: dict[str, Any] = {
    "id": "a-message",
    "chat": CHAT,
    "direction": "inbound",
    "parts": [
        {"type": "text", "value": "See you at nine"},
        {"type": "media", "id": "m", "url": "https://media.example.org/1"},
    ],
    "sender_handle": HANDLE,
    "service": "iMessage",
    "sent_at": "2026-02-05T19:31:13.736Z",
    "delivered_at": None,
}
OLD_MESSAGE: dict[str, Any] = {
    "chat_id": "a-chat",
    "from": "+12025550101",
    "is_from_me": False,
    "message": {"id": "a-message", "parts": [{"type": "text", "value": "Hi"}]},
}
LINQ_DATA: dict[str, dict[str, Any]] = {
    "message.sent": MESSAGE,
    "message.received": MESSAGE,
    "message.delivered": MESSAGE,
    "message.read": MESSAGE,
    "message.failed": {"code": 4001, "failed_at": "2026-02-05T19:31:13Z"},
    "message.edited": {
        "id": "a-message",
        "chat": CHAT,
        "direction": "inbound",
        "edited_at": "2026-02-05T19:40:00Z",
        "part": {"index": 0, "text": "See you at ten"},
        "sender_handle": HANDLE,
    },
    "reaction.added": {
        "reaction_type": "love",
        "is_from_me": False,
        "from": "+12025550101",
        "from_handle": HANDLE,
    },
    "reaction.removed": {"reaction_type": "love", "is_from_me": True},
}


def linq_event(event_type: str = "message.received", **changes: Any) -> dict[str, Any]:
    """Return a Linq event as JSON has it."""
    return {
        "api_version": "v3",
        "webhook_version": "2026-02-03",
        "event_type": event_type,
        "event_id": "an-event",
        "created_at": "2026-02-05T19:31:13.736Z",
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "partner_id": "a-partner",
        "data": LINQ_DATA.get(event_type, {}),
        **changes,
    }


def dumps(value: object) -> bytes:
    """Write JSON."""
    return json.dumps(value).encode()
