"""What an event says of a text message, or of an API call that failed.

https://github.com/phonedotcom/events-integration-doc (events format).
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from ...converter import wire
from ...display.shown import Shown
from .calls import Direction, Participant


class MessageType(StrEnum):
    """Say how a message travels. Its tags may say otherwise: trust neither."""

    SMS = "sms"
    MMS = "mms"


@frozen(kw_only=True)
class Inbox(Shown):
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
class Media(Shown):
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
class Message(Shown):
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


@frozen(kw_only=True)
class FailedRequest(Shown):
    """Describe the request.

    Attributes:
        method: in capitals.
        url: path and query, without the host.
        body_size: bytes.
    """

    method: str
    url: str
    body_size: int | None = None


@frozen(kw_only=True)
class FailedResponse(Shown):
    """Describe the answer.

    Attributes:
        status: the HTTP status.
        payload: the answer's body as it was: text that is often JSON, not read
            here.
    """

    status: int
    payload: str | None = None


@frozen(kw_only=True)
class ApiError(Shown):
    """Describe an API call of the account that failed.

    Attributes:
        error: what went wrong, in the vendor's words.
        request, response: of the call.
    """

    error: str
    request: FailedRequest
    response: FailedResponse
