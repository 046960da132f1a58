"""What an audit looks at: plain data, as it was read; no client, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from attrs import Attribute, asdict, evolve, field, frozen

from ..converter import UnixTime  # noqa: F401 annotates what is inherited
from ..errors import PhonecomEventsError
from ..linq import PhoneNumber, WebhookSubscription
from ..pagination import ScanReport
from ..phonecom import Callback, Listener, Profile
from .masking import masked

T = TypeVar("T")

_TOLERATED_SKEW: Final = timedelta(minutes=1)


@frozen(kw_only=True)
class Reading(Generic[T]):
    """Hold what came of reading one listing.

    Attributes:
        resource: what was listed, such as ``listeners``.
        items: all that was read, before an error too.
        report: how far that can be trusted.
        error: what ended the reading early, without its traceback.
        refused: what the server answered, if it does not let this be read and the
            audit can do without; checks that need it cannot tell then.
    """

    resource: str
    items: tuple[T, ...] = ()
    report: ScanReport = field(factory=ScanReport)
    error: PhonecomEventsError | None = None
    refused: PhonecomEventsError | None = None

    @property
    def whole(self) -> bool:
        """Whether what is neither among the items nor among `odd_ids` is not there."""
        kept = len(self.report.odd_rows)
        every = self.report.proven and self.report.odd_row_count == kept
        return self.error is None and self.refused is None and every

    @property
    def every_row(self) -> bool:
        """Whether all rows are among the items: none was missed, none was odd."""
        return self.whole and not self.report.odd_rows

    @cached_property
    def odd_ids(self) -> frozenset[int | str]:
        """The ids of the rows that are not as documented."""
        return frozenset(row.id for row in self.report.odd_rows if row.id is not None)

    def without_items(self) -> Reading[T]:
        """Return the same without what was read, which may be large."""
        return evolve(self, items=())

    def to_dict(self) -> dict[str, Any]:
        """Return how it went as plain values, without what was read."""
        report = asdict(self.report, filter=_without_odd_rows)
        plain = {
            "resource": self.resource,
            **report,
            "error": None if self.error is None else masked(str(self.error)),
        }
        if self.refused is None:
            return plain
        return {**plain, "refused": masked(str(self.refused))}


def _without_odd_rows(attribute: Attribute[Any], _: object) -> bool:
    return attribute.name != "odd_rows"


@frozen(kw_only=True)
class HeardListener(Listener):
    """Describe a listener with what it hears.

    Attributes:
        subscriptions: the tags of each, all of which an event must have; None if
            they could not be read.
        filters: each in one form that tells it from others; None where the API
            does not say.
    """

    subscriptions: tuple[frozenset[str], ...] | None = None
    filters: frozenset[str] | None = None


@frozen(kw_only=True)
class AccountSnapshot:
    """Hold what was read of one account, its extensions included.

    With its subaccounts, if they were asked for: the `voip_id` of an item says
    whose it is.

    Attributes:
        voip_id: of the account.
        listeners: with what they hear.
        callbacks: where events go.
        profiles: who gets notices of a callback's problems.
        subscriptions: how they were read, if that was one listener at a time;
            their tags are with the listeners.
        linked: by id, callbacks that listeners or other callbacks lead to, and
            that are not in the listing: another account's, or newer.
        linked_profiles: ids of profiles that exist, whether they are listed or not.
        clock_ahead: how far this machine's clock is ahead of the vendor's, by the
            `Date` of the answers; None where they have none.
    """

    voip_id: int
    listeners: Reading[HeardListener]
    callbacks: Reading[Callback]
    profiles: Reading[Profile]
    subscriptions: Reading[Any] | None = None
    linked: Mapping[int, Callback] = field(factory=dict)
    linked_profiles: frozenset[int] = frozenset()
    clock_ahead: timedelta | None = None

    @property
    def readings(self) -> tuple[Reading[Any], ...]:
        """Every listing of the account."""
        every = (self.listeners, self.subscriptions, self.callbacks, self.profiles)
        return tuple(reading for reading in every if reading is not None)

    @property
    def clock_skew(self) -> timedelta | None:
        """How far this machine's clock is ahead of the vendor's, if that is far.

        None up to a minute: a `Date` counts whole seconds, and is as old as its answer
        took.
        """
        ahead = self.clock_ahead
        return ahead if ahead is not None and abs(ahead) > _TOLERATED_SKEW else None

    @property
    def own_callbacks(self) -> tuple[Callback, ...]:
        """The callbacks that were listed, and the account's that were met besides."""
        met = (each for each in self.linked.values() if each.voip_id == self.voip_id)
        return (*self.callbacks.items, *met)

    def callback(self, callback_id: int | None) -> Callback | None:
        """Return a callback by its id, if it was read."""
        return None if callback_id is None else self._callbacks.get(callback_id)

    def lacks_callback(self, callback_id: int) -> bool:
        """Tell whether it is certain that there is no such callback."""
        known = callback_id in self._callbacks or callback_id in self.callbacks.odd_ids
        return self.callbacks.whole and not known

    def lacks_profile(self, profile_id: int) -> bool:
        """Tell whether it is certain that there is no such profile."""
        known = profile_id in self._profiles or profile_id in self.profiles.odd_ids
        return self.profiles.whole and not known

    @cached_property
    def _callbacks(self) -> Mapping[int, Callback]:
        listed = {callback.id: callback for callback in self.callbacks.items}
        return {**self.linked, **listed}

    @cached_property
    def _profiles(self) -> frozenset[int]:
        listed = (profile.id for profile in self.profiles.items)
        return self.linked_profiles.union(listed)


@frozen(kw_only=True)
class LinqSnapshot:
    """Hold what was read of Linq.

    Attributes:
        subscriptions: the webhook subscriptions.
        event_types: those that Linq says it offers; None if no subscription names any.
        phone_numbers: the account's; None if no subscription names any.
    """

    subscriptions: Reading[WebhookSubscription]
    event_types: Reading[str] | None = None
    phone_numbers: Reading[PhoneNumber] | None = None

    @property
    def readings(self) -> tuple[Reading[Any], ...]:
        """Every listing of Linq."""
        every = (self.subscriptions, self.event_types, self.phone_numbers)
        return tuple(reading for reading in every if reading is not None)

    @cached_property
    def offered(self) -> frozenset[str] | None:
        """The event types that Linq lists; None if that is not known."""
        if self.event_types is None or not self.event_types.every_row:
            return None
        # A list without any type says nothing about the types that there are.
        return frozenset(map(str, self.event_types.items)) or None

    @cached_property
    def numbers(self) -> frozenset[str] | None:
        """The account's phone numbers, E.164; None if they are not known."""
        if self.phone_numbers is None or not self.phone_numbers.every_row:
            return None
        return frozenset(each.phone_number for each in self.phone_numbers.items)
