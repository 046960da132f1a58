"""The check for listeners that deliver one event twice.

Whether two of 10,000 overlap is not asked of every pair: listeners are taken oldest
first, and each is looked up among what the older ones hear. That is kept as sets of
tags, of which there are few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import product
from typing import Final

from ..findings import Severity
from ..slices import ROWS, Steps, emptied, in_order, parts
from ..snapshot import Delivery, HeardListener
from ..tags import TagSet
from .check import Problem, account_checks
from .index import AccountIndex, by_age
from .tag_names import TagNames
from .use import at_listener

_ANY: Final = "any"
_NO_FILTERS: Final[tuple[str, ...]] = ()


@account_checks(
    "PC108",
    Severity.WARNING,
    "Two listeners deliver the same event to the same place",
    explanation=(
        "There are events that both listeners hear, and their callbacks lead to one"
        " URL with one method, or to one mail address; so the receiver gets such an"
        " event twice, and acts on it twice unless it looks at the event's uuid."
        " Listeners of different extensions do not hear the same events, nor do"
        " listeners whose filters differ for all that is known. Where the API does"
        " not tell the filters, they may keep the two apart after all."
    ),
    what_to_do="Delete one of them, or the subscriptions in which they overlap.",
    every_row_of=("listeners", "callbacks"),
)
def delivered_twice(account: AccountIndex) -> Iterator[Problem | None]:
    """Find living listeners that overlap with an older one to the same target."""
    tag_sets: dict[tuple[str, ...], TagSet] = {}
    for listeners in (yield from _by_target(account)):
        older = OlderListeners(tag_sets)
        for listener in (yield from in_order(parts(listeners), by_age)):
            first = yield from older.add(listener)
            if first is not None:
                why = f"listener {first} sends some of the same events there, too"
                yield Problem(at_listener(listener), why)
            yield None
        yield from older.give_up()


def _by_target(account: AccountIndex) -> Steps[list[tuple[HeardListener, ...]]]:
    """Group the living listeners by where they deliver, if they do not so alone."""
    targets: dict[int, str | int | None] = {}
    # By account: no event is one of two accounts.
    first: defaultdict[int, dict[str | int, HeardListener]] = defaultdict(dict)
    groups: dict[tuple[int, str | int], dict[int, HeardListener]] = {}
    for some in account.living:
        for listener in some:
            number, owner = listener.callback_id, listener.voip_id
            if number not in targets:
                targets[number] = _target(account, number)
            target = targets[number]
            if target is None:
                continue
            met = first[owner].setdefault(target, listener)
            if met is not listener:
                # A dict, where a list would do, is nothing to the garbage collector.
                group = groups.setdefault((owner, target), {0: met})
                group[len(group)] = listener
        yield
    return [tuple(group.values()) for group in groups.values()]


def _target(account: AccountIndex, callback_id: int) -> str | int | None:
    """Return what is the same for callbacks that deliver to the same; None if none."""
    callback = account.callback(callback_id)
    if callback is None or not callback.enabled:
        return None
    to = (callback.to or "").strip()
    # Where it is no URL, or blank, two callbacks that have it share no receiver.
    if callback.delivery is Delivery.HTTP and account.urls[to].host:
        return f"{callback.method.upper()} {account.urls[to].place}"
    if callback.delivery is Delivery.MAIL and to:
        return f"mail {to.lower()}"
    return callback.id


class OlderListeners:
    """Hold what the listeners of one target hear, by whose events and by filters.

    Every hearing is kept under its own extension and filters, and under any of
    both: what asks for those need not go through all that there are.

    Args:
        tag_sets: those that are known, by their tags.
    """

    def __init__(self, tag_sets: dict[tuple[str, ...], TagSet]) -> None:
        self._tag_sets = tag_sets
        self._names = TagNames()
        self._listeners: dict[int, int] = {}
        # By whose events and filters: the place among those of the first to hear it.
        self._first: defaultdict[Hashable, dict[TagSet, int]] = defaultdict(dict)
        self._first_certain: defaultdict[Hashable, dict[TagSet, int]]
        self._first_certain = defaultdict(dict)
        self._known: dict[Hashable, int] = {}

    def add(self, listener: HeardListener) -> Steps[int | None]:
        """Add a listener that is newer than those before.

        Returns:
            The id of one before it that hears some of the same events, if any.
        """
        # 0 and null both mean the whole account.
        extension, filters = listener.extension_id or None, listener.filters
        found: list[int] = []
        heard_first: list[TagSet] = []
        for hearing in self._hearings(listener):
            known = self._known.get((extension, filters, hearing))
            if known is None:
                heard_first.append(hearing)
                known = yield from self._overlapping(extension, filters, hearing)
            if known is not None:
                found.append(known)
        place = len(self._listeners)
        self._listeners[place] = listener.id
        for hearing in heard_first:
            self._known.setdefault((extension, filters, hearing), listener.id)
            self._names.add(hearing)
            first = self._first_certain if hearing.certain else self._first
            for key in product((extension, _ANY), (filters, _ANY)):
                first[key].setdefault(hearing, place)
        return min(found, default=None)

    def give_up(self) -> Steps[None]:
        """Let go of all that it holds, in steps; it is of no use then."""
        yield from emptied(self._first)
        yield from emptied(self._first_certain)
        yield from emptied(vars(self))

    def _hearings(self, listener: HeardListener) -> Iterator[TagSet]:
        for tags in listener.subscriptions or ():
            hearing = self._tag_sets.get(tags)
            if hearing is None:
                hearing = self._tag_sets[tags] = TagSet(tags)
            if hearing.possible:
                yield hearing

    def _overlapping(
        self, extension: int | None, filters: tuple[str, ...] | None, hearing: TagSet
    ) -> Steps[int | None]:
        """Look among those of the same or no extension, and the same or no filters."""
        extensions = (_ANY,) if extension is None else (extension, None)
        passing = (filters, _NO_FILTERS, None) if filters else (_ANY,)
        related = yield from self._names.related(hearing)
        for key in product(extensions, passing):
            certain = self._first_certain[key]
            places: list[int] = []
            for others in parts(related):
                for first in (self._first[key], certain):
                    places += [first[each] for each in others if each in first]
                yield
            if hearing.certain:
                places += yield from _first_overlapping(hearing, certain)
            if places:
                oldest = self._listeners[min(places)]
                return self._known.setdefault((extension, filters, hearing), oldest)
        return None


def _first_overlapping(hearing: TagSet, others: dict[TagSet, int]) -> Steps[list[int]]:
    """Go through those of known tags, of which there are few."""
    for number, (other, place) in enumerate(others.items(), 1):
        if hearing.overlaps(other):
            return [place]
        if not number % ROWS:
            yield
    return []
