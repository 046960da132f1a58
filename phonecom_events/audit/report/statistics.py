"""What an audit counts besides findings: ages, ends, and where events go.

One `Statistics` for each account, and sums of them, take little memory: they count
by a few bins, and by at most `MAX_HOSTS` hosts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from attrs import field, frozen
from msgspec import Struct

from ..checks.index import AccountIndex, LinqIndex
from ..slices import Steps, parts
from ..snapshot import CallbackRow, Delivery

# Hosts are as many as somebody cares to make up; memory must not follow.
MAX_HOSTS: Final = 10_000

AGES: Final = tuple(timedelta(days=days) for days in (7, 30, 90, 182, 365, 730))
"""Up to which age a listener is in which bin; in one more are those over it."""

ENDS: Final = tuple(timedelta(days=days) for days in (0, 7, 30, 90, 365))
"""Up to which time left a listener is in which bin, the first being expired.

In one more are those that end later, in the last those that never end.
"""


class Way(StrEnum):
    """Name a way that events go.

    `NOWHERE` is a callback that is missing or switched off, `UNKNOWN` one that was
    not read, or whose mode is not known here.
    """

    HTTPS = "https"
    HTTP = "http"
    MAIL = "mail"
    APPLICATION = "application"
    LINQ = "linq"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


class Target(Struct, frozen=True, gc=False):
    """Say where events go, and how.

    Attributes:
        way: by which they go.
        name: the host, the domain of the address, or the application; empty where
            there is none.
    """

    way: Way
    name: str


def _zeros(bins: int) -> tuple[int, ...]:
    return (0,) * bins


@frozen(kw_only=True)
class Statistics:
    """Count the listeners of an account, or of many, and what Linq delivers.

    Attributes:
        ages: how many listeners there are in each bin of `AGES`.
        ends: how many there are in each bin of `ENDS`.
        targets: how many listeners that have not expired, or active subscriptions
            at Linq, deliver where.
        elsewhere: how many deliver to hosts beyond the first `MAX_HOSTS`.
    """

    ages: tuple[int, ...] = _zeros(len(AGES) + 1)
    ends: tuple[int, ...] = _zeros(len(ENDS) + 2)
    targets: Mapping[Target, int] = field(factory=dict, hash=False)
    elsewhere: int = 0

    @property
    def listeners(self) -> int:
        """How many listeners are counted."""
        return sum(self.ages)


class Sum:
    """Add statistics up as they come."""

    def __init__(self) -> None:
        self._ages = [0] * (len(AGES) + 1)
        self._ends = [0] * (len(ENDS) + 2)
        self._targets: Counter[Target] = Counter()
        self._elsewhere = 0

    def add(self, part: Statistics) -> None:
        """Add those of one account."""
        self._ages = [sum(pair) for pair in zip(self._ages, part.ages, strict=True)]
        self._ends = [sum(pair) for pair in zip(self._ends, part.ends, strict=True)]
        for target, count in part.targets.items():
            self.count_target(target, count)
        self._elsewhere += part.elsewhere

    def count_listener(self, age: timedelta, left: timedelta | None) -> None:
        """Add a listener of this age and time left; None if that never ends."""
        self._ages[bisect_left(AGES, age)] += 1
        self._ends[-1 if left is None else bisect_left(ENDS, left)] += 1

    def count_target(self, target: Target, count: int = 1) -> None:
        """Add what delivers to *target*."""
        # Those known already are counted on: the first 10,000 stay exact.
        if target in self._targets or len(self._targets) < MAX_HOSTS:
            self._targets[target] += count
        else:
            self._elsewhere += count

    @property
    def total(self) -> Statistics:
        """What was added up so far."""
        return Statistics(
            ages=tuple(self._ages),
            ends=tuple(self._ends),
            targets=dict(self._targets),
            elsewhere=self._elsewhere,
        )


def account_statistics(account: AccountIndex) -> Steps[Statistics]:
    """Count the listeners of an account, and of its subaccounts if they are there."""
    sums, now = Sum(), account.options.now
    callbacks: dict[int, int] = {}  # which a Counter would be, but the collector visits
    for listeners in parts(account.snapshot.listeners.items):
        for listener in listeners:
            end = listener.expires_at
            left = None if end is None else end - now
            sums.count_listener(now - listener.created_at, left)
        yield
    for living in account.living:
        for listener in living:
            number = listener.callback_id
            callbacks[number] = callbacks.get(number, 0) + 1
        yield
    # By their ids: pairs would be made all at once, and each counts as garbage to be.
    for some in parts(tuple(callbacks)):
        for callback_id in some:
            sums.count_target(_target(account, callback_id), callbacks[callback_id])
        yield
    return sums.total


def linq_statistics(linq: LinqIndex) -> Steps[Statistics]:
    """Count the active webhook subscriptions."""
    sums = Sum()
    for some in parts(linq.snapshot.subscriptions.items):
        for subscription in some:
            if subscription.is_active:
                host = linq.urls[subscription.target_url].host
                sums.count_target(Target(Way.LINQ, host.rstrip(".")))
        yield
    return sums.total


_NOWHERE: Final = Target(Way.NOWHERE, "")
_NOT_KNOWN: Final = Target(Way.UNKNOWN, "")


def _target(account: AccountIndex, callback_id: int) -> Target:
    callback = account.callback(callback_id)
    if callback is None:
        certain = account.lacks_callback(callback_id)
        return _NOWHERE if certain else _NOT_KNOWN
    return _delivery(account, callback) if callback.enabled else _NOWHERE


def _delivery(account: AccountIndex, callback: CallbackRow) -> Target:
    to = callback.to
    if to is None:
        return _NOT_KNOWN
    if callback.delivery is Delivery.HTTP:
        plain = to.strip().lower().startswith("http:")
        host = account.urls[to].host.rstrip(".")
        return Target(Way.HTTP if plain else Way.HTTPS, host)
    if callback.delivery is Delivery.MAIL:
        return Target(Way.MAIL, to.rpartition("@")[2].strip().lower())
    if callback.delivery is Delivery.APPLICATION:
        return Target(Way.APPLICATION, to)
    return _NOT_KNOWN
