"""What a delivery says of a reaction to a message."""

from __future__ import annotations

from attrs import field, frozen

from ...converter import IsoTime, wire
from .handles import Handle


@frozen(kw_only=True)
class Sticker:
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
class Reaction:
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
