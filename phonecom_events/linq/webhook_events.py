"""Which event types Linq offers now: a listing of their names alone.

https://docs.linqapp.com (webhook events)
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
