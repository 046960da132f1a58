"""Who takes part in a call or a message."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class ParticipantType(StrEnum):
    """Say what kind of thing takes part."""

    DEVICE = "device"
    EXTENSION = "extension"
    DID = "did"


@frozen(kw_only=True)
class Participant:
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
