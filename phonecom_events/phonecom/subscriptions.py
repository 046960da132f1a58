"""Subscriptions: which events a listener hears.

The tags of one subscription must all be on an event; of several subscriptions one
is enough. https://apidocs.phone.com/reference (events-listeners-subscriptions)
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Unpack

from attrs import field, frozen

from ..converter import wire
from ..display.shown import Shown
from ..pagination import Paginator
from .listing import EventsResource, Paging, segment


class Tag(StrEnum):
    """Name what an event is about; the tags that the API takes.

    Events can carry others, and the documentation lists some more: any string
    can stand where a tag can.
    """

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    CALL = "call"
    NEW_CALL = "new-call"
    CONNECTING_CALL = "connecting-call"
    CONNECTED_CALL = "connected-call"
    COMPLETED_CALL = "completed-call"
    FIRST_LEG = "first-leg"
    NOT_FIRST_LEG = "not-first-leg"
    TO_DID = "to-did"
    FROM_DID = "from-did"
    TO_EXTENSION = "to-extension"
    FROM_EXTENSION = "from-extension"
    MESSAGE = "message"
    SMS_MESSAGE = "sms-message"
    MMS_MESSAGE = "mms-message"
    ANY_MS_MESSAGE = "*ms-message"
    API_ERROR = "api-error"
    API_ERROR_TRUSTED = "api-error-trusted"
    CALL_LOG = "call-log"
    RECORDING = "recording"
    CALL_RECORDING = "call-recording"
    MESSAGE_STATUS = "message-status"
    VOICEMAIL_RECORDING = "voicemail-recording"


@frozen(kw_only=True)
class Subscription(Shown):
    """Describe a subscription of a listener.

    Attributes:
        id: its id.
        tags: all of them must be on an event; members of `Tag`, or strings for
            tags that are not known here.
    """

    # Not whose it is: the answer has no listener_id.
    id: int
    tags: tuple[Tag | str, ...] = field(metadata=wire(":tags"))


class Subscriptions(EventsResource[Subscription]):
    """Read and write the subscriptions of one listener.

    There is no update here: the API has one for an extension's listeners only.
    """

    model = Subscription
    collection = "subscriptions"

    async def create(
        self, *, tags: Iterable[str], reconcile: bool = False
    ) -> Subscription:
        """Create a subscription and return it.

        Args:
            tags: `Tag` members or strings; some can never be on one event, such
                as ``call`` and ``message``.
            reconcile: after an ambiguous end look what became of it, and send it again
                if nothing did, as `phonecom_events.reconcile` says. Costs a request
                more, to read what exists before.

        Raises:
            OutcomeUnknown: it may or may not have been created; with `reconcile`,
                only if that cannot be told.
        """
        return await self._create(tags=tags, reconcile=reconcile)

    def list(self, **paging: Unpack[Paging]) -> Paginator[Subscription]:
        """List the subscriptions; see `Paginator` and, for the arguments, `Paging`."""
        return self._list({}, **paging)


class ExtensionSubscriptions(Subscriptions):
    """Read and write the subscriptions of one listener of an extension."""

    async def update(
        self, subscription_id: int, *, tags: Iterable[str]
    ) -> Subscription:
        """Replace the tags, and return the subscription.

        Raises:
            OutcomeUnknown: it may or may not have been changed.
        """
        return await self._update("PATCH", segment(subscription_id), tags=tags)
