"""The event types that Linq offers now.

https://docs.linqapp.com (webhook events). The list is known to lag: the vendor's own
sample of it has fewer types than its SDK.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import frozen

from .event_types import WebhookEventType
from .listing import UnpagedResource

T = TypeVar("T")


@frozen(kw_only=True)
class _Listing(Generic[T]):
    events: tuple[T, ...]


class WebhookEvents(UnpagedResource[WebhookEventType | str]):
    """Read which event types a webhook subscription can ask for.

    They are members of `WebhookEventType`, or strings for types not known here.
    """

    model = WebhookEventType | str
    collection = "webhook-events"
    answer = _Listing
    rows = "events"
