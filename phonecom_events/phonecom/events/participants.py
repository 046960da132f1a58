"""Who takes part in a call or a message."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from ...errors import DecodeError


class ParticipantType(StrEnum):
    """Say what kind of thing takes part."""

    DEVICE = "device"
    EXTENSION = "extension"
    DID = "did"


def _number_or_text(value: object) -> int | str:
    if type(value) is int or type(value) is str:
        return value
    problem = f"expected a participant's id, got {type(value).__name__}"
    raise DecodeError(problem, problems=(f"{problem} @ $",))


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
    # cattrs cannot tell the two apart, and leaves the value to the attrs converter.
    id: int | str = field(converter=_number_or_text)
    line: int | None = None
    domain: str | None = None
    extension_id: int | None = None
    extension: int | None = None
