"""The events that Phone.com posts to callbacks."""

from .api_errors import ApiError, FailedRequest, FailedResponse
from .calls import Call, CallLog, CompletionStatus, Direction, Leg, LegState, Recording
from .event import Context, DataType, Event, Payload, Probe, parse_event
from .messages import Inbox, Media, Message, MessageType
from .participants import Participant, ParticipantType

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
