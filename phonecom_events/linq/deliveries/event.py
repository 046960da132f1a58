"""The envelope of every delivery.

https://docs.linqapp.com (webhook events)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, TypeAlias

from attrs import field, frozen

from ...converter import IsoTime
from ...display.shown import Shown
from ...webhooks.reading import read_as, read_object
from ..event_types import WebhookEventType
from .messages import EditedMessage, FailedMessage, Message, Reaction

WebhookPayload: TypeAlias = Message | FailedMessage | EditedMessage | Reaction

# The one form whose members the vendor's own SDK types (linq-python 0.65).
TYPED_VERSION: Final = "2026-02-03"
_PAYLOADS: Final[Mapping[str, type[WebhookPayload]]] = {
    WebhookEventType.MESSAGE_SENT: Message,
    WebhookEventType.MESSAGE_RECEIVED: Message,
    WebhookEventType.MESSAGE_DELIVERED: Message,
    WebhookEventType.MESSAGE_READ: Message,
    WebhookEventType.MESSAGE_FAILED: FailedMessage,
    WebhookEventType.MESSAGE_EDITED: EditedMessage,
    WebhookEventType.REACTION_ADDED: Reaction,
    WebhookEventType.REACTION_REMOVED: Reaction,
}


@frozen(kw_only=True)
class WebhookEvent(Shown):
    """Describe an event that Linq delivered.

    Attributes:
        event_id: the same whenever it is sent again, and for every subscription.
        event_type: a member of `WebhookEventType`, or a string for one that is
            not known here.
        created_at: in UTC.
        data: as it came; `payload` is the same, read.
        webhook_version: the form of the data, such as ``2026-02-03``: pinned by
            ``?version=`` in the subscription's target URL, or else given by the
            date on which the subscription was created.
        api_version: such as ``v3``.
        trace_id: for the vendor's support.
        partner_id: whose event it is.
    """

    event_id: str
    event_type: WebhookEventType | str
    created_at: IsoTime
    data: dict[str, Any] = field(repr=False, hash=False)
    webhook_version: str | None = None
    api_version: str | None = None
    trace_id: str | None = None
    partner_id: str | None = None

    @cached_property
    def payload(self) -> WebhookPayload | None:
        """The data of a message or reaction event, read.

        None for other event types, and for any other form than that of
        2026-02-03: the one before it has other members by the same event types.

        Raises:
            WebhookError: the data is not as documented.
        """
        model = _PAYLOADS.get(self.event_type)
        if model is None or self.webhook_version != TYPED_VERSION:
            return None
        return read_as(self.data, model, "$.data")

    @property
    def names(self) -> frozenset[str]:
        """What a `Router` knows it by: its event type."""
        return frozenset((self.event_type,))


def parse_event(body: bytes, *, lenient: bool = False) -> WebhookEvent:
    """Read a delivery; whether it is genuine is for a `Verifier` to say first.

    Args:
        body: as it came.
        lenient: let data pass that is not as documented: reading the `payload`
            raises then, and only then. For receivers: what they refuse is lost,
            as Linq does not send again after a 4xx.

    Raises:
        WebhookError: it is no event.
    """
    value = read_object(body)
    event = read_as(value, WebhookEvent)
    if not lenient:
        _ = event.payload
    return event
