"""What an audit looks at: plain data, as it was read; no client, no I/O."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from attrs import asdict, evolve, field, frozen

from ..errors import PhonecomEventsError
from ..linq import WebhookSubscription
from ..pagination import ScanReport
from ..phonecom import Listener, Profile

T = TypeVar("T")


@frozen(kw_only=True)
class Reading(Generic[T]):
    """Hold what came of reading one listing.

    Attributes:
        resource: what was listed, such as ``listeners``.
        items: all that was read, before an error too.
        report: how far that can be trusted.
        error: what ended the reading early, without its traceback.
    """

    resource: str
    items: tuple[T, ...] = ()
    report: ScanReport = field(factory=ScanReport)
    error: PhonecomEventsError | None = None

    def without_items(self) -> Reading[T]:
        """Return the same without what was read, which may be large."""
        return evolve(self, items=())

    def to_dict(self) -> dict[str, Any]:
        """Return how it went as plain values, without what was read."""
        return {
            "resource": self.resource,
            **asdict(self.report),
            "error": None if self.error is None else str(self.error),
        }


@frozen(kw_only=True)
class AccountSnapshot:
    """Hold what was read of one account, its extensions included."""

    voip_id: int
    listeners: Reading[Listener]
    profiles: Reading[Profile]

    @property
    def readings(self) -> tuple[Reading[Listener] | Reading[Profile], ...]:
        """Every listing of the account."""
        return (self.listeners, self.profiles)


@frozen(kw_only=True)
class LinqSnapshot:
    """Hold what was read of Linq."""

    subscriptions: Reading[WebhookSubscription]

    @property
    def readings(self) -> tuple[Reading[WebhookSubscription], ...]:
        """Every listing of Linq."""
        return (self.subscriptions,)
