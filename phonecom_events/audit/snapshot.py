"""What an audit looks at: plain data, as it was read; no client, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Generic, Self, TypeVar

from attrs import Attribute, asdict, evolve, field, frozen
from msgspec import Struct

from ..errors import PhonecomEventsError
from ..linq import PhoneNumber, WebhookSubscription
from ..pagination import OddRow, ScanReport
from ..phonecom import (
    Callback,
    CallbackConfig,
    CallbackMode,
    EmailConfig,
    GoogleAnalyticsConfig,
    Header,
    HttpConfig,
    Profile,
    SmsAutoresponderConfig,
)
from ..probe import ProbeResult
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

    @cached_property
    def odd_owners(self) -> frozenset[int]:
        """The accounts that such rows say they belong to."""
        owners = map(owner_of, self.report.odd_rows)
        return frozenset(owner for owner in owners if owner is not None)

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


def owner_of(row: OddRow) -> int | None:
    """Return the account that an odd row says it belongs to; None for no voip id."""
    owner = whole_number(row, "voip_id")
    return owner if owner is not None and owner > 0 else None


def whole_number(row: OddRow, name: str) -> int | None:
    """Return what an odd row has under *name*, if that is a whole number."""
    value = row.raw.get(name) if isinstance(row.raw, dict) else None
    return value if type(value) is int else None


def _without_odd_rows(attribute: Attribute[Any], _: object) -> bool:
    return attribute.name != "odd_rows"


# Rows are kept by the hundred thousand. Each full collection of garbage would stop the
# event loop to go through them, and many come while an account is read. They cannot be
# part of a cycle, so it need not know of them: `gc=False`, which attrs has not.
class HeardListener(Struct, frozen=True, kw_only=True, gc=False):
    """Describe a listener with what it hears.

    Attributes:
        id, voip_id, extension_id, version, callback_id, created_at, expires_at: as
            of a `Listener`.
        subscriptions: the tags of each, all of which an event must have, in order;
            None if they could not be read.
        filters: each in one form that tells it from others, in order; None where
            the API does not say.
    """

    id: int
    voip_id: int
    extension_id: int | None = None
    version: str = "2.0.0"
    callback_id: int
    created_at: datetime
    expires_at: datetime | None = None
    # Not frozensets: those are gone through for ever, a tuple of texts but once.
    subscriptions: tuple[tuple[str, ...], ...] | None = None
    filters: tuple[str, ...] | None = None


class Delivery(StrEnum):
    """Name by what a callback delivers."""

    HTTP = "http"
    MAIL = "mail"
    APPLICATION = "application"
    UNKNOWN = "unknown"


class CallbackRow(Struct, frozen=True, kw_only=True, gc=False):
    """Describe a callback by what checks ask of one.

    Attributes:
        id, voip_id, extension_id, fallback_callback_id, name, profile_id, enabled,
            mode: as of a `Callback`.
        delivery: by what its config lets it deliver.
        to: the URL, the mail address or the application; None if there is none.
        method: of HTTP, else empty.
        headers: of HTTP; their values are in no repr.
    """

    id: int
    voip_id: int
    extension_id: int | None = None
    fallback_callback_id: int | None = None
    name: str | None = None
    profile_id: int | None = None
    enabled: bool = True
    mode: str = CallbackMode.HTTPS
    delivery: Delivery
    to: str | None = None
    method: str = ""
    headers: tuple[Header, ...] = ()

    @classmethod
    def of(cls, callback: Callback) -> Self:
        """Keep of a callback what is asked for."""
        config = callback.config
        delivery, to, method = _delivery(config)
        return cls(
            id=callback.id,
            voip_id=callback.voip_id,
            extension_id=callback.extension_id,
            fallback_callback_id=callback.fallback_callback_id,
            name=callback.name,
            profile_id=callback.profile_id,
            enabled=callback.enabled,
            mode=callback.mode,
            delivery=delivery,
            to=to,
            method=method,
            headers=(config.headers or ()) if isinstance(config, HttpConfig) else (),
        )


def _delivery(config: CallbackConfig) -> tuple[Delivery, str | None, str]:
    if isinstance(config, HttpConfig):
        return Delivery.HTTP, config.url, config.method
    if isinstance(config, EmailConfig):
        return Delivery.MAIL, config.email, ""
    if isinstance(config, SmsAutoresponderConfig | GoogleAnalyticsConfig):
        return Delivery.APPLICATION, config.application, ""
    return Delivery.UNKNOWN, None, ""


class ProfileRow(Struct, frozen=True, kw_only=True, gc=False):
    """Describe a profile by what checks ask of one: as of a `Profile`."""

    id: int
    voip_id: int
    extension_id: int | None = None
    name: str
    support_email: str | None = None

    @classmethod
    def of(cls, profile: Profile) -> Self:
        """Keep of a profile what is asked for."""
        return cls(
            id=profile.id,
            voip_id=profile.voip_id,
            extension_id=profile.extension_id,
            name=profile.name,
            support_email=profile.support_email,
        )


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
        linked_profiles: ids of profiles that exist and are not in the listing either.
        clock_ahead: how far this machine's clock is ahead of the vendor's, by the
            `Date` of the answers; None where they have none.
        answers: by the callback's id, what receivers answered; None if none were asked.
    """

    voip_id: int
    listeners: Reading[HeardListener]
    callbacks: Reading[CallbackRow]
    profiles: Reading[ProfileRow]
    subscriptions: Reading[Any] | None = None
    linked: Mapping[int, CallbackRow] = field(factory=dict)
    linked_profiles: frozenset[int] = frozenset()
    clock_ahead: timedelta | None = None
    answers: Mapping[int, ProbeResult] | None = None

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
