"""Who takes part in a chat, and the chat."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from ...converter import IsoTime


class Direction(StrEnum):
    """Say who sent a message, seen from the account's own number."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@frozen(kw_only=True)
class Handle:
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
class ChatHealth:
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
class Chat:
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
