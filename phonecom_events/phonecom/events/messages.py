"""What an event says of a text message."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from ...converter import wire
from .calls import Direction
from .participants import Participant


class MessageType(StrEnum):
    """Say how a message travels. Its tags may say otherwise: trust neither."""

    SMS = "sms"
    MMS = "mms"


@frozen(kw_only=True)
class Inbox:
    """Describe the inbox that keeps a message.

    Attributes:
        id: of the message in the inbox.
        extension_id: whose inbox it is.
        did: the account's own number, E.164.
    """

    id: int
    extension_id: int | None = None
    did: str | None = None


@frozen(kw_only=True)
class Media:
    """Describe an attachment.

    Attributes:
        url: where it is. Whoever can post to a receiver chooses this: send no
            token there.
        type: its MIME type.
        size: bytes.
        filename: as the sender named it; it is no safe path.
        thumbnail: where a small picture of it is, if there is one.
    """

    url: str
    type: str | None = None
    size: int | None = None
    filename: str | None = None
    thumbnail: str | None = None


@frozen(kw_only=True)
class Message:
    """Describe a message.

    Attributes:
        uuid: text of any form.
        direction: seen from the account.
        from_, to: ``from_`` is ``from`` on the wire.
        type: sms or mms.
        state: how far it has come, such as ``received`` or ``sent``.
        inbox: where it is kept.
        message: its text.
        media: its attachments; None or empty where it has none.
    """

    uuid: str
    direction: Direction | str
    from_: Participant = field(metadata=wire("from"))
    to: tuple[Participant, ...]
    type: MessageType | str
    state: str | None = None
    inbox: Inbox | None = None
    message: str | None = None
    media: tuple[Media, ...] | None = None
