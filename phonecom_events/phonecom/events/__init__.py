"""The events that Phone.com posts to callbacks."""

from .calls import (
    Call,
    CallLog,
    CompletionStatus,
    Direction,
    Leg,
    LegState,
    Participant,
    ParticipantType,
    Recording,
)
from .event import Context, DataType, Event, Payload, Probe, parse_event
from .messages import (
    ApiError,
    FailedRequest,
    FailedResponse,
    Inbox,
    Media,
    Message,
    MessageType,
)

__all__ = [
    "ApiError",
    "Call",
    "CallLog",
    "CompletionStatus",
    "Context",
    "DataType",
    "Direction",
    "Event",
    "FailedRequest",
    "FailedResponse",
    "Inbox",
    "Leg",
    "LegState",
    "Media",
    "Message",
    "MessageType",
    "Participant",
    "ParticipantType",
    "Payload",
    "Probe",
    "Recording",
    "parse_event",
]
