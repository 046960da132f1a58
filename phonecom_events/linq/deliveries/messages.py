"""What a delivery says of a message or a reaction, in the form of 2026-02-03.

https://docs.linqapp.com (webhook events). The vendor's models require more than its
deliveries have: what samples leave out may be None here.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from ...converter import IsoTime, wire
from ...display.shown import Shown


class Direction(StrEnum):
    """Say who sent a message, seen from the account's own number."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@frozen(kw_only=True)
class Handle(Shown):
    """Describe one who takes part in a chat.

    Attributes:
        handle: a phone number (E.164) or an e-mail address.
        id: Linq's own, text of any form.
        service: such as ``iMessage``, ``SMS`` or ``RCS``.
        is_me: whether it is the account's own number.
        joined_at, left_at: in UTC.
        status: such as ``active``, ``left`` or ``removed``.
    """

    handle: str
    id: str | None = None
    service: str | None = None
    is_me: bool | None = None
    joined_at: IsoTime | None = None
    left_at: IsoTime | None = None
    status: str | None = None


@frozen(kw_only=True)
class ChatHealth(Shown):
    """Describe how well a chat is doing.

    Attributes:
        status: such as ``HEALTHY``, ``AT_RISK``, ``CRITICAL`` or ``OPTED_OUT``.
        updated_at: since when, in UTC.
        doc_url: the vendor's page about it.
    """

    status: str
    updated_at: IsoTime | None = None
    doc_url: str | None = None


@frozen(kw_only=True)
class Chat(Shown):
    """Describe the chat that a message is in.

    Attributes:
        id: text of any form.
        is_group: whether more than two take part.
        owner_handle: the account's own number.
        health_status: how well it is doing.
    """

    id: str
    is_group: bool | None = None
    owner_handle: Handle | None = None
    health_status: ChatHealth | None = None


@frozen(kw_only=True)
class Part(Shown):
    """Describe a part of a message; which attributes it has depends on its type.

    Attributes:
        type: such as ``text``, ``media``, ``link``, ``imessage_app`` or
            ``app_clip``.
        value: the text or the link.
        id: of media; text of any form.
        url: of media, for an hour; or what a card opens.
        filename: of media, as the sender named it; it is no safe path.
        mime_type: of media.
        size_bytes: of media.
    """

    type: str
    value: str | None = None
    id: str | None = None
    url: str | None = None
    filename: str | None = None
    mime_type: str | None = None
    size_bytes: int | None = None


@frozen(kw_only=True)
class Effect(Shown):
    """Describe how a message is shown.

    Attributes:
        type: such as ``screen`` or ``bubble``.
        name: such as ``confetti`` or ``slam``.
    """

    type: str | None = None
    name: str | None = None


@frozen(kw_only=True)
class ReplyTo(Shown):
    """Name what a message answers.

    Attributes:
        message_id: the message, text of any form.
        part_index: which of its parts, from 0.
    """

    message_id: str | None = None
    part_index: int | None = None


@frozen(kw_only=True)
class Message(Shown):
    """Describe a message that was sent, received, delivered or read.

    Attributes:
        id: text of any form.
        chat: the chat that it is in.
        direction: seen from the account's own number.
        parts: what it consists of; none on a line without retention.
        sender_handle: who sent it.
        service: how it travelled: such as ``iMessage``, ``SMS`` or ``RCS``.
        sent_at, delivered_at, read_at: in UTC; None if it has not come so far.
        reconciled_at: in UTC; only of a message that was found later: it is
            history, so do not answer it as if it had just come.
        effect: how it is shown.
        reply_to: what it answers.
        idempotency_key: what the sender gave to tell repeats by.
        preferred_service: how it should have travelled.
        zero_retention: whether Linq keeps none of it.
    """

    id: str
    chat: Chat
    direction: Direction | str
    parts: tuple[Part, ...]
    sender_handle: Handle
    service: str | None = None
    sent_at: IsoTime | None = None
    delivered_at: IsoTime | None = None
    read_at: IsoTime | None = None
    reconciled_at: IsoTime | None = None
    effect: Effect | None = None
    reply_to: ReplyTo | None = None
    idempotency_key: str | None = None
    preferred_service: str | None = None
    zero_retention: bool | None = None


@frozen(kw_only=True)
class FailedMessage(Shown):
    """Describe a message that failed; it may still be delivered later.

    Attributes:
        code: such as 4001; an open set.
        failed_at: in UTC.
        message_id, chat_id: text of any form.
        reason: in the vendor's words.
        detail_code: for the vendor's support; its meaning is not documented.
        service, preferred_service: how it travelled, and should have.
    """

    code: int
    failed_at: IsoTime
    message_id: str | None = None
    chat_id: str | None = None
    reason: str | None = None
    detail_code: int | None = None
    service: str | None = None
    preferred_service: str | None = None


@frozen(kw_only=True)
class EditedPart(Shown):
    """Describe the part that was edited.

    Attributes:
        index: which of the message's parts, from 0.
        text: what it says now; empty for what you edited yourself on a line
            without retention.
    """

    index: int
    text: str


@frozen(kw_only=True)
class EditedMessage(Shown):
    """Describe a message that was edited.

    Attributes:
        id: of the message, text of any form.
        chat: the chat that it is in.
        direction: of the message, seen from the account's own number.
        edited_at: in UTC.
        part: what it says now.
        sender_handle: who sent and edited it.
        zero_retention: whether Linq keeps none of it.
    """

    id: str
    chat: Chat
    direction: Direction | str
    edited_at: IsoTime
    part: EditedPart
    sender_handle: Handle
    zero_retention: bool | None = None


@frozen(kw_only=True)
class Sticker(Shown):
    """Describe the picture of a reaction by sticker.

    Attributes:
        url: where it is, for an hour.
        file_name: as its sender named it; it is no safe path.
        mime_type: of the picture.
        width, height: in pixels.
    """

    url: str | None = None
    file_name: str | None = None
    mime_type: str | None = None
    width: int | None = None
    height: int | None = None


@frozen(kw_only=True)
class Reaction(Shown):
    """Describe a reaction that was added or removed.

    Attributes:
        reaction_type: such as ``love``, ``like``, ``custom`` or ``sticker``.
        is_from_me: whether it came from the account's own number.
        message_id, chat_id, reaction_id: text of any form.
        part_index: which part of the message, from 0.
        from_: who reacted: deprecated by Linq for ``from_handle``; ``from`` on the
            wire.
        from_handle: who reacted.
        custom_emoji: of a reaction of the type ``custom``.
        sticker: of a reaction of the type ``sticker``.
        reacted_at: in UTC.
        service: such as ``iMessage``.
    """

    reaction_type: str
    is_from_me: bool
    message_id: str | None = None
    chat_id: str | None = None
    reaction_id: str | None = None
    part_index: int | None = None
    from_: str | None = field(default=None, metadata=wire("from"))
    from_handle: Handle | None = None
    custom_emoji: str | None = None
    sticker: Sticker | None = None
    reacted_at: IsoTime | None = None
    service: str | None = None
