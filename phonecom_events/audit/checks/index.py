"""What checks ask of a snapshot more than once, worked out once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Self

from ...linq import WebhookSubscription
from ..options import AuditOptions
from ..slices import Steps, emptied, in_order, parts
from ..snapshot import (
    AccountSnapshot,
    CallbackRow,
    HeardListener,
    LinqSnapshot,
    Reading,
)
from ..tags import contradiction
from .targets import Urls

_USE_UNKNOWN: Final = (
    "; whether it is in use is not known, as not every listener could be read"
)


def is_over(listener: HeardListener, now: datetime) -> bool:
    """Tell whether a listener has expired."""
    return listener.expires_at is not None and listener.expires_at <= now


class AccountIndex:
    """Hold an account with what its checks have in common.

    Rows are in `parts`, of which the garbage collector has less to go through than of
    one long piece.

    Attributes:
        snapshot: what was read.
        options: what to measure by.
        urls: those that have been seen in this audit, taken apart.
        living: the listeners that have not expired.
        own_callbacks: the callbacks that were listed, and the account's that were
            met besides.
        in_use: those that events come to, or may come to: that a living listener
            names, and all that are a fallback. If not every listener could be read,
            any other may be in use as well.
        fallbacks: ids of callbacks that are another one's fallback.
        named: ids of callbacks that a listener names, be it expired.
    """

    def __init__(
        self, snapshot: AccountSnapshot, options: AuditOptions, urls: Urls
    ) -> None:
        self.snapshot = snapshot
        self.options = options
        self.urls = urls
        self.living: list[tuple[HeardListener, ...]] = []
        self.own_callbacks: list[Sequence[CallbackRow]] = []
        self.in_use: list[Sequence[CallbackRow]] = []
        # Ids as keys: unlike a set, a dict of them is nothing to the collector.
        self.fallbacks: dict[int, None] = {}
        self.named: dict[int, None] = {}
        self._used: dict[int, None] = {}
        self._contradictions: dict[Any, tuple[str, ...]] = {(): (), None: ()}
        self._callbacks = dict(snapshot.linked)
        self._profiles: dict[int, None] = dict.fromkeys(snapshot.linked_profiles)

    @classmethod
    def of(
        cls, snapshot: AccountSnapshot, options: AuditOptions, urls: Urls
    ) -> Steps[Self]:
        """Go through all that was read, in steps."""
        index = cls(snapshot, options, urls)
        for profiles in parts(snapshot.profiles.items):
            index._profiles.update({profile.id: None for profile in profiles})
            yield
        for callbacks in parts(snapshot.callbacks.items):
            index._callbacks.update({each.id: each for each in callbacks})
            yield
        yield from index._find_own()
        yield from index._find_living()
        yield from index._find_in_use()
        return index

    def callback(self, callback_id: int) -> CallbackRow | None:
        """Return a callback by its id, if it was read."""
        return self._callbacks.get(callback_id)

    def lacks_callback(self, callback_id: int) -> bool:
        """Tell whether it is certain that there is no such callback."""
        callbacks = self.snapshot.callbacks
        return callback_id not in self._callbacks and _lacks(callbacks, callback_id)

    def lacks_profile(self, profile_id: int) -> bool:
        """Tell whether it is certain that there is no such profile."""
        profiles = self.snapshot.profiles
        return profile_id not in self._profiles and _lacks(profiles, profile_id)

    def contradictions(self, listener: HeardListener) -> tuple[str, ...]:
        """Return pairs of tags that a listener waits for together in vain."""
        heard = listener.subscriptions
        told = self._contradictions.get(heard)
        if told is None:
            pairs = filter(None, map(contradiction, heard or ()))
            told = tuple(sorted({f"{one} and {other}" for one, other in pairs}))
            self._contradictions[heard] = told
        return told

    def give_up(self) -> Steps[None]:
        """Let go of all that it holds, in steps; it is of no use then."""
        yield from emptied(vars(self))

    def doubt(self, callback: CallbackRow) -> str:
        """Say what to add to a reason that rests on the use of a callback.

        Nothing where it is known to be in use.
        """
        return "" if callback.id in self._used else _USE_UNKNOWN

    def _find_own(self) -> Steps[None]:
        snapshot, own = self.snapshot, self.own_callbacks
        own += parts(snapshot.callbacks.items)
        for met in parts(tuple(snapshot.linked.values())):
            own.append(tuple(row for row in met if row.voip_id == snapshot.voip_id))
            yield
        for callbacks in own:
            for each in callbacks:
                fallback_id = each.fallback_callback_id
                if fallback_id and fallback_id != each.id:
                    self.fallbacks[fallback_id] = None
            yield

    def _find_living(self) -> Steps[None]:
        now = self.options.now
        for listeners in parts(self.snapshot.listeners.items):
            living = tuple([row for row in listeners if not is_over(row, now)])
            self.living.append(living)
            self._used.update({each.callback_id: None for each in living})
            self.named.update({each.callback_id: None for each in listeners})
            yield

    def _find_in_use(self) -> Steps[None]:
        self._used.update(self.fallbacks)
        every = not self.snapshot.listeners.every_row
        for callbacks in self.own_callbacks:
            used = [row for row in callbacks if every or row.id in self._used]
            self.in_use.append(tuple(used))
            yield


def _lacks(listing: Reading[Any], row_id: int) -> bool:
    # An odd row is there, though what it says is not known.
    return listing.whole and row_id not in listing.odd_ids


class LinqIndex:
    """Hold what was read of Linq with what its checks have in common.

    Attributes:
        snapshot: what was read.
        options: what to measure by.
        urls: those that have been seen in this audit, taken apart.
        active: the subscriptions that deliver, oldest first.
    """

    def __init__(
        self,
        snapshot: LinqSnapshot,
        options: AuditOptions,
        urls: Urls,
        active: tuple[WebhookSubscription, ...],
    ) -> None:
        self.snapshot = snapshot
        self.options = options
        self.urls = urls
        self.active = active

    @classmethod
    def of(
        cls, snapshot: LinqSnapshot, options: AuditOptions, urls: Urls
    ) -> Steps[Self]:
        """Go through all that was read, in steps."""
        rows = [each for each in snapshot.subscriptions.items if each.is_active]
        active = yield from in_order(parts(rows), by_age)
        return cls(snapshot, options, urls, active)


def by_age(row: Any) -> tuple[datetime, Any]:
    """Order oldest first; of the same age by id."""
    return row.created_at, row.id
