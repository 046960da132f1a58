"""From the overview's items to what is kept of them.

Each holds its callback, with that one's profile and fallback: of 10,000 listeners
on one callback, 10,000 copies. What the listings have already is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable
from itertools import islice
from typing import Any

from attrs import evolve
from msgspec import Struct

from ...converter import converter
from ...errors import DecodeError
from ...pagination import OddRow
from ...phonecom import (
    Listener,
    ListenerFilter,
    OverviewListener,
    Subscription,
)
from ..slices import Steps
from ..snapshot import CallbackRow, HeardListener, Reading
from .saved import SavedRows


def in_order(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts so that two sets of the same are equal."""
    return tuple(sorted(set(texts)))


class TagSets:
    """Keep what listeners hear once, however many hear it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]] = {}

    def of(self, subscriptions: Iterable[Subscription]) -> tuple[tuple[str, ...], ...]:
        """Return the tags of each subscription, as plain strings in order."""
        every = tuple([in_order(map(str, each.tags)) for each in subscriptions])
        # Of 10,000 listeners most hear the same: one tuple instead of as many.
        return self._kept.setdefault(every, every)


class OverviewRow(Struct, frozen=True, gc=False):
    """Hold what is kept of an overview's item.

    Attributes:
        id: the listener's.
        listener: without what is nested in it.
        profile_id: of the callback's profile, if that was not listed.
        callbacks: those nested in it that were not listed.
    """

    id: int
    listener: HeardListener
    profile_id: int | None = None
    callbacks: tuple[CallbackRow, ...] = ()


class NestedItems:
    """Turn overview items into listeners, and keep what the listings lack.

    Args:
        listed: ids of the callbacks that have been listed.
        listed_profiles: ids of the profiles that have been.

    Attributes:
        callbacks: by id, those that are nested in items and are not listed.
        profiles: ids of those likewise, as keys.
    """

    def __init__(
        self, listed: Container[int], listed_profiles: Container[int] = ()
    ) -> None:
        self.callbacks: dict[int, CallbackRow] = {}
        self.profiles: dict[int, None] = {}
        self._listed = listed
        self._listed_profiles = listed_profiles
        self._tags = TagSets()
        self._told = (0, 0)

    def fresh(self) -> tuple[tuple[CallbackRow, ...], tuple[int, ...]]:
        """Return the callbacks, and the ids of profiles, found since the last call."""
        before, self._told = self._told, (len(self.callbacks), len(self.profiles))
        # Both keep the order in which they came.
        callbacks = tuple(islice(self.callbacks.values(), before[0], None))
        return callbacks, tuple(islice(self.profiles, before[1], None))

    def restore(self, rows: SavedRows[Any]) -> None:
        """Take in what was found by an earlier process."""
        self.callbacks.update({each.id: each for each in rows.callbacks})
        self.profiles.update(dict.fromkeys(rows.profiles))
        self._told = (len(self.callbacks), len(self.profiles))

    def row(self, item: OverviewListener) -> OverviewRow:
        """Return what to keep of an item, which the scan may yet drop."""
        listener = heard(
            item,
            self._tags.of(item.subscriptions),
            None if item.filters is None else in_order(map(_form, item.filters)),
        )
        callback = item.callback
        if callback is None:
            return OverviewRow(item.id, listener)
        profile, fallback = callback.profile, callback.fallback
        profile_id = None
        if profile is not None and profile.id not in self._listed_profiles:
            profile_id = profile.id
        if callback.id in self._listed and fallback is None:
            return OverviewRow(item.id, listener, profile_id)
        nested = (callback,) if fallback is None else (callback, fallback)
        rows = [CallbackRow.of(each) for each in nested if each.id not in self._listed]
        return OverviewRow(item.id, listener, profile_id, tuple(rows))

    def listener(self, row: OverviewRow) -> HeardListener:
        """Take in what is nested in a row, and return its listener."""
        if row.profile_id is not None:
            self.profiles[row.profile_id] = None
        for callback in row.callbacks:
            self.callbacks.setdefault(callback.id, callback)
        return row.listener

    def recovered(
        self, listeners: Reading[HeardListener], *others: Reading[Any]
    ) -> Steps[Reading[HeardListener]]:
        """Take in the listeners that are odd only in what is nested in them.

        Where that is odd in its own listing as well, one finding there is enough, and
        hundreds of listeners on one odd callback are checked like any other.

        Args:
            listeners: as read from the overview.
            others: the listings of what is nested.
        """
        odd = frozenset[object]().union(*(each.odd_ids for each in others))
        found: list[HeardListener] = []
        left: list[OddRow] = []
        for row in listeners.report.odd_rows:
            item = _without_callback(row.raw, odd)
            if item is None:
                left.append(row)
            else:
                found.append(self.listener(self.row(item)))
            yield
        report = evolve(
            listeners.report,
            items=listeners.report.items + len(found),
            odd_rows=tuple(left),
            odd_row_count=listeners.report.odd_row_count - len(found),
        )
        return evolve(listeners, items=(*listeners.items, *found), report=report)


def _without_callback(raw: Any, odd: Container[object]) -> OverviewListener | None:
    """Read a listener without its callback, if something odd is nested in that."""
    callback = raw.get(":callback") if isinstance(raw, dict) else None
    if not isinstance(callback, dict):
        return None
    nested = [callback, callback.get(":profile"), callback.get(":fallback")]
    ids = [each.get("id") for each in nested if isinstance(each, dict)]
    if not any(type(each) is int and each in odd for each in ids):
        return None
    try:
        return converter.structure({**raw, ":callback": None}, OverviewListener)
    except DecodeError:
        return None


def heard(
    listener: Listener,
    subscriptions: tuple[tuple[str, ...], ...] | None,
    filters: tuple[str, ...] | None = None,
) -> HeardListener:
    """Return a listener with what it hears."""
    return HeardListener(
        id=listener.id,
        voip_id=listener.voip_id,
        extension_id=listener.extension_id,
        version=listener.version,
        callback_id=listener.callback_id,
        created_at=listener.created_at,
        expires_at=listener.expires_at,
        subscriptions=subscriptions,
        filters=filters,
    )


def _form(listener_filter: ListenerFilter) -> str:
    """Write what a filter does so that filters which do the same are equal."""
    value = converter.unstructure(listener_filter.filter_value)
    does = [str(listener_filter.filter_type), listener_filter.not_logic, value]
    return json.dumps(does, sort_keys=True)
