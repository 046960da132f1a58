"""The event types that Linq offers now.

https://docs.linqapp.com (webhook events). The list is known to lag: the vendor's own
sample of it has fewer types than its SDK.
"""

from __future__ import annotations

from attrs import frozen

from ..pagination import Paginator
from .event_types import WebhookEventType
from .listing import UnpagedResource


@frozen(kw_only=True)
class _Listing:
    events: tuple[WebhookEventType | str, ...]

    @property
    def rows(self) -> tuple[WebhookEventType | str, ...]:
        return self.events


class WebhookEvents(UnpagedResource[WebhookEventType | str]):
    """Read which event types a webhook subscription can ask for."""

    collection = "webhook-events"

    def list(
        self, *, max_items: int | None = None
    ) -> Paginator[WebhookEventType | str]:
        """List all types, from one answer; strings those that are not known here."""
        return self._list(_Listing, max_items=max_items)
