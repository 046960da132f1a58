"""Phone.com's events, one of each data type, as its page on their format has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from ..messages import Document

VOIP_ID: Final = 1000002
LISTENER_ID: Final = 1001
_CUSTOMER: Final = "+12025550101"
_OWN: Final = "+12025550102"

NewId: TypeAlias = Callable[[], str]


def event(data_type: str, now: datetime, new_id: NewId) -> Document:
    """Return an event of *data_type* that happens now.

    Args:
        data_type: a key of `DATA_TYPES`.
        now: an aware time.
        new_id: makes an id that is given once.
    """
    make, tags = DATA_TYPES[data_type]
    data = make(new_id)
    seconds = int(now.timestamp())
    return {
        "uuid": new_id(),
        "version": "2.0.0",
        "listener_id": LISTENER_ID,
        "context": {"type": "account", "id": VOIP_ID, "voip_id": VOIP_ID},
        "timestamp": seconds,
        "timestamp_ns": seconds * 10**9 + now.microsecond * 1000,
        "tags": list(tags),
        "data_type": data_type,
        "data_object_uuid": data.get("uuid", new_id()),
        "data": data,
    }


def _did(number: str) -> Document:
    return {"type": "did", "id": number}


def _call(new_id: NewId) -> Document:
    uuid = new_id()
    leg = {
        "uuid": uuid,
        "from": _did(_CUSTOMER),
        "to": _did(_OWN),
        "is_first": True,
        "state": "completed",
        "completion_status": "success",
    }
    # `first_leg` is null where the event is about the first leg itself.
    return {"uuid": uuid, "direction": "inbound", "event_leg": leg, "first_leg": None}


def _message(new_id: NewId) -> Document:
    return {
        "uuid": new_id(),
        "direction": "inbound",
        "state": "received",
        "inbox": {"id": 7001, "extension_id": None, "did": _OWN},
        "from": _did(_CUSTOMER),
        "to": [_did(_OWN)],
        "type": "sms",
        "message": "Can I come at nine instead of ten?",
        "media": [],
    }


def _call_log(new_id: NewId) -> Document:
    return {"uuid": new_id()}


def _recording(new_id: NewId) -> Document:
    return {"uuid": new_id(), "type": "call", "size": 184_320, "duration": 23}


def _api_error(_: NewId) -> Document:
    return {
        "error": "Not found",
        "request": {
            "method": "GET",
            "url": f"/v4/accounts/{VOIP_ID}/integrations/events/listeners/1",
            "body_size": 0,
        },
        # The answer's body as it was: JSON in a string.
        "response": {
            "status": 404,
            "payload": '{"@error":{"@message":"Not found","@httpStatusCode":404}}',
        },
    }


DATA_TYPES: Final[Mapping[str, tuple[Callable[[NewId], Any], tuple[str, ...]]]] = {
    "call": (_call, ("call", "completed-call", "first-leg", "inbound", "from-did")),
    "message": (_message, ("message", "*ms-message", "sms-message", "inbound")),
    "call-log": (_call_log, ("call-log",)),
    "recording": (_recording, ("recording", "call-recording")),
    "api-error": (_api_error, ("api-error",)),
}

TEST: Final = "test"
"""What is posted to a URL before the first event."""
