"""What an event says of a call, its log and its recording, and who takes part.

https://github.com/phonedotcom/events-integration-doc (events format), whose samples
have malformed uuids and tags that disagree with the data: uuids are any text here, and
nothing is checked against anything else.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from ...converter import wire
from ...display.shown import Shown


class ParticipantType(StrEnum):
    """Say what kind of thing takes part."""

    DEVICE = "device"
    EXTENSION = "extension"
    DID = "did"


@frozen(kw_only=True)
class Participant(Shown):
    """Describe who takes part.

    Attributes:
        type: what the id is of.
        id: a phone number (text, E.164) for a did, else a number.
        line, domain: of a device alone.
        extension_id, extension: the id and the number of the extension; of a
            device or an extension.
    """

    type: ParticipantType | str
    id: int | str
    line: int | None = None
    domain: str | None = None
    extension_id: int | None = None
    extension: int | None = None


class Direction(StrEnum):
    """Say who began, seen from the account."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class LegState(StrEnum):
    """Say how far a leg of a call has come."""

    NEW = "new"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    COMPLETED = "completed"


class CompletionStatus(StrEnum):
    """Say how a leg of a call ended."""

    SUCCESS = "success"
    CANCELLED = "cancelled"
    BUSY = "busy"
    FAILED = "failed"


@frozen(kw_only=True)
class Leg(Shown):
    """Describe one leg of a call.

    Attributes:
        uuid: the first leg has that of its call.
        from_, to: who calls whom; ``from_`` is ``from`` on the wire.
        is_first: whether it is the main leg.
        state: None where the event is about another leg.
        completion_status: None until it is completed. (The vendor's page also
            calls it completion state; this is what is sent.)
    """

    uuid: str
    from_: Participant = field(metadata=wire("from"))
    to: Participant
    is_first: bool
    state: LegState | str | None = None
    completion_status: CompletionStatus | str | None = None


@frozen(kw_only=True)
class Call(Shown):
    """Describe a call, by the leg to which something happened.

    The events of one call can arrive in another order than they happened.

    Attributes:
        uuid: of the call; text of any form.
        direction: of the call.
        event_leg: the leg that the event is about.
        first_leg: None where that is the first leg itself.
    """

    uuid: str
    direction: Direction | str
    event_leg: Leg
    first_leg: Leg | None = None


@frozen(kw_only=True)
class CallLog(Shown):
    """Name a call whose log is complete, to be read from the call logs.

    Attributes:
        uuid: of the call; text of any form.
    """

    uuid: str


@frozen(kw_only=True)
class Recording(Shown):
    """Describe a recording.

    Attributes:
        uuid: text of any form.
        type: what was recorded, such as ``call``.
        size: bytes.
        duration: seconds.
    """

    uuid: str
    type: str
    size: int | None = None
    duration: int | None = None
